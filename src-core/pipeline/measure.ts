import { maskCount } from '../data/field.js';
import type { Grid } from '../data/grid.js';
import { findNucleus, type Region, regionFromMask, wholeFrameRegion } from '../density/region.js';
import { CoreError } from '../errors.js';
import type { JobFiles } from '../inference.js';
import type { ByteSource } from '../io/byte-source.js';
import { detectFormat, wrongKind } from '../io/detect.js';
import type { OpenImage } from '../io/image.js';
import { openImage } from '../io/open-image.js';
import type { JobSpec } from '../job.js';
import type { Run } from '../run.js';
import type { Measurement } from './measurement.js';
import { channelRefs, readImages } from './read-image.js';
import { readMask, requireMaskSize } from './read-mask.js';
import { readTables } from './read-table.js';
import { type Keyed, stage, type StagedRun, type StageKey } from './stage-memory.js';

/** What a job's files hold, and where the nucleus is. */
export interface Measured {
  readonly measurement: Measurement;
  readonly region: Region;
  /** Names both; see StageKey. */
  readonly key: StageKey;
}

/** INPUT and INPUT2 by the numbers that channel references use; throws `missing` where INPUT2 is referred to but absent. */
function jobSources(files: JobFiles, job: JobSpec): ByteSource[] {
  const needsSecond = channelRefs(job).some((ref) => ref.file === 1);
  if (!needsSecond) return [files.input];
  if (files.second !== undefined) return [files.input, files.second];
  throw new CoreError({
    tag: 'missing',
    message: 'The job takes one mark from a second file, and no second file was given.',
    hint: 'Give the second file, or choose two channels of the first.',
  });
}

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

function requireContent({ channels, valid }: Measurement, where: string): void {
  if (maskCount(valid) === 0) {
    throw new CoreError({
      tag: 'unreadable',
      where,
      message: 'The image holds no finite value: every pixel is NaN or infinite.',
      hint: 'Export the image again from the program that made it.',
    });
  }
  for (const { name, values } of channels) {
    const first = values[0];
    if (values.some((v) => v !== first)) continue;
    throw new CoreError({
      tag: 'model',
      where,
      message: `Channel "${name}" is ${Number(first.toPrecision(4))} everywhere: there is nothing to infer from.`,
      hint: 'Check that the right channel and plane were chosen.',
      remedies: [{ setting: 'z' }],
    });
  }
}

interface OpenMask {
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
  return regionFromMask(await readMask(mask.image, grid, run), grid);
}

/** Voxels without a finite value are taken out of the mask; throws `model` if nothing is left. */
function withoutInvalid(region: Region, measurement: Measurement, where: string): Region {
  const { valid, grid } = measurement;
  const invalid = valid.length - maskCount(valid);
  const mask = invalid === 0 ? region.mask : region.mask.map((v, i) => v & valid[i]);
  const inside = maskCount(mask);
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

function requireSpacing(mask: OpenImage, grid: Grid, source: ByteSource): void {
  const { x } = mask.metadata.pixelSize;
  if (x === undefined || Math.abs(x - grid.spacing[2]) < 0.02 * grid.spacing[2]) return;
  throw new CoreError({
    tag: 'usage',
    where: source.name,
    message: `The mask has pixels of ${x.toFixed(2)} nm, the density is drawn on a grid of ${grid.spacing[2]} nm.`,
    hint: `Draw the density at the ${x.toFixed(2)} nm of the mask.`,
    remedies: [{ setting: 'table.spacingNm', value: Number(x.toFixed(2)) }],
  });
}

/** The mask file of a job, where the job uses it and it was given. */
async function openMask(files: JobFiles, job: JobSpec, run: Run): Promise<OpenMask | undefined> {
  if (job.mask !== 'file' || files.mask === undefined) return undefined;
  return { image: await openImage(files.mask, run), source: files.mask };
}

const identityOf = (source: ByteSource | undefined): StageKey =>
  source === undefined ? '' : (source.identity ?? null);

/** Stage `read`: the channels on their grid. Of a mask file it sees the size alone, which a table is drawn on. */
async function readChannels(files: JobFiles, job: JobSpec, run: StagedRun): Promise<Keyed<Measurement>> {
  const sources = jobSources(files, job);
  const where = files.input.name;
  const from = sources.map(identityOf);
  const format = await stage({ name: 'format', from: from.slice(0, 1) }, run, () =>
    detectFormat(files.input),
  );
  if (format.value.kind === 'unsupported') throw wrongKind(files.input, format.value, 'image');
  const { channels, z, frame, table, seed } = job;
  const { pixelSizeNm, zStepNm } = job.calibration;
  const checked = (measurement: Measurement): Measurement => {
    requireContent(measurement, where);
    return measurement;
  };
  if (format.value.kind !== 'table') {
    const part = { channels, z, frame, pixelSizeNm, zStepNm };
    const make = async (): Promise<Measurement> => checked(await readImages(sources, part, run));
    return stage({ name: 'read image', from, part }, run, make);
  }
  const masked = job.mask === 'file' ? identityOf(files.mask) : '';
  const part = { channels, table, seed, pixelSizeNm };
  return stage({ name: 'read table', from: [...from, masked], part }, run, async () => {
    const mask = await openMask(files, job, run);
    const measurement = await readTables(sources, part, mask?.image.metadata, run);
    if (mask !== undefined) requireSpacing(mask.image, measurement.grid, mask.source);
    return checked(measurement);
  });
}

/** Stage `region`: where the nucleus is. */
function findRegion(
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

/** Reads the job's files and finds the nucleus: the pipeline's first stages, read and region. */
export async function measure(files: JobFiles, job: JobSpec, run: StagedRun): Promise<Measured> {
  const read = await readChannels(files, job, run);
  const region = await findRegion(read, files, job, run);
  return { measurement: read.value, region: region.value, key: region.key };
}
