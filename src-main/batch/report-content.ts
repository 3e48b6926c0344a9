import type { JobDraft } from '../engine/channels.js';
import type { ResultDocument } from '../engine/result-document.js';
import type { LedgerEntry } from './ledger.js';
import type { BatchReading } from './readings.js';

/** What the report says of one finished nucleus. */
export interface ReportRow {
  readonly entry: LedgerEntry;
  readonly reading: BatchReading;
  readonly lambda: ResultDocument['lambda'];
  readonly settings: readonly string[];
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
  /** A PNG file. */
  readonly thumbnail: Uint8Array;
}

/** Everything that the report shows. */
export interface ReportContent {
  /** Name of the batch's folder. */
  readonly title: string;
  readonly rows: readonly ReportRow[];
  readonly failed: readonly LedgerEntry[];
  /** λ at the ends of the thumbnails' colours; undefined where there is no map. */
  readonly limits: readonly [number, number] | undefined;
  readonly job: JobDraft;
  readonly defaults: JobDraft;
  readonly jobHash: string;
  readonly patterns: readonly (readonly [what: string, pattern: string])[];
}
