import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TruthDocument } from '../../src-main/engine/truth-document.js';
import { type Outcome, runProgram, scratchFolder, startProgram } from './program.js';
import { contentOf, readImagePlane, readResult } from './results-on-disk.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const small = ['--size', '48', '--pixel-size-nm', '20', '--seed', '3'];
const simulate = (...args: string[]): Promise<Outcome> => runProgram(['simulate', ...args], folder);
const readTruth = (out: string): TruthDocument =>
  JSON.parse(readFileSync(at(out, 'truth.json'), 'utf8')) as TruthDocument;

function inside<T>(values: ArrayLike<T>, mask: Float32Array): T[] {
  return Array.from(values).filter((_, i) => mask[i] !== 0);
}

describe('a periodic box', () => {
  it('fills its frame, and its truth.json is the job that infers it', async () => {
    const made = await simulate(...small, '--shape', 'periodic', '--out', 'box');
    expect(made.code).toBe(0);
    const mask = await readImagePlane(at('box', 'mask.ome.tif'));
    expect([...new Set(mask.values)]).toEqual([255]);
    expect(readTruth('box').job).toMatchObject({
      mask: 'none',
      calibration: { offset: [100, 100] },
      model: { boundary: 'periodic' },
    });
    const args = ['infer', at('box', 'image.ome.tif'), '--config', at('box', 'truth.json')];
    const inferred = await runProgram([...args, '--solver', 'direct', '--out', 'box-result'], folder);
    expect(inferred.code).toBe(0);
    expect(readResult(at('box-result'), 'image').identifiable).toBe(1);
    const cut = await runProgram([...args, '--mask', 'none', '--register', '20,0', '--out', 'no'], folder);
    expect(cut.code).toBe(2);
    expect(cut.stderr).toContain('The channels of a periodic picture are not moved');
  });
});

describe('an image', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await simulate(...small, '--lambda', 'radial', '--out', 'image');
  });

  it('comes with mask, λ and truth, and nothing else', () => {
    expect(outcome.code).toBe(0);
    expect(readdirSync(at('image')).sort()).toEqual([
      'image.ome.tif',
      'lambda_true.ome.tif',
      'mask.ome.tif',
      'truth.json',
    ]);
    expect(outcome.stdout).toMatch(/^heterochromatin fraction 0\.\d+$/m);
  });

  it('has counts in two named channels, and a pixel size', async () => {
    const { metadata } = await readImagePlane(at('image', 'image.ome.tif'));
    expect(metadata).toMatchObject({
      width: 48,
      height: 48,
      sampleType: 'uint16',
      pixelSize: { x: 20, y: 20 },
    });
    expect(metadata.channelNames).toEqual(['heterochromatin', 'euchromatin']);
  });

  it('has λ inside the mask and only there, as truth.json says', async () => {
    const mask = await readImagePlane(at('image', 'mask.ome.tif'));
    const { values } = await readImagePlane(at('image', 'lambda_true.ome.tif'));
    const { lambda, spec } = readTruth('image');
    expect([...new Set(mask.values)].sort()).toEqual([0, 255]);
    expect(values.every((value, i) => Number.isNaN(value) === (mask.values[i] === 0))).toBe(true);
    const known = inside(values, mask.values);
    expect(Math.min(...known)).toBeGreaterThanOrEqual(lambda.min - 1e-5);
    expect(Math.max(...known)).toBeLessThanOrEqual(lambda.max + 1e-5);
    expect(spec).toMatchObject({ lambda: 'radial', sizePx: 48, seed: 3 });
  });

  it('is the same bytes for the same seed, and another nucleus for another', async () => {
    await simulate(...small, '--lambda', 'radial', '--out', 'again', '--quiet');
    expect(contentOf(at('again'))).toEqual(contentOf(at('image')));
    await simulate(...small, '--lambda', 'radial', '--seed', '4', '--out', 'other', '--quiet');
    expect(contentOf(at('other'))['image.ome.tif']).not.toBe(contentOf(at('image'))['image.ome.tif']);
  });

  it('can be inferred with its truth as the job', async () => {
    const image = ['image/image.ome.tif', '--config', 'image/truth.json', '--mask', 'image/mask.ome.tif'];
    expect((await runProgram(['infer', ...image, '--out', 'back', '--quiet'], folder)).code).toBe(0);
    const { lambda } = readTruth('image');
    expect(Math.abs(readResult(at('back'), 'image').lambda.mean / lambda.mean - 1)).toBeLessThan(0.15);
  });
});

it('may be one channel of density', async () => {
  await simulate(...small, '--channels', '1', '--out', 'density', '--quiet');
  const { metadata } = await readImagePlane(at('density', 'image.ome.tif'));
  expect(metadata.channels).toBe(1);
  expect(readTruth('density').job.channels.kind).toBe('density');
});

it('may be tables of localisations that infer reads', async () => {
  const outcome = await simulate(...small, '--localizations', '20000', '--out', 'points', '--json');
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const names = (JSON.parse(outcome.stdout) as { files: { name: string }[] }).files.map(({ name }) => name);
  const tables = ['locs_heterochromatin.csv', 'locs_euchromatin.csv'];
  expect(names).toEqual([...tables, 'mask.ome.tif', 'lambda_true.ome.tif', 'truth.json']);
  const lines = readFileSync(at('points', tables[0]), 'utf8').trimEnd().split('\r\n');
  expect(lines[0]).toBe('id,frame,x [nm],y [nm],uncertainty [nm]');
  expect(lines).toHaveLength(20001);
  const inputs = [
    ...tables.map((name) => join('points', name)),
    '--config',
    'points/truth.json',
    '--spacing-nm',
    '20',
  ];
  const inferred = await runProgram(['infer', ...inputs, '--out', 'map', '--quiet'], folder);
  expect(inferred).toMatchObject({ code: 0, stderr: '' });
});

it.each([
  [['--size', '8'], /--size: "8"/, /from 32/],
  [['--noise', '0.001'], /--noise: "0\.001"/, /0 or between 0\.01 and 0\.5/],
  [['--shape', 'square'], /--shape: "square"/, /ellipse, bean, nucleoli/],
  [['--channels', '3'], /--channels: "3"/, /1 or 2/],
  [['--pixel-size-nm', '200'], /pixelSizeNm: 200 nm/, /--help/],
])('refuses %o', async (args, problem, remedy) => {
  const outcome = await simulate(...args, '--out', 'never');
  expect(outcome).toMatchObject({ code: 2, stdout: '' });
  expect(outcome.stderr).toMatch(problem);
  expect(outcome.stderr.split('\n  → ')[1]).toMatch(remedy);
  expect(existsSync(at('never'))).toBe(false);
});

it('stops on Ctrl-C at once and leaves nothing', async () => {
  const { child, end } = startProgram(['simulate', '--size', '400', '--out', 'cut'], folder);
  await new Promise<void>((resume) => {
    child.stderr?.once('data', () => {
      resume();
    });
  });
  await new Promise((resume) => setTimeout(resume, 1000));
  child.kill('SIGINT');
  expect((await end).code).toBe(130);
  expect(existsSync(at('cut'))).toBe(false);
});
