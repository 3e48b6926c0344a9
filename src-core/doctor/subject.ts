import type { ImageMetadata } from '../io/image.js';
import type { LocalizationTable } from '../io/table.js';
import type { JobSpec } from '../job.js';
import type { ImageSample } from './image-sample.js';
import type { TableSample } from './table-sample.js';

/** The part of a job that findings depend on. */
export type DoctorPart = Pick<JobSpec, 'channels' | 'z' | 'frame' | 'calibration' | 'table' | 'model'>;

/** An image that is judged: what its file says, what its pixels tell, and what the job makes of it. */
export interface ImageSubject {
  /** Of the file, without folders. */
  readonly name: string;
  readonly metadata: ImageMetadata;
  readonly sample: ImageSample;
  readonly job: DoctorPart;
}

/** Tables that are judged, one for each file. */
export interface TableSubject {
  readonly tables: readonly Pick<
    LocalizationTable,
    'units' | 'unitsFrom' | 'rows' | 'dropped' | 'firstBad' | 'warnings'
  >[];
  /** Of each channel of the job. */
  readonly samples: readonly TableSample[];
  readonly job: DoctorPart;
}

/** A length in nm and where it came from, in words. */
interface LengthFrom {
  readonly nm: number;
  readonly from: string;
}

/** Side of a pixel in nm as the job takes it, and who gave it; undefined where nobody did. */
export function pixelSizeOf({
  metadata,
  job,
}: Pick<ImageSubject, 'metadata' | 'job'>): LengthFrom | undefined {
  const given = job.calibration.pixelSizeNm;
  if (given !== null) return { nm: given, from: 'as given' };
  const { x, source } = metadata.pixelSize;
  return x === undefined ? undefined : { nm: x, from: source ?? metadata.format };
}

/** Distance of planes in nm as the job takes it, and who gave it; undefined where nobody did. */
export function zStepOf({ metadata, job }: Pick<ImageSubject, 'metadata' | 'job'>): LengthFrom | undefined {
  const given = job.calibration.zStepNm;
  if (given !== null) return { nm: given, from: 'as given' };
  const { z, source } = metadata.pixelSize;
  return z === undefined ? undefined : { nm: z, from: source ?? metadata.format };
}

/** How a channel of the job is called in a sentence: "heterochromatin". */
export function channelTitles({ channels }: DoctorPart): readonly string[] {
  return channels.kind === 'density' ? ['density'] : ['heterochromatin', 'euchromatin'];
}
