import type { Triple } from '../../src-core/index.js';

/** What the columns of a set of points hold: nm, and for channels the index of their name. */
export type PointColumn = 'x' | 'y' | 'z' | 'precision' | 'channel';

/** Localisations of a table; `values` has a column of `shown` entries for each of `columns`, one after the other. */
export interface PointsOfFile {
  readonly values: Float32Array;
  readonly columns: readonly PointColumn[];
  /** z, y, x in nm that positions are counted from. */
  readonly origin: Triple;
  readonly shown: number;
  /** Rows of the table that could be read. */
  readonly total: number;
  /** Least and largest z in nm, from no origin; null for a table without z. */
  readonly zRange: readonly [number, number] | null;
  /** nm; null for a table that gives no precision. */
  readonly medianPrecision: number | null;
  readonly channelNames: readonly string[];
}
