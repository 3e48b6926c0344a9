import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInputs, resultFolders } from '../../src-main/batch/inputs.js';

let folder = '';

const present = [
  'b.tif',
  'a.ome.tif',
  'A2.TIF',
  'notes.txt',
  '.hidden.tif',
  'deep/c.tif',
  'deep/er/d.csv',
  'out/e.tif',
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'epiflux-inputs-'));
  for (const name of present) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), 'x');
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function found(patterns: string[], recursive = false): Promise<string[]> {
  const { inputs } = await findInputs({ folder, patterns, recursive, out: join(folder, 'out') });
  return inputs.map(({ name }) => name);
}

describe('findInputs', () => {
  it('takes matching files of the folder, in file order, ignoring case and hidden files', async () => {
    expect(await found(['*.tif'])).toEqual(['A2.TIF', 'a.ome.tif', 'b.tif']);
  });

  it('goes below only when asked, never into the results', async () => {
    expect(await found(['*.tif'], true)).toEqual(['A2.TIF', 'a.ome.tif', 'b.tif', 'deep/c.tif']);
  });

  it('knows alternatives, single characters and whole paths', async () => {
    expect(await found(['?.{tif,csv}'], true)).toEqual(['b.tif', 'deep/c.tif', 'deep/er/d.csv']);
    expect(await found(['[!a].[s-u]if'])).toEqual(['b.tif']);
    expect(await found(['deep/**/*.csv'], true)).toEqual(['deep/er/d.csv']);
    expect(await found(['**/*.csv'], true)).toEqual(['deep/er/d.csv']);
  });

  it('treats a dot as a dot', async () => {
    expect(await found(['b?tif'])).toEqual(['b.tif']);
    await expect(found(['b.t.f'])).rejects.toMatchObject({ tag: 'usage', where: folder });
  });

  it('refuses a broken pattern, a folder without matches, no folder, and results among the inputs', async () => {
    await expect(found(['{a'])).rejects.toMatchObject({ tag: 'usage', where: '--pattern' });
    await expect(found(['*.png'])).rejects.toMatchObject({ tag: 'usage' });
    const none = { folder: join(folder, 'none'), patterns: ['*'], recursive: false, out: folder };
    await expect(findInputs(none)).rejects.toMatchObject({ tag: 'unreadable', where: none.folder });
    const same = { folder, patterns: ['*'], recursive: false, out: `${folder}/deep/..` };
    await expect(findInputs(same)).rejects.toMatchObject({ tag: 'usage', where: '--out' });
  });
});

describe('resultFolders', () => {
  it('names by the stem', () => {
    expect(resultFolders(['a.ome.tif', 'b.csv.gz', 'deep/c.tif'])).toEqual(['a', 'b', 'c']);
  });

  it('tells equal stems apart by extension, then by path, whatever the case', () => {
    expect(resultFolders(['a.tif', 'a.csv', 'b.tif'])).toEqual(['a.tif', 'a.csv', 'b']);
    expect(resultFolders(['one/a.tif', 'two/A.tif'])).toEqual(['one_a.tif', 'two_A.tif']);
  });

  it('never gives two inputs one folder', () => {
    const names = ['x/a.tif', 'y/a.tif', 'x_a.tif', 'x_a.csv', 'a', 'A', 'x_a.tif.tif'];
    const folders = resultFolders(names).map((name) => name.toLowerCase());
    expect(new Set(folders).size).toBe(names.length);
  });
});
