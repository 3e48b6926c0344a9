import { z } from 'zod';
import { jobSchema } from '../../src-core/index.js';

/** Id of a file: a grant between window and main side, a key of the table of files in a project file. */
const fileId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not an id that was given out');

/** What only the window understands (colour maps, limits, cameras); it reads it back with care. */
const windowOnly = z.record(z.string().max(64), z.unknown());

const inputsSchema = z.strictObject({
  job: jobSchema,
  second: fileId.nullable(),
  mask: fileId.nullable(),
});

const settingsSchema = inputsSchema.extend({ displays: windowOnly });

const summarySchema = z.strictObject({
  /** Version of the program that made the result. */
  version: z.string().max(100),
  lambdaMedian: z.number().nullable(),
  /** Share of the nucleus where λ is known. */
  identifiable: z.number(),
  /** Of the float32 values of λ, little endian, NaN where it is not known; null where they were let go. */
  lambdaSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});

const jobId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not the id of a job');

/** Steps of undo that outlive a reload or a crash. */
const keptSteps = 40;

const documentSchema = z.strictObject({
  source: fileId,
  settings: settingsSchema,
  /** Earlier settings, oldest first, and undone ones, nearest first. */
  past: z.array(settingsSchema).max(keptSteps),
  future: z.array(settingsSchema).max(keptSteps),
  /** Whether the settings are in no project file. */
  unsaved: z.boolean(),
  /** View and open steps. */
  look: windowOnly,
  /** The job at work. */
  running: z.strictObject({ job: jobId, inputs: inputsSchema }).nullable(),
  /** The map that is shown, `job` null where only its summary is left, and what it was made with. */
  result: z
    .strictObject({ job: jobId.nullable(), inputs: inputsSchema, summary: summarySchema.nullable() })
    .nullable(),
});

/** Everything that is open, as the window hands it over and gets it back; files by id. */
export const contentSchema = z.strictObject({
  documents: z.array(documentSchema).max(200),
  /** Index of the document that is shown. */
  active: z.number().int().nonnegative(),
});

/** Everything that is open. */
export type Content = z.output<typeof contentSchema>;
/** One open image or table. */
export type ContentDocument = z.output<typeof documentSchema>;
/** What is known of a result without its maps. */
export type ResultSummary = z.output<typeof summarySchema>;

type Inputs = z.output<typeof inputsSchema>;

/** Ids of the files that a content uses, each once. */
export function filesOf({ documents }: Content): string[] {
  const ids = documents.flatMap(({ source, settings, past, future, result, running }) => [
    source,
    ...[settings, ...past, ...future, result?.inputs, running?.inputs].flatMap((inputs) =>
      inputs === undefined ? [] : [inputs.second, inputs.mask],
    ),
  ]);
  return [...new Set(ids.filter((each) => each !== null))];
}

/**
 * The content with every file id replaced, null where a file is not there: a document without its source is left
 * out, one without its second file or mask says that it lacks it.
 */
export function withFiles(content: Content, idOf: (id: string) => string | null): Content {
  const place = (id: string | null): string | null => (id === null ? null : idOf(id));
  const replaced = <T extends Inputs>(inputs: T): T => ({
    ...inputs,
    second: place(inputs.second),
    mask: place(inputs.mask),
  });
  const documents = content.documents.flatMap((document): ContentDocument[] => {
    const { source, settings, past, future, running, result } = document;
    const there = place(source);
    if (there === null) return [];
    return [
      {
        ...document,
        source: there,
        settings: replaced(settings),
        past: past.map(replaced),
        future: future.map(replaced),
        running: running && { ...running, inputs: replaced(running.inputs) },
        result: result && { ...result, inputs: replaced(result.inputs) },
      },
    ];
  });
  const shown = content.documents.at(content.active);
  const before = content.documents.slice(0, content.active).filter(({ source }) => place(source) !== null);
  const isThere = shown !== undefined && place(shown.source) !== null;
  return { documents, active: isThere ? before.length : 0 };
}
