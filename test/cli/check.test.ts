import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckDocument } from '../../src-main/engine/check-document.js';
import { type Outcome, runProgram, scratchFolder } from './program.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const check = (...args: string[]): Promise<Outcome> => runProgram(['check', ...args], folder);
const files = ['check.figure.png', 'check.figure.svg', 'check.json'].map((suffix) => `image.${suffix}`);

/** A phantom of 1.4 µm under a constant λ, inferred with a wide mollifier as befits one; the results lie below it. */
beforeAll(async () => {
  const look = [
    '--size',
    '72',
    '--pixel-size-nm',
    '20',
    '--noise',
    '0.03',
    '--seed',
    '5',
    '--lambda',
    'constant',
  ];
  await runProgram(['simulate', ...look, '--out', '.'], folder);
  const job = ['--config', 'truth.json', '--mask', 'mask.ome.tif', '--mollifier-nm', '200'];
  const { code } = await runProgram(['infer', 'image.ome.tif', ...job, '--out', 'results'], folder);
  expect(code).toBe(0);
});

describe('epiflux check', () => {
  it('finds the input beside the result or above it, and writes numbers and figure', async () => {
    const outcome = await check('results/image.result.json');
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^forward check: This λ explains/);
    expect(outcome.stdout).toMatch(/^phantoms: On simulated nuclei like this one λ came out/m);
    expect(outcome.stdout).toMatch(/^ {2}patches: error \d/m);
    expect(
      readdirSync(at('results'))
        .filter((name) => name.includes('check'))
        .sort(),
    ).toEqual(files);
    const document = JSON.parse(readFileSync(at('results', 'image.check.json'), 'utf8')) as CheckDocument;
    const result = JSON.parse(readFileSync(at('results', 'image.result.json'), 'utf8')) as CheckDocument;
    expect(document.job).toEqual(result.job);
    expect(document.input.sha256).toBe(result.input.sha256);
    expect(document.forward?.explained).toBeGreaterThan(0.9);
    expect(document.phantom?.scores.map(({ pattern }) => pattern)).toEqual(['bumps', 'patches', 'constant']);
    const svg = readFileSync(at('results', 'image.check.figure.svg'), 'utf8');
    expect(svg).toContain('id="epiflux-job"');
    expect([...readFileSync(at('results', 'image.check.figure.png')).subarray(1, 4)]).toEqual([80, 78, 71]);
  });

  it('does one check alone, as one JSON document, the same bytes each time', async () => {
    const args = ['results/image.result.json', '--forward', '--json', '--out'];
    const [first, second] = [await check(...args, 'one'), await check(...args, 'two')];
    const document = JSON.parse(first.stdout) as CheckDocument & { files: { name: string }[] };
    expect(document.phantom).toBeNull();
    expect(document.files.map(({ name }) => name).sort()).toEqual(files);
    for (const name of files) expect(readFileSync(at('two', name))).toEqual(readFileSync(at('one', name)));
    expect(second.code).toBe(0);
  });

  it('refuses another file under the same name, with both hashes', async () => {
    mkdirSync(at('changed'));
    for (const name of ['image.ome.tif', 'mask.ome.tif']) copyFileSync(at(name), at('changed', name));
    copyFileSync(at('results', 'image.result.json'), at('changed', 'image.result.json'));
    appendFileSync(at('changed', 'image.ome.tif'), 'x');
    const { code, stderr } = await check('changed/image.result.json', '--forward');
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /image\.ome\.tif: This is not the file that the result was made of: its SHA-256 begins/,
    );
    expect(existsSync(at('changed', 'image.check.json'))).toBe(false);
  });

  it('asks for an input that is not there, and takes it from where it is', async () => {
    const far = scratchFolder();
    copyFileSync(at('results', 'image.result.json'), join(far, 'image.result.json'));
    const lost = await runProgram(['check', join(far, 'image.result.json')], far);
    expect(lost.code).toBe(4);
    expect(lost.stderr).toContain('--input PATH/image.ome.tif');
    const given = ['--input', at('image.ome.tif'), '--mask', at('mask.ome.tif'), '--forward'];
    const found = await runProgram(['check', join(far, 'image.result.json'), ...given], far);
    expect(found.code).toBe(0);
    expect(existsSync(join(far, 'image.check.figure.svg'))).toBe(true);
  });

  it.each([
    ['no JSON', 'nonsense', /no result of Epiflux/],
    ['no job', '{"a": 1}', /it holds no job/],
    [
      'no input',
      '{"job": {"channels": {"kind": "density", "density": {"file": 0, "channel": 0}}}}',
      /names no input/,
    ],
  ])('says that a file with %s is no result', async (_, text, message) => {
    writeFileSync(at('other.json'), text);
    const { code, stderr } = await check('other.json');
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });
});
