import type {
  BatchListing,
  BatchResultDetail,
  BatchSelection,
  BatchState,
  FolderGrant,
} from '../../src-main/api-batch.js';
import type { Trouble } from './session.js';

/** What the table of a batch can be sorted by. */
export const batchColumns = ['name', 'state', 'lambda', 'identifiable', 'flags', 'seconds'] as const;

/** A column of the table. */
export type BatchColumn = (typeof batchColumns)[number];

/** How much of a folder has been sent to the main side. */
export interface Sending {
  readonly name: string;
  readonly sent: number;
  readonly files: number;
  readonly sentBytes: number;
  readonly bytes: number;
}

/** Everything that the batch page shows. */
export interface BatchPage {
  readonly open: boolean;
  readonly folder: FolderGrant | null;
  readonly sending: Sending | null;
  readonly selection: BatchSelection;
  /** What the folder comes to; null while it is not known. */
  readonly listing: BatchListing | null;
  readonly listingTrouble: Trouble | null;
  readonly jobs: number;
  readonly resume: boolean;
  /** The batch that runs, or ran last. */
  readonly run: BatchState | null;
  /** A start has been asked for and not answered. */
  readonly starting: boolean;
  readonly trouble: Trouble | null;
  readonly sort: { readonly by: BatchColumn; readonly down: boolean };
  /** Name of the input that is looked at. */
  readonly chosen: string | null;
  readonly detail: { readonly input: string; readonly result: BatchResultDetail } | null;
  readonly detailTrouble: Trouble | null;
}

/** Which files are inputs before anybody said so: all that can be read, in the folder itself. */
export const restingSelection: BatchSelection = {
  pattern: null,
  recursive: false,
  maskPattern: null,
  secondPattern: null,
};

/** The names that masks usually have, as a pattern. */
export const usualMaskPattern = '{stem}{.mask.ome.tif,_mask.tif,-mask.tif}';

/** The page before a folder was chosen. */
export const restingBatch: BatchPage = {
  open: false,
  folder: null,
  sending: null,
  selection: restingSelection,
  listing: null,
  listingTrouble: null,
  jobs: 1,
  resume: true,
  run: null,
  starting: false,
  trouble: null,
  sort: { by: 'name', down: false },
  chosen: null,
  detail: null,
  detailTrouble: null,
};
