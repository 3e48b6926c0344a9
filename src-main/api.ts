import { z } from 'zod';
import {
  type ErrorData,
  type Grid,
  type Inspection,
  type JobInput,
  jobSchema,
  type JobSpec,
  type Progress,
  type TablePreview,
} from '../src-core/index.js';
import {
  type BatchCapabilities,
  type BatchEvent,
  batchRequestSchemas,
  type BatchResponses,
  grantedId as id,
} from './api-batch.js';
import { type CheckFindings, checkRequestSchemas, type CheckState } from './api-check.js';
import { type ExportedFile, exportRequestSchemas, type PageDrawing } from './api-exports.js';
import type { TrainingProgress } from './api-training.js';
import {
  type DataHandle,
  type PlanePreview,
  type PointCloud,
  rawPlaneSchema,
  tableSchema,
} from './api-planes.js';
import type { BugData, FileDescription } from './engine/messages.js';
import type { Grant } from './grants.js';
import type { ResultDocument } from './engine/result-document.js';
import { projectRequestSchemas, type ProjectResponses } from './project/project-api.js';

export type { TrainingProgress } from './api-training.js';
export { type ExportedFile, type ExportKind, exportKinds, type PageDrawing } from './api-exports.js';
export type { DataHandle, Histogram, PlanePreview, PointCloud } from './api-planes.js';

/*
 * The one table of what a window may ask of the main side, the same for Electron (message port) and for
 * `epiflux serve` (WebSocket /socket, JSON text). Windows import its types; the main side also its schemas.
 *
 * Numbers and text travel in messages, big arrays by HTTP from the window's own origin, in both kinds of window:
 *   GET  /data/<id>          bytes of a DataHandle, little endian, z,y,x order; 410 once it was let go: ask again
 *   POST /data               a Uint8Array from the window (a drawn mask), up to 256 MiB → DataHandle
 *   POST /upload?name=NAME   a file from the window, as it is, up to 2 GiB → Grant
 *   POST /upload?folder=ID&name=PATH   the same, into a folder of the session (newFolder) → FolderGrant
 *   GET  /file/<id>          an exported file, to be saved by the browser
 * A failed fetch answers with an ApiFailure as JSON.
 */

/** Changes whenever a window of one version could not speak to a main side of another. */
export const apiVersion = 1;

export type { Grant } from './grants.js';

export interface Hello {
  readonly version: string;
  readonly apiVersion: number;
  readonly platform: string;
  /** The platform's colour scheme; null where the browser knows better (prefers-color-scheme). */
  readonly theme: 'light' | 'dark' | null;
  readonly capabilities: BatchCapabilities & {
    readonly window: 'electron' | 'serve';
    /** Whether `openDialog` shows a dialog of the system; without it files come by POST /upload. */
    readonly openDialog: boolean;
    /** Whether `exportFile` asks where to save; without it the file is fetched from `url`. */
    readonly saveDialog: boolean;
    /** Whether the sample nucleus is installed. */
    readonly sample: boolean;
    /** Values of solver.name that this version has. */
    readonly solvers: readonly string[];
  };
}

/** The sample nucleus, ready to be run. */
export interface Sample {
  readonly input: Grant;
  readonly mask: Grant;
  readonly job: JobInput;
}

export interface JobFilesByGrant {
  readonly input: string;
  readonly second?: string;
  readonly mask?: string;
}

export type ApiFailure = (ErrorData | BugData) & {
  /** What the gate refused: the place in the request ("job.model.lengthNm") and why. */
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
  /** The engine itself is gone with this failure; the next job starts it again. */
  readonly died?: true;
};

/** Where a job stands. Jobs run one after the other. */
export interface JobState {
  readonly id: string;
  readonly files: JobFilesByGrant;
  readonly spec: JobSpec;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: Progress | null;
  /** Seconds of running, so far or in all. */
  readonly seconds: number;
  /** Why it failed. */
  readonly failure: ApiFailure | null;
  /** Only for the picture while a setting moves: in no list, told of only once it has ended. */
  readonly preview?: true;
}

