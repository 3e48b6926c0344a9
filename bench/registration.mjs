// The table on registration in bench/README.md: the displacement of the channels that is found in every two-channel
// case of the truth kit, and the error of λ with the channels as they are and registered.
//   npm run build && node bench/registration.mjs [--kit ../shared/truth] [--cases 01,12]
// And how far a displacement can be found: the sample nucleus with euchromatin displaced to the right by whole pixels.
//   npm run build && node bench/registration.mjs --range
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  infer,
  makeGrid,
  memorySource,
  openImage,
  parseJob,
  quietRun,
  writeOmeTiff,
} from '../dist/src-core/index.js';
import { readPages, score } from './score.mjs';
import { argumentsOf } from './truth-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const valueOf = (flag) =>
  process.argv.includes(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined;
const kit = path.resolve(valueOf('--kit') ?? path.join(root, '../shared/truth'));
const only = valueOf('--cases')?.split(',');
/** Exit code of a result that is nowhere identifiable (docs/command-line.md). */
const notIdentifiable = 5;

/** result.json of a case and its score against the known λ; null where λ is nowhere identifiable. */
async function inferred(folder, truth, more) {
  const out = mkdtempSync(path.join(tmpdir(), 'epiflux-registration-'));
  const program = [
    path.join(root, 'bin/epiflux.js'),
    'infer',
    ...argumentsOf(folder, truth, 'file'),
    ...more,
  ];
  try {
    const output = execFileSync(process.execPath, [...program, '--out', out, '--json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    });
    const map = readdirSync(out).find((file) => file.endsWith('.lambda.ome.tif'));
    const [known, mask] = [
      await readPages(path.join(folder, truth.lambda)),
      await readPages(path.join(folder, truth.mask)),
    ];
    const { relL2 } = score(await readPages(path.join(out, map)), known, mask);
    return { ...JSON.parse(output), relL2 };
  } catch (error) {
    if (error.status !== notIdentifiable) throw error;
    return null;
  } finally {
    rmSync(out, { recursive: true });
  }
}

const shown = (found, axis, digits = 2) =>
  `${found.shiftNm[axis].toFixed(digits)} ± ${found.sdNm[axis].toFixed(digits)}`.replace(/^-/, '−');
const errorOf = (result) => (result === null ? 'none' : result.relL2.toFixed(4).replace(/^0/, ''));

async function rowOf(name) {
  const folder = path.join(kit, name);
  const truth = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8'));
  const asTheyAre = await inferred(folder, truth, []);
  const registered = await inferred(folder, truth, ['--register', 'auto']);
  const left = asTheyAre?.calibration.registration.left ?? null;
  const applied = registered?.calibration.registration.applied ?? null;
  const axes = [0, 1];
  return [
    name,
    asTheyAre === null ? '' : asTheyAre.input.pixelSizeNm.toFixed(0),
    ...axes.map((axis) => (left === null ? 'not told' : shown(left, axis))),
    left === null ? '' : left.displaced ? 'yes' : 'no',
    ...axes.map((axis) => (applied === null ? '' : shown(applied, axis))),
    errorOf(asTheyAre),
    errorOf(registered),
  ];
}

async function kitTable() {
  console.log(
    '| case | pixel nm | x as they are, nm | y as they are, nm | said to be displaced | x registered by, nm | y registered by, nm | error as they are | error registered |',
  );
  console.log(`|${' --- |'.repeat(9)}`);
  const cases = readdirSync(kit).filter((entry) => /^(0[1-8]|1[0-25-8])_/.test(entry));
  for (const name of cases.filter((entry) => only?.includes(entry.slice(0, 2)) ?? true).sort()) {
    console.log(`| ${(await rowOf(name)).join(' | ')} |`);
  }
}

const sample = path.join(root, 'assets/sample');

/** The sample and its mask, euchromatin displaced by some pixels to the right. */
async function displacedSample(pixels) {
  const source = (name) => memorySource(name, new Uint8Array(readFileSync(path.join(sample, name))));
  const { width, readPlane } = await openSample(source('image.ome.tif'));
  const [first, second] = [await readPlane(0), await readPlane(1)];
  const values = second.map((_, i) => second[i - Math.min(i % width, pixels)]);
  const grid = makeGrid([1, second.length / width, width], [15, 15, 15]);
  const channels = [
    { name: 'heterochromatin', values: first },
    { name: 'euchromatin', values },
  ];
  const bytes = Buffer.concat(writeOmeTiff({ grid, channels }));
  return { input: memorySource('displaced.tif', new Uint8Array(bytes)), mask: source('mask.ome.tif') };
}

async function openSample(source) {
  const image = await openImage(source, quietRun);
  const readPlane = async (channel) =>
    Float32Array.from(await image.readPlane({ z: 0, channel, frame: 0 }, quietRun));
  return { width: image.metadata.width, readPlane };
}

async function rangeTable() {
  console.log('| displaced by, nm | found: x, nm | y, nm |');
  console.log('| --- | --- | --- |');
  const mark = (channel) => ({ file: 0, channel });
  const channels = { kind: 'two-channel', heterochromatin: mark(0), euchromatin: mark(1) };
  const calibration = { shiftNm: 'auto' };
  const job = parseJob({ channels, mask: 'file', calibration, solver: { name: 'direct' } });
  for (const pixels of [0, 1, 2, 4, 6, 8, 9, 10, 12, 20]) {
    const files = await displacedSample(pixels);
    const found = await infer(files, job, quietRun).then(
      ({ report }) => [0, 1].map((axis) => shown(report.calibration.registration.applied, axis, 1)),
      ({ message }) => ['refused', message.match(/search went to ([^,]*, [^,]*),/)?.[1] ?? message],
    );
    console.log(`| ${[15 * pixels, ...found].join(' | ')} |`);
  }
}

await (process.argv.includes('--range') ? rangeTable() : kitTable());
