import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram, scratchFolder } from './program.js';
import { readImagePlane, readResult } from './results-on-disk.js';

const folder = scratchFolder();
const truth = resolve('../shared/truth');
const data = resolve('../shared/data');

/** The test's title, with the missing file in it where the shared data are not at hand. */
function titled(title: string, path: string): string {
  return existsSync(path) ? title : `${title} (missing: ${path.split('/shared/')[1]})`;
}

async function relativeError(map: string, expected: string): Promise<number> {
  const { values } = await readImagePlane(map);
  const { values: wanted } = await readImagePlane(expected);
  let [square, norm] = [0, 0];
  wanted.forEach((value, i) => {
    if (Number.isNaN(value) || Number.isNaN(values[i])) return;
    square += (values[i] - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(square / norm);
}

const bumps = join(truth, '01_ellipse_bumps_n02');

it.skipIf(!existsSync(bumps))(titled('a simulated nucleus comes out near its truth', bumps), async () => {
  const marks = ['--heterochromatin', '0', '--euchromatin', '1', '--het-fraction', '0.59307'];
  const files = [join(bumps, 'image.ome.tif'), '--mask', join(bumps, 'mask.tif'), '--out', folder];
  expect((await runProgram(['infer', ...files, ...marks, '--quiet'])).code).toBe(0);
  expect(readResult(folder, 'image').identifiable).toBeGreaterThan(0.95);
  expect(
    await relativeError(join(folder, 'image.lambda.ome.tif'), join(bumps, 'lambda_true.tif')),
  ).toBeLessThan(0.1);
});

const smlm = join(truth, '11_smlm_bumps');

it.skipIf(!existsSync(smlm))(
  titled('two compressed tables of localisations become a map', smlm),
  async () => {
    const tables = ['heterochromatin', 'euchromatin'].map((mark) => join(smlm, `locs_${mark}.csv.gz`));
    const options = ['--mask', join(smlm, 'mask.tif'), '--het-fraction', '0.6', '--out', folder, '--quiet'];
    expect((await runProgram(['infer', ...tables, ...options])).code).toBe(0);
    const map = join(folder, 'locs_heterochromatin.lambda.ome.tif');
    expect(readResult(folder, 'locs_heterochromatin').input.format).toContain('ThunderSTORM');
    expect(await relativeError(map, join(smlm, 'lambda_true.tif'))).toBeLessThan(0.228);
  },
);

describe('files of the wrong kind', () => {
  it.each([
    ['wrong-kind/E39.lif_E4_-_2.png', /PNG/],
    ['wrong-kind/cluster.nd2', /ND2/],
    ['tiff-broken/libtiff_segfault.tif', /./],
  ])('%s is refused by name with a way out', async (name, message) => {
    const path = join(data, name);
    if (!existsSync(path)) return;
    const outcome = await runProgram([
      'infer',
      path,
      '--density',
      '0',
      '--out',
      join(folder, 'no'),
      '--quiet',
    ]);
    expect([3, 6]).toContain(outcome.code);
    expect(outcome.stderr).toContain(path);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).toContain('\n  → ');
  });
});
