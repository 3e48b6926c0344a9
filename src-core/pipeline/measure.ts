import { maskCount } from '../data/field.js';
import type { Grid } from '../data/grid.js';
import { CoreError } from '../errors.js';
import type { JobFiles } from '../inference.js';
import type { ByteSource } from '../io/byte-source.js';
import { detectFormat, wrongKind } from '../io/detect.js';
import type { OpenImage } from '../io/image.js';
import type { JobSpec } from '../job.js';
import { findRegion, identityOf, openMask } from './find-region.js';
import type { Measured, Measurement } from './measurement.js';
import { channelRefs, readImages } from './read-image.js';
import { readTables } from './read-table.js';
import { register } from './register.js';
import { type Keyed, stage, type StagedRun } from './stage-memory.js';

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

/** Reads the job's files and finds the nucleus: the pipeline's first stages, read, register and region. */
export async function measure(files: JobFiles, job: JobSpec, run: StagedRun): Promise<Measured> {
  const read = await readChannels(files, job, run);
  const registered = await register(read, files, job, run);
  const region = await findRegion(registered, files, job, run);
  return { measurement: registered.value, region: region.value, key: region.key };
}
