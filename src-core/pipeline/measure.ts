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

/** What a job's files hold, and where the nucleus is. */
export interface Measured {
  readonly measurement: Measurement;
  readonly region: Region;
}

/** INPUT and INPUT2 by the numbers that channel references use; throws `missing` where INPUT2 is referred to but absent. */
function jobSources(files: JobFiles, job: JobSpec): ByteSource[] {
  const needsSecond = channelRefs(job).some((ref) => ref.file === 1);
  if (!needsSecond) return [files.input];
  if (files.second !== undefined) return [files.input, files.second];
  throw new CoreError({
    tag: 'missing',
    message: 'The job takes one mark from a second file, and no second file was given.',
    hint: 'Give INPUT2, or name two channels of INPUT.',
  });
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
    });
  }
}

async function chooseRegion(
  measurement: Measurement,
  job: JobSpec,
  mask: { image: OpenImage; source: ByteSource } | undefined,
  run: Run,
): Promise<Region> {
  const { grid } = measurement;
  if (job.mask === 'none') return wholeFrameRegion(grid);
  if (job.mask === 'auto') return findNucleus(combinedDensity(measurement), grid, run);
  if (mask === undefined) {
    throw new CoreError({
      tag: 'missing',
      message: 'The job uses a mask file, and none was given.',
      hint: 'Give --mask FILE, auto or none.',
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
      hint: 'Draw a larger mask, or use --mask auto or none.',
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
    hint: `Give --spacing-nm ${x.toFixed(2)}.`,
  });
}

/** Reads the job's files and finds the nucleus: the pipeline's first stages, read and region. */
export async function measure(files: JobFiles, job: JobSpec, run: Run): Promise<Measured> {
  const sources = jobSources(files, job);
  const format = await detectFormat(files.input);
  if (format.kind === 'unsupported') throw wrongKind(files.input, format, 'image');
  const mask =
    job.mask === 'file' && files.mask !== undefined
      ? { image: await openImage(files.mask, run), source: files.mask }
      : undefined;
  const isTable = format.kind === 'table';
  const measurement = isTable
    ? await readTables(sources, job, mask?.image.metadata, run)
    : await readImages(sources, job, run);
  if (isTable && mask !== undefined) requireSpacing(mask.image, measurement.grid, mask.source);
  requireContent(measurement, files.input.name);
  run.report({ stage: 'nucleus', fraction: 0 });
  const region = await chooseRegion(measurement, job, mask, run);
  return { measurement, region: withoutInvalid(region, measurement, files.input.name) };
}
