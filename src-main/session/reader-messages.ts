import type {
  FigureContent,
  FigureSummary,
  Grid,
  Inference,
  Inspection,
  TableOptions,
  TablePreview,
} from '../../src-core/index.js';
import type { Histogram } from '../api.js';
import type {
  DescribeRequest,
  FileDescription,
  InspectRequest,
  Staging,
  ThumbnailRequest,
  ThumbnailResponse,
  WrittenFile,
} from '../engine/messages.js';
import type { PointsOfFile } from './points-of-file.js';
import type { PageFile, PageOrder } from '../engine/page-drawing.js';
import type { DataOrder } from '../engine/result-layers.js';
import type { ResultDocument } from '../engine/result-document.js';

export interface PictureRequest {
  readonly path: string;
  readonly channel: number;
  readonly z: number | 'all';
  readonly frame: number;
  readonly table: TableOptions;
  /** Pixel of a table's picture, nm. */
  readonly spacing: number;
  /** Tables, by channel, whose points a table's grid holds; the file's own points, whatever their channel, if absent. */
  readonly around?: readonly { readonly path: string; readonly channel: number }[];
}

export interface PointsRequest {
  readonly path: string;
  readonly table: TableOptions;
  /** The most points that are wanted. */
  readonly limit: number;
}

/** A file's values on a grid, before any calibration. */
export interface Picture {
  readonly values: Float32Array;
  readonly grid: Grid;
  readonly calibrated: boolean;
  readonly quantity: string;
  readonly min: number;
  readonly max: number;
  readonly histogram: Histogram;
}

export interface WriteRequest {
  readonly inference: Inference;
  readonly document: ResultDocument;
  readonly staging: Staging;
}

export interface MaskRequest {
  readonly grid: Grid;
  /** Non-zero inside. */
  readonly values: Uint8Array;
  readonly folder: string;
  readonly name: string;
}

export interface DataRequest extends DataOrder {
  readonly folder: string;
  readonly name: string;
}

export interface PageRequest extends PageOrder {
  /** Where the page is written; absent: its bytes come back. */
  readonly target?: { readonly folder: string; readonly name: string };
}

/** A drawn page; `values` are its bytes, none where it was written. */
export interface PageAnswer extends Omit<PageFile, 'bytes'>, Written {
  readonly values: Uint8Array;
}

/** The files of a request that writes some. */
export interface Written {
  readonly files: readonly WrittenFile[];
}

/** What a file is, by its first bytes: the name of its format, or why it cannot be read. */
export interface Recognised {
  readonly format: string | null;
  readonly problem: string | null;
}

/** What the reader can be asked: all that touches files or pixels and is not a job. */
export interface ReaderExchanges {
  describe: { request: DescribeRequest; response: FileDescription };
  inspect: { request: InspectRequest; response: Inspection };
  picture: { request: PictureRequest; response: Picture };
  points: { request: PointsRequest; response: PointsOfFile };
  tablePreview: { request: { readonly path: string }; response: { readonly preview: TablePreview | null } };
  write: { request: WriteRequest; response: Written };
  mask: { request: MaskRequest; response: Written };
  recognise: { request: { readonly paths: readonly string[] }; response: { files: readonly Recognised[] } };
  thumbnail: { request: ThumbnailRequest; response: ThumbnailResponse };
  data: { request: DataRequest; response: Written };
  /** What the standard figure shows, reduced to what is drawn. */
  summary: { request: FigureContent; response: FigureSummary };
  page: { request: PageRequest; response: PageAnswer };
}

export interface ReaderCall<K extends keyof ReaderExchanges = keyof ReaderExchanges> {
  readonly type: 'call';
  readonly id: number;
  readonly kind: K;
  readonly request: ReaderExchanges[K]['request'];
}
