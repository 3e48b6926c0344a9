import { maskCount } from '../data/field.js';
import { shiftText } from '../data/shift-text.js';
import { findNucleus, type Region, regionFromMask, wholeFrameRegion } from '../density/region.js';
import { CoreError } from '../errors.js';
import type { JobFiles } from '../inference.js';
import type { ByteSource } from '../io/byte-source.js';
import type { OpenImage } from '../io/image.js';
import { openImage } from '../io/open-image.js';
import type { JobSpec } from '../job.js';
import type { Run } from '../run.js';
import type { Measurement, Registration } from './measurement.js';
import { readMask, requireMaskSize } from './read-mask.js';
import { type Keyed, stage, type StagedRun, type StageKey } from './stage-memory.js';

/** The nucleus of a measurement as the job finds it without a mask file: by threshold, or the whole frame. */
export function regionOf(measurement: Measurement, mask: 'auto' | 'none', run: Run): Promise<Region> {
  const { grid } = measurement;
  return mask === 'none'
    ? Promise.resolve(wholeFrameRegion(grid))
    : findNucleus(combinedDensity(measurement), grid, run);
}

/** Sum of the channels, each scaled to unit spread, so that a dim channel counts as much as a bright one. */
function combinedDensity({ channels }: Measurement): Float64Array {
  const sum = new Float64Array(channels[0].values.length);
  for (const { values } of channels) {
    const mean = values.reduce((total, v) => total + v, 0) / values.length;
    const spread = Math.sqrt(values.reduce((total, v) => total + (v - mean) ** 2, 0) / values.length);
    if (spread > 0) for (let i = 0; i < sum.length; i++) sum[i] += (values[i] - mean) / spread;
  }
  return sum;
}

/** A mask file and what it was opened from. */
export interface OpenMask {
  readonly image: OpenImage;
  readonly source: ByteSource;
}

async function chooseRegion(
  measurement: Measurement,
  job: Pick<JobSpec, 'mask'>,
  mask: OpenMask | undefined,
  run: Run,
): Promise<Region> {
  const { grid } = measurement;
  if (job.mask !== 'file') return regionOf(measurement, job.mask, run);
  if (mask === undefined) {
    throw new CoreError({
      tag: 'missing',
      message: 'The job uses a mask file, and none was given.',
      hint: 'Give a mask file, or have the nucleus found (auto), or take the whole picture (none).',
      remedies: [{ setting: 'mask' }],
    });
  }
  requireMaskSize(mask.image, grid, mask.source);
  return regionFromMask(await readMask(mask.image, grid, run), grid, run);
}

/** A nucleus that held `before` voxels, where the channel that was moved has values; throws `model` if it has none there. */
function onMovedChannels(
  region: Region,
  before: number,
  { shiftNm: [z, y, x] }: Registration,
  where: string,
): Region {
  const inside = maskCount(region.mask);
  if (inside < 9) {
    throw new CoreError({
      tag: 'model',
      where,
      message: `Moved back by ${shiftText([x, y, z], null)}, the euchromatin channel has values at ${inside} of the ${before} voxels of the nucleus: too few to infer anything.`,
      hint: 'Give a smaller displacement of the channels, or leave them as they are; check the mask.',
      remedies: [{ setting: 'calibration.shiftNm' }, { setting: 'mask' }],
    });
  }
  if (inside === before) return region;
  const lost = `${before - inside} voxels of the nucleus were left out: the channel that was moved has no values there.`;
  return { ...region, warnings: [...region.warnings, lost] };
}

/** Voxels without a finite value are taken out of the mask; throws `model` if nothing is left. */
function withoutInvalid(region: Region, measurement: Measurement, where: string): Region {
  const { valid, grid } = measurement;
  const invalid = valid.length - maskCount(valid);
  const mask = invalid === 0 ? region.mask : region.mask.map((v, i) => v & valid[i]);
  const inside = maskCount(mask);
  if (measurement.registration !== undefined) {
    return onMovedChannels({ ...region, mask }, maskCount(region.mask), measurement.registration, where);
  }
  if (inside < 9) {
    throw new CoreError({
      tag: 'model',
      where,
      message: `The nucleus mask covers ${inside} of ${grid.shape[0] * grid.shape[1] * grid.shape[2]} voxels: too few to infer anything.`,
      hint: 'Draw a larger mask, or have the nucleus found (auto), or take the whole picture (none).',
      remedies: [{ setting: 'mask' }],
    });
  }
  if (invalid === 0) return region;
  const warnings = [
    ...region.warnings,
    `${invalid} voxels were NaN or infinite and were left out of the nucleus.`,
  ];
  return { ...region, mask, warnings };
}

/** The mask file of a job, where the job uses it and it was given. */
export async function openMask(files: JobFiles, job: JobSpec, run: Run): Promise<OpenMask | undefined> {
  if (job.mask !== 'file' || files.mask === undefined) return undefined;
  return { image: await openImage(files.mask, run), source: files.mask };
}

/** Names a file in stage keys; null where it has no identity, empty where there is none. */
export const identityOf = (source: ByteSource | undefined): StageKey =>
  source === undefined ? '' : (source.identity ?? null);

/** Stage `region`: where the nucleus is. */
export function findRegion(
  read: Keyed<Measurement>,
  files: JobFiles,
  job: JobSpec,
  run: StagedRun,
): Promise<Keyed<Region>> {
  const measurement = read.value;
  const masked = job.mask === 'file' ? identityOf(files.mask) : '';
  const source = { name: 'region', from: [read.key, masked], part: job.mask };
  return stage(source, run, async () => {
    run.report({ stage: 'nucleus', fraction: 0 });
    const region = await chooseRegion(measurement, job, await openMask(files, job, run), run);
    return withoutInvalid(region, measurement, files.input.name);
  });
}