/** The result of a job. `lambda` is NaN where it is not identifiable: the bytes of lambda.ome.tif. */
export interface JobResult {
  /** The same as result.json. */
  readonly document: ResultDocument;
  readonly grid: Grid;
  readonly fields: {
    /** Volume fractions, float32. */
    readonly phiH: DataHandle;
    readonly phiE: DataHandle;
    /** φ_h + φ_e, float32. */
    readonly density: DataHandle;
    /** uint8, non-zero inside. */
    readonly mask: DataHandle;
    readonly lambda: DataHandle;
    /** uint8, 1 where λ is known. */
    readonly identifiable: DataHandle;
    /** sd of λ, of a solver that tells it; with that of its level where that is known. */
    readonly lambdaSd: DataHandle | null;
    /** Posterior sd of λ, its level taken as right; null where that is what `lambdaSd` is. */
    readonly lambdaSdPattern: DataHandle | null;
    /** nm, Infinity where nothing is resolved; see RateMap. */
    readonly lambdaResolution: DataHandle | null;
    readonly residual: DataHandle | null;
  };
}

/** What a check found; its arrays are fetched like those of results. */
export type CheckResult = CheckFindings<DataHandle>;

const count = z.number().int().nonnegative();
const triple = <T extends z.ZodType>(item: T) => z.tuple([item, item, item]).readonly();
const grid = z.strictObject({
  shape: triple(z.number().int().positive().max(65_536)),
  spacing: triple(z.number().positive().max(1e9)),
  origin: triple(z.number()),
});
const files = z.strictObject({ input: id, second: id.exactOptional(), mask: id.exactOptional() });
/** What each request must look like; nothing else passes the gate. */
export const requestSchemas = {
  ...projectRequestSchemas,
  hello: z.strictObject({}),
  listGrants: z.strictObject({}),
  /** Asks the user for files with a dialog of the system (capabilities.openDialog). */
  openDialog: z.strictObject({ several: z.boolean() }),
  openSample: z.strictObject({}),
  dropGrant: z.strictObject({ grant: id }),
  /** `table`: what the user says of a table that does not say it itself. */
  describe: z.strictObject({ grant: id, table: tableSchema.exactOptional() }),
  /** What is doubtful about the files of a job before it runs. */
  inspect: z.strictObject({ files, job: jobSchema }),
  planePreview: rawPlaneSchema,
  /** The points of a table, at most `limit`. */
  points: z.strictObject({
    grant: id,
    table: tableSchema.exactOptional(),
    limit: count.min(1).max(1e6).default(1e6),
  }),
  /** How a table begins and what is recognised in it; null where the file is no table. */
  tablePreview: z.strictObject({ grant: id }),
  /** A mask that was drawn (non-zero inside; bytes by POST /data) as a file that a job can use. */
  saveMask: z.strictObject({ data: id, grid, name: z.string().min(1).max(200) }),
  /** A mask that was drawn, as a file for the user. */
  exportMask: z.strictObject({ grant: id }),
  /** The job with every default. */
  defaults: z.strictObject({ channels: jobSchema.shape.channels }),
  /**
   * `urgent` goes before jobs that wait; `replaces` is cancelled first. A `preview` is urgent and takes the place of
   * the preview that waits: there is never more than one running and one waiting. Of the previews that have ended the
   * latest few are kept; a window drops those that it does not show any more. A preview of `direct` chooses its width
   * more coarsely than a run (see docs/views.md), and nothing is exported of it.
   */
  startJob: z.strictObject({
    files,
    job: jobSchema,
    urgent: z.boolean().default(false),
    replaces: id.exactOptional(),
    preview: z.boolean().default(false),
    /** Whether the latest training of the same image, network and settings is gone on with (solver network). */
    resume: z.boolean().default(false),
  }),
  cancelJob: z.strictObject({ job: id }),
  /** Ends the training of a running job: λ is that of the best step so far. Nothing happens to a job that does not train. */
  endTraining: z.strictObject({ job: id }),
  listJobs: z.strictObject({}),
  /** Runs the job again, silently and to the same bytes, where its arrays had to be let go. */
  jobResult: z.strictObject({ job: id }),
  /** Forgets a job and lets its arrays go; a running one is cancelled. */
  dropJob: z.strictObject({ job: id }),
  /** Lets arrays go before the memory budget would. */
  dropData: z.strictObject({ data: z.array(id).max(1000) }),
  ...checkRequestSchemas,
  ...exportRequestSchemas,
  ...batchRequestSchemas,
  /** Kills the engine, whatever it is doing; the next request starts it anew. What it worked on fails. */
  restartEngine: z.strictObject({}),
} as const satisfies Record<string, z.ZodType>;

