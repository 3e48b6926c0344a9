import { diagnoseImage, diagnoseTables } from '../doctor/diagnose.js';
import type { Finding, FindingRemedy } from '../doctor/finding.js';
import { type SampledChannel, sampleImage } from '../doctor/image-sample.js';
import { type DoctorPart, pixelSizeOf, zStepOf } from '../doctor/subject.js';
import { sampleTable, type TableSample } from '../doctor/table-sample.js';
import { CoreError, type Remedy } from '../errors.js';
import type { JobFiles } from '../inference.js';
import type { ByteSource } from '../io/byte-source.js';
import { detectFormat, wrongKind } from '../io/detect.js';
import type { ImageMetadata, OpenImage } from '../io/image.js';
import { openImage } from '../io/open-image.js';
import { readTable } from '../io/read-table.js';
import { previewTable, type TablePreview } from '../io/table-preview.js';
import type { LocalizationTable, TableOptions } from '../io/table.js';
import { throwIfCancelled } from '../run.js';
import { identityOf } from './find-region.js';
import { channelRefs } from './read-image.js';
import { tableOptions } from './read-table.js';
import { stage, type StagedRun } from './stage-memory.js';

/** What a file holds, and what is doubtful about it. */
export type Inspection =
  | {
      readonly kind: 'image';
      readonly metadata: ImageMetadata;
      /** Side of a pixel in nm as the job takes it; null where nobody gave one. */
      readonly pixelSize: { readonly nm: number; readonly from: string } | null;
      /** The same of the step between planes. */
      readonly zStep: { readonly nm: number; readonly from: string } | null;
      /** The plane that was looked at. */
      readonly z: number;
      readonly findings: readonly Finding[];
    }
  | {
      readonly kind: 'table';
      readonly format: string;
      /** null where the table does not say enough to be read. */
      readonly table:
        | (Pick<LocalizationTable, 'columns' | 'units' | 'unitsFrom' | 'rows' | 'dropped'> & {
            readonly count: number;
            readonly channelNames: readonly string[];
          })
        | null;
      /** Names of its columns, where it has a header. */
      readonly columnNames: readonly string[];
      readonly findings: readonly Finding[];
    };

/** What is remembered of earlier looks, and how the input is read where somebody may know it already. */
export interface InspectionRun extends StagedRun {
  readonly readTable?: typeof readTable;
}

/** The plane that stands for an image: the chosen one, else the middle. */
function planeOf(metadata: ImageMetadata, z: DoctorPart['z']): number {
  return typeof z === 'number' ? Math.min(z, metadata.planes - 1) : Math.floor((metadata.planes - 1) / 2);
}

function sourceOf(files: JobFiles, file: 0 | 1): ByteSource {
  return file === 1 && files.second !== undefined ? files.second : files.input;
}

async function inspectImage(files: JobFiles, job: DoctorPart, run: InspectionRun): Promise<Inspection> {
  const refs = channelRefs(job);
  const images = new Map<ByteSource, OpenImage>();
  for (const { file } of refs) {
    const source = sourceOf(files, file);
    if (!images.has(source)) images.set(source, await openImage(source, run));
  }
  const channels = refs.flatMap(({ file, channel }): SampledChannel[] => {
    const image = images.get(sourceOf(files, file));
    return image === undefined ? [] : [{ image, channel }];
  });
  const source = sourceOf(files, refs[0].file);
  const { metadata } = channels[0].image;
  const z = planeOf(metadata, job.z);
  const from = [...images.keys()].map(identityOf);
  const part = { refs, z, frame: job.frame };
  const { value: sample } = await stage({ name: 'sample image', from, part }, run, () =>
    sampleImage(channels, { z, frame: job.frame }, run),
  );
  const subject = { name: source.name, metadata, sample, job };
  const sizes = { pixelSize: pixelSizeOf(subject) ?? null, zStep: zStepOf(subject) ?? null };
  return { kind: 'image', metadata, ...sizes, z, findings: diagnoseImage(subject) };
}

