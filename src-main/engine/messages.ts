import type {
  BenchmarkSpec,
  DoctorPart,
  ErrorData,
  ForwardCheck,
  ImageMetadata,
  Inference,
  Inspection,
  JobSpec,
  LocalizationTable,
  PhantomCheck,
  PhantomSpec,
  Progress,
  TableOptions,
} from '../../src-core/index.js';
import type { CheckDocument, CheckKind } from './check-document.js';
import type { OutputChoices } from './output-choices.js';
import type { JobIdentity, ResultDocument } from './result-document.js';
import type { TruthDocument } from './truth-document.js';

/** Paths of a job's files, as the user gave them. */
export interface InputPaths {
  readonly input: string;
  readonly second?: string;
  readonly mask?: string;
}

/** A file written to a staging folder: its name, its size in bytes and the SHA-256 of its bytes. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where results are to be put until they are complete, and the name they share. */
export interface Staging {
  readonly folder: string;
  readonly stem: string;
  /** What the files look like; the standard ones if not given. */
  readonly output?: OutputChoices;
}

/** What a file holds, read without its pixels or rows. */
export type FileDescription =
  | { readonly kind: 'image'; readonly metadata: ImageMetadata }
  | {
      readonly kind: 'table';
      readonly format: string;
      readonly channelNames: readonly string[];
      readonly reading?: TableReading;
    };

/** How a table was read. */
export interface TableReading extends Pick<LocalizationTable, 'columns' | 'units' | 'unitsFrom' | 'rows'> {
  /** Localisations in it: rows without finite numbers and copies of others do not count. */
  readonly count: number;
  /** What is doubtful about it, in sentences for users. */
  readonly warnings: readonly string[];
}

export interface DescribeRequest {
  readonly path: string;
  /** What the user says of a table that does not say it itself. */
  readonly table?: TableOptions;
}

/** Files that are looked at before anything is computed of them, and what the job would make of them. */
export interface InspectRequest {
  readonly files: InputPaths;
  readonly job: DoctorPart;
}

export interface InferRequest {
  readonly files: InputPaths;
  readonly job: JobSpec;
  /** Absent: nothing is written. */
  readonly staging?: Staging;
  /** Whether the fields themselves come back (transferred, not copied). */
  readonly wantFields?: boolean;
  /** Whether stages are kept for later jobs on the same files, and taken from earlier ones. */
  readonly remember?: boolean;
  /** How a training is kept and gone on with (solver network). */
  readonly training?: TrainingRequest;
  /** Whether it is for the picture while a setting moves, and not a result: see inferPreview. */
  readonly preview?: boolean;
}

/** Where a training is kept, and whether it goes on from there. */
export interface TrainingRequest {
  /** A file that its state is written to now and then; the engine's own memory if not given. */
  readonly file?: string;
  /** Whether it goes on from what is kept; where nothing is, it starts anew. */
  readonly resume: boolean;
}

/** The fields of an inference, each by a name of its content: equal names, equal bytes. */
export type FieldContents = Readonly<Record<string, string>>;

export interface InferResponse {
  readonly document: ResultDocument;
  readonly files: readonly WrittenFile[];
  readonly inference?: Inference;
  /** With the inference. */
  readonly contents?: FieldContents;
}

export interface SimulateRequest {
  readonly spec: PhantomSpec;
  /** Where the files are to be put until they are complete. */
  readonly folder: string;
}

export interface SimulateResponse {
  readonly document: TruthDocument;
  readonly files: readonly WrittenFile[];
}

export interface ThumbnailRequest {
  /** Paths of the λ map and of the nucleus mask of a result. */
  readonly lambda: string;
  readonly mask: string;
  /** Pixels along the longer side, at most. */
  readonly size: number;
  /** λ at the two ends of the colours; from the map itself if not given. */
  readonly limits?: readonly [low: number, high: number];
}

/** A small picture as the bytes of a PNG file. */
export interface ThumbnailResponse {
  readonly png: Uint8Array;
}

export interface CheckRequest {
  readonly files: InputPaths;
  readonly job: JobSpec;
  readonly kinds: readonly CheckKind[];
  /** The files that the result was made of: others are refused. */
  readonly expected: JobIdentity;
  /** Absent: nothing is written. */
  readonly staging?: Staging;
  /** Whether the fields themselves come back. */
  readonly wantFields?: boolean;
}

export interface CheckResponse {
  readonly document: CheckDocument;
  readonly files: readonly WrittenFile[];
  readonly forward?: ForwardCheck;
  readonly phantom?: PhantomCheck;
}

export interface BenchmarkRequest {
  readonly spec: BenchmarkSpec;
  readonly threads: number;
  /** Where the files are to be put until they are complete; absent: nothing is written. */
  readonly folder?: string;
}

export interface BenchmarkResponse {
  readonly document: object;
  /** Markdown, line by line. */
  readonly tables: readonly string[];
  readonly files: readonly WrittenFile[];
}

/** The one typed table of what the engine can be asked. */
export interface Exchanges {
  describe: { request: DescribeRequest; response: FileDescription };
  inspect: { request: InspectRequest; response: Inspection };
  infer: { request: InferRequest; response: InferResponse };
  simulate: { request: SimulateRequest; response: SimulateResponse };
  thumbnail: { request: ThumbnailRequest; response: ThumbnailResponse };
  check: { request: CheckRequest; response: CheckResponse };
  benchmark: { request: BenchmarkRequest; response: BenchmarkResponse };
}

export type RequestKind = keyof Exchanges;

/** An unexpected failure of the program itself. */
export interface BugData {
  readonly tag: 'bug';
  readonly message: string;
  readonly stack: string;
}

export type Failure = ErrorData | BugData;

export interface Call<K extends RequestKind = RequestKind> {
  readonly type: 'call';
  readonly id: number;
  readonly kind: K;
  readonly request: Exchanges[K]['request'];
}

/** A call, or that one is to be cancelled, or to end its training with what was reached. */
export type ToThread = Call | { readonly type: 'cancel' | 'enough'; readonly id: number };

export type FromThread =
  | { readonly type: 'done'; readonly id: number; readonly response: Exchanges[RequestKind]['response'] }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress };
