import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JobFiles } from '../../src-core/inference.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { openImage } from '../../src-core/io/open-image.js';
import { type JobInput, type JobSpec, parseJob } from '../../src-core/job.js';
import { quietRun } from '../../src-core/run.js';

const folder = fileURLToPath(new URL('../../assets/sample/', import.meta.url));
const source = (name: string) => memorySource(name, new Uint8Array(readFileSync(folder + name)));

/** The sample nucleus (256², 5 % noise, smooth λ) and its mask. */
export const sampleFiles: JobFiles = { input: source('image.ome.tif'), mask: source('mask.ome.tif') };

/** The job by which a user would infer λ of the sample. */
export function sampleJob(solver: JobInput['solver']): JobSpec {
  return parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
    mask: 'file',
    calibration: { hetFraction: 0.6271326586725875 },
    solver,
  });
}

/** True λ of the sample, NaN outside the nucleus. */
export async function sampleTruth(): Promise<Float32Array> {
  const image = await openImage(source('lambda_true.ome.tif'), quietRun);
  return image.readPlane({ z: 0, channel: 0, frame: 0 }, quietRun);
}