const wordsOf: Partial<Record<Remedy['setting'], string>> = {
  'table.columns': 'Say which columns these are',
  'calibration.pixelSizeNm': 'Give the size of a camera pixel',
};

/** What a table does not say, which was thrown where it was read. */
function unsaid({ message, hint = '', remedies = [] }: CoreError): Finding {
  const worded = remedies.flatMap((remedy): FindingRemedy[] => {
    const { setting, choices = [] } = remedy;
    if (setting !== 'table.units') return [{ ...remedy, words: wordsOf[setting] ?? 'Give it' }];
    return choices.map((value) => ({ setting, value, words: `Read the positions in ${value}` }));
  });
  return { code: 'table-unsaid', severity: 'stop', what: message, means: hint, remedies: worded };
}

type ReadTable = Extract<Inspection, { kind: 'table' }>;

function namesOf(preview: TablePreview | null): string[] {
  return preview?.header === true ? preview.columns.map(({ name }) => name) : [];
}

async function sampleTables(
  tables: ReadonlyMap<ByteSource, LocalizationTable>,
  files: JobFiles,
  job: DoctorPart,
  run: InspectionRun,
): Promise<TableSample[]> {
  const samples: TableSample[] = [];
  for (const { file, channel } of channelRefs(job)) {
    const table = tables.get(sourceOf(files, file));
    const sample = table && (await sampleTable(table.localizations, channel, run));
    if (sample) samples.push(sample);
  }
  return samples;
}

async function readTables(
  files: JobFiles,
  options: TableOptions,
  run: InspectionRun,
): Promise<Map<ByteSource, LocalizationTable>> {
  const { input, second } = files;
  const tables = new Map([[input, await (run.readTable ?? readTable)(input, options, run)]]);
  if (second !== undefined) tables.set(second, await readTable(second, options, run));
  return tables;
}

async function inspectTables(files: JobFiles, job: DoctorPart, run: InspectionRun): Promise<ReadTable> {
  const tables = await readTables(files, tableOptions({ ...job.calibration, table: job.table }), run);
  const samples = await sampleTables(tables, files, job, run);
  const first = tables.get(files.input) as LocalizationTable;
  const { format, localizations, columns, units, unitsFrom, rows, dropped } = first;
  const subject = { tables: [...tables.values()], samples, job };
  const { count, channelNames = [] } = localizations;
  return {
    kind: 'table',
    format,
    table: { columns, units, unitsFrom, rows, dropped, count, channelNames },
    columnNames: [],
    findings: samples.length === 0 ? [] : diagnoseTables(subject),
  };
}

/** As `inspectTables`; a table that does not say what its columns are is told as a finding. */
async function inspectUnsaid(files: JobFiles, job: DoctorPart, run: InspectionRun): Promise<ReadTable> {
  const preview = await previewTable(files.input, run);
  try {
    return { ...(await inspectTables(files, job, run)), columnNames: namesOf(preview) };
  } catch (error) {
    if (!(error instanceof CoreError) || error.tag !== 'missing') throw error;
    const format = preview?.format ?? 'table';
    return {
      kind: 'table',
      format,
      table: null,
      columnNames: namesOf(preview),
      findings: [unsaid(error)],
    };
  }
}

/**
 * What a job's files hold, and everything that is doubtful about them before anything is computed: the import doctor. Of
 * an image one plane of each channel is read, and three of a stack; of a table all rows. The same files and job give
 * the same findings. Throws what reading throws, `usage` for a channel that is not there, and `cancelled`.
 */
export async function inspect(files: JobFiles, job: DoctorPart, run: InspectionRun): Promise<Inspection> {
  throwIfCancelled(run);
  const format = await detectFormat(files.input);
  if (format.kind === 'unsupported') throw wrongKind(files.input, format, 'image');
  return format.kind === 'table' ? inspectUnsaid(files, job, run) : inspectImage(files, job, run);
}