interface ResponseTable extends ProjectResponses, BatchResponses<Grant, ExportedFile> {
  hello: Hello;
  listGrants: readonly Grant[];
  openDialog: readonly Grant[];
  openSample: Sample;
  dropGrant: null;
  describe: FileDescription;
  inspect: Inspection;
  planePreview: PlanePreview;
  points: PointCloud;
  tablePreview: TablePreview | null;
  saveMask: Grant;
  exportMask: ExportedFile;
  defaults: JobSpec;
  startJob: JobState;
  cancelJob: JobState;
  endTraining: JobState;
  listJobs: readonly JobState[];
  jobResult: JobResult;
  dropJob: null;
  dropData: null;
  startCheck: CheckState;
  cancelCheck: CheckState;
  checkResult: CheckResult;
  exportFile: ExportedFile;
  restartEngine: null;
  drawPage: PageDrawing;
  exportPage: ExportedFile;
}

export type RequestName = keyof typeof requestSchemas;

/** Every request by its name: what a window sends, and what it gets back. */
export type ApiRequests = {
  [K in RequestName]: { request: z.input<(typeof requestSchemas)[K]>; response: ResponseTable[K] };
};

/** A request as it comes out of the gate, with its defaults. */
export type CheckedRequest<K extends RequestName> = z.output<(typeof requestSchemas)[K]>;

/** One panel of a page that a window asks for. */
export type PanelRequest = Exclude<CheckedRequest<'drawPage'>['page']['content'], 'figure'>[number];

/** What the main side tells without being asked. */
export type ApiEvent =
  | BatchEvent
  /**
   * At most every 40 ms. Fraction and `secondsLeft` are of the whole job: its stages weighed by what they took in the
   * last job of its kind and size, remembered stages left out. The fraction never falls. `secondsLeft` is null only at
   * the very start.
   */
  | {
      readonly type: 'progress';
      readonly job: string;
      readonly progress: Progress;
      readonly seconds: number;
      readonly secondsLeft: number | null;
      /** Where the job trains. */
      readonly training?: TrainingProgress;
    }
  /** A job came into another state; 'done' says that jobResult can be asked. */
  | { readonly type: 'job'; readonly job: JobState }
  /** A check came into another state, or further; 'done' says that checkResult can be asked. */
  | { readonly type: 'check'; readonly check: CheckState }
  /**
   * The engine died and is started again by the next job; grants, jobs and results are kept. `what` names the file
   * that it worked on, `job` the job where it was one.
   */
  | {
      readonly type: 'engine-died';
      readonly job: string | null;
      readonly what: string;
      readonly failure: ApiFailure;
    }
  | { readonly type: 'grants'; readonly grants: readonly Grant[] }
  /** A file that the system, a second start or the menu of recent files handed over: the window opens it. */
  | { readonly type: 'open-file'; readonly grant: Grant }
  /** A file that the system or the menu of recent files handed over cannot be opened. */
  | { readonly type: 'open-failed'; readonly failure: ApiFailure }
  | { readonly type: 'theme'; readonly theme: 'light' | 'dark' }
  /** A command of the application's menu (Electron). */
  | { readonly type: 'menu'; readonly command: MenuCommand };

export type MenuCommand =
  | 'open'
  | 'open-sample'
  | 'save-project'
  | 'save-project-as'
  | 'close-document'
  | 'export'
  | 'run'
  | 'cancel'
  | 'undo'
  | 'redo'
  | 'batch'
  | 'fit'
  | 'reset'
  | 'contrast'
  | 'plane'
  | 'surface'
  | 'split'
  | 'theme'
  | 'palette'
  | 'log'
  | 'tour'
  | 'restart-engine';

/** To a window. */
export type WindowMessage =
  | {
      readonly type: 'response';
      readonly id: number;
      readonly response: ApiRequests[RequestName]['response'];
    }
  /** `id` is null where the message was so broken that it had none. */
  | { readonly type: 'failure'; readonly id: number | null; readonly failure: ApiFailure }
  | { readonly type: 'event'; readonly event: ApiEvent };

/** What the preload script gives an Electron window as `window.epiflux`; absent in a browser. */
export interface ElectronBridge {
  /** Asks for the message port; it comes as a `message` event with data 'epiflux-port' and ports[0]. */
  readonly connect: () => void;
  /** The grant of a file that was dropped on the window or picked in it. */
  readonly grantFile: (file: File) => Promise<Grant>;
}

/**
 * The envelope of a message from a window: `id` is the window's own, for the answer; the request is checked by
 * requestSchemas.
 */
export const requestMessageSchema = z.strictObject({
  type: z.literal('request'),
  id: z.number().int().nonnegative(),
  name: z.enum(Object.keys(requestSchemas) as [RequestName, ...RequestName[]]),
  request: z.unknown(),
});
