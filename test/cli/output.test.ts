import { decode } from 'fast-png';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFileOptions } from '../../src-main/cli/output-options.js';
import { pageSize } from '../figure/svg-reading.js';
import { writeNucleus } from './nucleus.js';
import { type Outcome, runProgram, scratchFolder } from './program.js';
import { readImagePlane } from './results-on-disk.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const marks = ['--heterochromatin', '0', '--euchromatin', '1', '--quiet'];
const program = (...args: string[]): Promise<Outcome> => runProgram(args, folder);

beforeAll(() => {
  mkdirSync(at('images'));
  writeNucleus(at('images', 'one.ome.tif'));
});

describe('options of the files', () => {
  it('are read with their ranges', () => {
    expect(readFileOptions({})).toEqual({});
    expect(readFileOptions({ figureWidthMm: '85', figureDpi: '600', csv: true })).toEqual({
      figureWidthMm: 85,
      figureDpi: 600,
      pixelTable: true,
    });
  });

  it.each([
    [{ figureWidthMm: '20' }, '--figure-width-mm', '"20"', 'a number from 30 to 1000'],
    [{ figureWidthMm: '-85' }, '--figure-width-mm', '"-85"', '30 to 1000'],
    [{ figureWidthMm: 'wide' }, '--figure-width-mm', '"wide"', '30 to 1000'],
    [{ figureDpi: '300.5' }, '--figure-dpi', '"300.5"', 'a whole number from 36 to 2400'],
    [{ figureDpi: '1e9' }, '--figure-dpi', '"1e9"', '36 to 2400'],
  ])('refuse %o', (values, where, said, allowed) => {
    const expected = {
      tag: 'usage',
      where,
      message: expect.stringContaining(said) as string,
      hint: expect.stringContaining(allowed) as string,
    };
    expect(() => readFileOptions(values)).toThrow(expect.objectContaining(expected) as Error);
  });

  it.each(['infer', 'batch'])('are in the help of %s, with ranges and defaults', async (command) => {
    const help = (await program(command, '--help')).stdout.replaceAll(/\s+/g, ' ');
    expect(help).toContain('--figure-width-mm <W>');
    expect(help).toContain('a number from 30 to 1000; default 180');
    expect(help).toContain('a whole number from 36 to 2400; default 300');
    expect(help).toContain('--csv');
  });
});

describe('infer', () => {
  it('writes the figure as large and as fine as asked, and the pixels as a table', async () => {
    const size = ['--figure-width-mm', '85', '--figure-dpi', '150', '--csv'];
    const outcome = await program('infer', at('images', 'one.ome.tif'), ...marks, ...size, '--out', 'small');
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain(join('small', 'one.pixels.csv'));
    expect(pageSize(readFileSync(at('small', 'one.figure.svg'), 'utf8')).width).toBe(85);
    const png = decode(readFileSync(at('small', 'one.figure.png')));
    expect(png.width).toBe(Math.round((85 / 25.4) * 150));
    expect(png.resolution).toEqual({ x: 5906, y: 5906, unit: 1 });
    const lines = readFileSync(at('small', 'one.pixels.csv'), 'utf8').split('\r\n');
    const rows = lines.filter((line) => line !== '' && !line.startsWith('#')).slice(1);
    const { values } = await readImagePlane(at('small', 'one.lambda.ome.tif'));
    for (const [x, y, , , lambda] of rows.map((row) => row.split(',').map(Number))) {
      const i = (y / 20 - 0.5) * 64 + x / 20 - 0.5;
      expect(Math.fround(lambda)).toEqual(values[i]);
    }
    expect(rows.length).toBeGreaterThan(1000);
  });

  it('refuses a figure of too many pixels as out of memory, and writes nothing', async () => {
    const size = ['--figure-width-mm', '1000', '--figure-dpi', '2400'];
    const outcome = await program('infer', at('images', 'one.ome.tif'), ...marks, ...size, '--out', 'huge');
    expect(outcome).toMatchObject({ code: 6, stdout: '' });
    expect(outcome.stderr).toMatch(/megapixels.*\n.*dpi or less/);
    expect(readdirSync(folder)).not.toContain('huge');
  });
});

describe('batch', () => {
  it('inherits them, and runs again what was made to look otherwise', async () => {
    const batch = (...more: string[]): Promise<Outcome> =>
      program('batch', 'images', ...marks, '--resume', '--out', 'batch', '--json', ...more);
    const skipped = async (...more: string[]): Promise<number> =>
      (JSON.parse((await batch(...more)).stdout) as { skipped: number }).skipped;
    expect(await skipped('--csv')).toBe(0);
    const [made] = readdirSync(at('batch'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(readdirSync(at('batch', made.name))).toContain('one.pixels.csv');
    expect(await skipped('--csv')).toBe(1);
    expect(await skipped('--figure-width-mm', '85')).toBe(0);
    expect(pageSize(readFileSync(at('batch', made.name, 'one.figure.svg'), 'utf8')).width).toBe(85);
  });
});
