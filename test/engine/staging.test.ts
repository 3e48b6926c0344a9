import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inStaging, replaceFile, writeStaged } from '../../src-main/engine/staging.js';

let folder = '';
let out = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epiflux-staging-'));
  out = join(folder, 'deep', 'out');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const chunks = (...texts: string[]): Uint8Array[] => texts.map(bytes);

it('moves a complete set into place and leaves nothing else', async () => {
  const { files } = await inStaging(out, async (staging) => {
    const set = [
      await writeStaged(staging, 'a', chunks('a', 'bc')),
      await writeStaged(staging, 'b', chunks('b')),
    ];
    expect(readdirSync(out)).not.toContain('a');
    return { files: set };
  });
  expect(files[0]).toEqual({
    name: 'a',
    bytes: 3,
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  });
  expect(readdirSync(out).sort()).toEqual(['a', 'b']);
});

it('leaves the old set when the new one fails half way', async () => {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'a'), 'old');
  const failing = inStaging(out, async (staging) => {
    await writeStaged(staging, 'a', chunks('new'));
    throw new Error('half way');
  });
  await expect(failing).rejects.toThrow('half way');
  expect(readdirSync(out)).toEqual(['a']);
  expect(readFileSync(join(out, 'a'), 'utf8')).toBe('old');
});

it('takes away the folder it made when nothing came of it', async () => {
  await expect(inStaging(out, () => Promise.reject(new Error('nothing')))).rejects.toThrow('nothing');
  expect(existsSync(out)).toBe(false);
});

it('refuses to replace a folder by a file, before it moves anything', async () => {
  mkdirSync(join(out, 'b'), { recursive: true });
  const blocked = inStaging(out, async (staging) => ({
    files: [await writeStaged(staging, 'a', chunks('a')), await writeStaged(staging, 'b', chunks('b'))],
  }));
  await expect(blocked).rejects.toMatchObject({ tag: 'usage', where: join(out, 'b') });
  expect(readdirSync(out)).toEqual(['b']);
});

it('says that an output cannot be written', async () => {
  writeFileSync(join(folder, 'file'), '');
  const below = join(folder, 'file', 'out');
  await expect(inStaging(below, () => Promise.reject(new Error('not reached')))).rejects.toMatchObject({
    tag: 'usage',
    where: below,
    hint: expect.stringContaining('folder that you may write to') as string,
  });
});

it('sweeps what a killed process left, and only that', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  mkdirSync(join(out, `.epiflux-${String(pid)}-gone`), { recursive: true });
  mkdirSync(join(out, `.epiflux-${String(process.pid)}-here`));
  await inStaging(out, () => Promise.resolve({ files: [] }));
  expect(readdirSync(out)).toEqual([`.epiflux-${String(process.pid)}-here`]);
});

it('replaces a file whole', async () => {
  await replaceFile(join(folder, 'f'), bytes('one'));
  await replaceFile(join(folder, 'f'), bytes('two'));
  expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['f']);
});
