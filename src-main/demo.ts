import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JobInput, openImage, parseJob, quietRun } from '../src-core/index.js';
import { openFile } from './engine/file-source.js';
import { makeEngine } from './engine/host.js';
import type { InferResponse } from './engine/messages.js';
import { inStaging } from './engine/staging.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = join(root, 'assets', 'sample');
const out = join(root, 'demo-output');

/** λ of a single-plane file. */
async function readRate(path: string): Promise<Float32Array> {
  const file = await openFile(path, quietRun);
  try {
    const image = await openImage(file.source, quietRun);
    return await image.readPlane({ z: 0, channel: 0, frame: 0 }, quietRun);
  } finally {
    await file.close();
  }
}

/** ‖λ − true λ‖/‖true λ‖ over the pixels where both are finite. */
async function relativeError(estimatePath: string, truthPath: string): Promise<number> {
  const [estimate, truth] = [await readRate(estimatePath), await readRate(truthPath)];
  let [difference, size] = [0, 0];
  truth.forEach((value, i) => {
    if (!Number.isFinite(value) || !Number.isFinite(estimate[i])) return;
    difference += (estimate[i] - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(difference / size);
}

/** Infers the sample nucleus as a user would: two channels, mask drawn, heterochromatin fraction known. */
async function inferSample(): Promise<InferResponse> {
  const engine = makeEngine();
  const truth = JSON.parse(await readFile(join(sample, 'truth.json'), 'utf8')) as { job: JobInput };
  const job = parseJob({ ...truth.job, mask: 'file' });
  const files = { input: join(sample, 'image.ome.tif'), mask: join(sample, 'mask.ome.tif') };
  try {
    return await inStaging(out, (folder) =>
      engine.request('infer', { files, job, staging: { folder, stem: 'sample' } }),
    );
  } finally {
    await engine.close();
  }
}

const start = performance.now();
const { document, files } = await inferSample();
const error = await relativeError(join(out, 'sample.lambda.ome.tif'), join(sample, 'lambda_true.ome.tif'));
const seconds = (performance.now() - start) / 1000;
const rows: [string, string][] = [
  ['sample', 'assets/sample/image.ome.tif, simulated, true λ known'],
  ['λ = Γ_me/Γ_ac, median', document.lambda.median.toFixed(3)],
  ['identifiable', `${(100 * document.identifiable).toFixed(1)} % of the nucleus`],
  ['posterior sd of λ', `${(document.uncertainty?.sd ?? Number.NaN).toFixed(3)} (median over the nucleus)`],
  ['relative error of λ', `${(100 * error).toFixed(1)} % (relative L2, against the known truth)`],
  ['time', `${seconds.toFixed(1)} s, of which solving ${document.solver.seconds.toFixed(2)} s`],
  ...files.map(({ name }, k): [string, string] => [
    k === 0 ? 'files' : '',
    relative(process.cwd(), join(out, name)),
  ]),
];
const width = Math.max(...rows.map(([label]) => label.length));
for (const [label, value] of rows) console.log(`${label.padEnd(width)}  ${value}`);
