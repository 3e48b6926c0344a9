import { z } from 'zod';
import { type ErrorData, jobSchema, type JobSpec, type Progress } from '../src-core/index.js';
import type { BatchReading } from './batch/readings.js';
import type { BugData } from './engine/messages.js';
import type { ResultDocument } from './engine/result-document.js';

/*
 * The part of the table of requests (api.ts) that is about batches. Folders are granted like files: windows see names
 * and counts, never a path. One batch runs at a time, beside the jobs of the open nucleus.
 */

/** What a window can do about folders and batches. */
export interface BatchCapabilities {
  /** Whether `openFolder` asks for a folder; without it folders come by newFolder and POST /upload. */
  readonly openFolder: boolean;
  /** Whether `revealBatch` shows files in the system's file manager. */
  readonly reveal: boolean;
  /** Processors of the machine, for how many inputs of a batch are worked on at a time. */
  readonly processors: number;
}

/** A folder that batches may use. */
export interface FolderGrant {
  readonly kind: 'folder';
  readonly id: string;
  readonly name: string;
  /** Files in it (of an uploaded one, below it too) and their bytes; hidden ones are not counted. */
  readonly files: number;
  readonly bytes: number;
  readonly from: 'dialog' | 'upload' | 'command-line';
  /** Where results go: its name, beside the folder, where the user chose, or into the session's own files. */
  readonly output: { readonly name: string; readonly kind: 'beside' | 'chosen' | 'session' };
}

/** What a folder comes to under a selection, before anything is run. */
export interface BatchListing {
  readonly inputs: readonly {
    readonly name: string;
    readonly bytes: number;
    /** What it was recognised as. */
    readonly format: string | null;
    /** Why it will fail, as far as can be told. */
    readonly problem: string | null;
    readonly mask: string | null;
    readonly second: string | null;
  }[];
  /** Left out: by their names masks of inputs. */
  readonly likeMasks: readonly string[];
  /** What an earlier batch has left in the output. */
  readonly before: { readonly done: number; readonly failed: number } | null;
}

/** One input of a batch. */
export interface BatchFile {
  readonly name: string;
  /** 'skipped': done by an earlier run and still standing. */
  readonly state: 'queued' | 'running' | 'done' | 'skipped' | 'failed';
  /** Of a running one. */
  readonly progress: Progress | null;
  readonly seconds: number | null;
  readonly reading: BatchReading | null;
  readonly error: ErrorData | BugData | null;
}

/** Where a batch stands. */
export interface BatchState {
  readonly id: string;
  readonly folder: FolderGrant;
  readonly selection: BatchSelection;
  readonly job: JobSpec;
  readonly jobs: number;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** What is done for all inputs: 'check' of earlier results, 'report'. */
  readonly phase: Progress | null;
  /** Seconds since it was started, in all once it has ended. */
  readonly seconds: number;
  /** Why it ended early; failed inputs have their own. */
  readonly failure: ErrorData | BugData | null;
  /** In file order. */
  readonly files: readonly BatchFile[];
  /** Which files of the whole batch are there: summary.csv, report.html, ledger.jsonl. */
  readonly written: readonly string[];
}

/** A finished input: its report, a small picture of λ, and the files of its result. */
export interface BatchResultDetail {
  readonly document: ResultDocument;
  /** data: URL of a PNG, coloured from `limits[0]` to `limits[1]`. */
  readonly thumbnail: string;
  readonly limits: readonly [number, number];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** The form of the ids that are given out. */
export const grantedId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not an id that was given out');

const pattern = z.string().trim().min(1).max(1000);
const inputName = z.string().min(1).max(4096);

const selection = z.strictObject({
  /** A glob; null: every name that can be read. */
  pattern: pattern.nullable(),
  recursive: z.boolean(),
  /** Of the mask and of the second mark of each input: {stem}, {*}. Null: none. */
  maskPattern: pattern.nullable(),
  secondPattern: pattern.nullable(),
});

/** Which files of a folder are inputs, and which go with them. */
export type BatchSelection = z.output<typeof selection>;

/** The requests that are about batches. */
export const batchRequestSchemas = {
  listFolders: z.strictObject({}),
  /** Asks the user for a folder (capabilities.openFolder). */
  openFolder: z.strictObject({}),
  /** An empty folder of the session, to be filled by POST /upload?folder=ID&name=PATH. */
  newFolder: z.strictObject({ name: z.string().min(1).max(1000) }),
  dropFolder: z.strictObject({ folder: grantedId }),
  /** Where results go; 'ask' needs capabilities.openFolder. */
  setBatchOutput: z.strictObject({ folder: grantedId, to: z.enum(['ask', 'beside', 'session']) }),
  listBatchInputs: z.strictObject({ folder: grantedId, selection }),
  /** `only`: these inputs alone, again; the others keep what they have. Refused while a batch runs. */
  startBatch: z.strictObject({
    folder: grantedId,
    selection,
    job: jobSchema,
    jobs: z.number().int().min(1).max(256),
    resume: z.boolean(),
    only: z.array(inputName).min(1).max(100_000).exactOptional(),
  }),
  cancelBatch: z.strictObject({ batch: grantedId }),
  /** The batch that runs, or ran last; null before the first. */
  batchState: z.strictObject({}),
  batchResult: z.strictObject({ batch: grantedId, input: inputName }),
  /** A file of the batch (`input` null) or of one result, to be fetched. */
  batchFile: z.strictObject({
    batch: grantedId,
    input: inputName.nullable(),
    name: z.string().min(1).max(300),
  }),
  /** Shows the output, or an input's results, in the system's file manager (capabilities.reveal). */
  revealBatch: z.strictObject({ batch: grantedId, input: inputName.nullable() }),
  /** Grants an input with the files that go with it, and the job of its result where it has one. */
  openBatchInput: z.strictObject({ folder: grantedId, selection, input: inputName }),
} as const satisfies Record<string, z.ZodType>;

/** An input of a batch as files that a job can use; `job` is that of its result, null where it has none. */
export interface BatchInputGrants<File> {
  readonly input: File;
  readonly second: File | null;
  readonly mask: File | null;
  readonly job: JobSpec | null;
}

/** The answers to these requests, in terms of a granted file and of an exported one (both of api.ts). */
export interface BatchResponses<File, Exported> {
  listFolders: readonly FolderGrant[];
  openFolder: FolderGrant | null;
  newFolder: { readonly folder: FolderGrant; readonly patterns: readonly string[] };
  dropFolder: null;
  setBatchOutput: FolderGrant;
  listBatchInputs: BatchListing;
  startBatch: BatchState;
  cancelBatch: BatchState;
  batchState: BatchState | null;
  batchResult: BatchResultDetail;
  batchFile: Exported;
  revealBatch: null;
  openBatchInput: BatchInputGrants<File>;
}

/** What the main side tells of batches unasked. */
export type BatchEvent =
  | { readonly type: 'folders'; readonly folders: readonly FolderGrant[] }
  /** A batch was started or has ended. */
  | { readonly type: 'batch'; readonly batch: BatchState }
  /** Inputs that changed, at most every 100 ms, by their index. */
  | {
      readonly type: 'batch-files';
      readonly batch: string;
      readonly seconds: number;
      readonly phase: Progress | null;
      readonly changed: readonly { readonly index: number; readonly file: BatchFile }[];
    };
