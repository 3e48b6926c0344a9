import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { descriptionTag } from '../io/tiff-builder.js';
import { drawNucleus, tiffOf } from '../doctor/nucleus-images.js';
import { runProgram, scratchFolder } from './program.js';

const folder = scratchFolder();
const side = 192;

function imageFile(name: string, description: string): string {
  const het = drawNucleus({ side, radius: 70, contrast: 0.5 });
  const eu = drawNucleus({ side, radius: 70, contrast: -0.5, shift: [3, 0], seed: 2 });
  const path = join(folder, name);
  writeFileSync(path, tiffOf([het, eu], side, [descriptionTag(description)]));
  return path;
}

interface Report {
  readonly kind: string;
  readonly pixelSize: { nm: number; from: string } | null;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly what: string;
    readonly means: string;
    readonly remedies: readonly { setting: string; value?: number | string; option: string | null }[];
  }[];
}

async function reportOf(...args: string[]): Promise<Report> {
  const { code, stdout } = await runProgram(['inspect', ...args, '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Report;
}

describe('inspect', () => {
  const file = imageFile('cell_20nm-px.tif', 'ImageJ=1.53t\nimages=2\nchannels=2\nhyperstack=true\n');

  it('gives each finding with the option that puts it right, which then does', async () => {
    const { kind, pixelSize, findings } = await reportOf(file);
    expect([kind, pixelSize]).toEqual(['image', null]);
    expect(findings.map(({ code }) => code)).toEqual(['pixel-size-missing', 'channels-displaced']);
    const [size, displaced] = findings.map(({ remedies }) => remedies[0].option);
    expect([size, displaced]).toEqual(['--pixel-size-nm 20', '--register auto']);
    const options = `${size ?? ''} ${displaced ?? ''}`.split(' ');
    expect(await reportOf(file, ...options)).toMatchObject({ pixelSize: { nm: 20 }, findings: [] });
  });

  it('says in words what the file holds, what is doubtful, and what to add', async () => {
    const { code, stdout } = await runProgram(['inspect', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ImageJ TIFF: 192 × 192 px, 2 channels \(0 = channel 0, 1 = channel 1\), uint16/);
    expect(stdout).toMatch(/pixel size: not known\n2 findings:\n✗ The file does not say/);
    expect(stdout).toMatch(/→ Take 20 nm per pixel, as the file name says: --pixel-size-nm 20/);
    const sized = (await runProgram(['inspect', file, '--pixel-size-nm', '20'])).stdout;
    expect(sized).toMatch(/→ Move it back by .*: --register (59|60|61)(\.\d)?,-?\d(\.\d)?/);
  });

  it('looks at one channel where asked to', async () => {
    const { findings } = await reportOf(file, '--density', '1', '--pixel-size-nm', '20');
    expect(findings).toEqual([]);
  });

  it('tells the columns of a table that does not say its unit, and the remedies', async () => {
    const path = join(folder, 'locs.csv');
    const rows = Array.from({ length: 200 }, (_, k) => `${k % 20},${Math.floor(k / 20)}`);
    writeFileSync(path, ['x,y', ...rows].join('\n'));
    const { stdout } = await runProgram(['inspect', path]);
    expect(stdout).toMatch(/columns: x, y\n1 finding:/);
    expect(stdout).toMatch(/: --units um/);
    expect((await reportOf(path, '--units', 'um')).findings.map(({ code }) => code)).toEqual([
      'table-sparse',
    ]);
  });

  it('ends with 3 for a file that is none, and with 2 for a channel that is not there', async () => {
    const path = join(folder, 'letter.tif');
    writeFileSync(path, 'Dear colleague');
    expect((await runProgram(['inspect', path])).code).toBe(3);
    expect((await runProgram(['inspect', file, '--density', '7'])).code).toBe(2);
  });
});
