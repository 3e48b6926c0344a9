import type { Localizations } from '../data/localizations.js';

/** The unit that positions of a table are in. `px` needs a pixel size to become nm. */
export type LengthUnit = 'nm' | 'um' | 'px';

/**
 * Which column (by header name, or from 1 by position in a table without a header) holds what. An empty text: none,
 * though the header may name one. Rows of one molecule are read as one localisation, at their mean position.
 */
export type ColumnChoice = Partial<
  Record<'x' | 'y' | 'z' | 'precision' | 'frame' | 'channel' | 'molecule', string>
>;

/** What the user may say about a table that does not say it itself. */
export interface TableOptions {
  readonly columns?: ColumnChoice;
  readonly units?: LengthUnit;
  /** Pixel size in nm, to turn px into nm. */
  readonly pixelSize?: number;
}

/** A row that was left out: its number among the rows (the header not counted), from 1, and how it begins. */
export interface BadRow {
  readonly row: number;
  readonly text: string;
}

/** A localisation table as read, and what was done to it on the way. */
export interface LocalizationTable {
  readonly localizations: Localizations;
  readonly format: string;
  /** Which column was read as what, and the unit it was in. */
  readonly columns: ColumnChoice;
  readonly units: LengthUnit;
  readonly unitsFrom: 'file' | 'user' | 'assumed';
  readonly rows: number;
  /** Rows left out, by reason. */
  readonly dropped: {
    readonly notFinite: number;
    readonly duplicate: number;
    /** Rows that the program itself marked as rejected; absent where the format has no such mark. */
    readonly rejected?: number;
  };
  /** The first row that had no finite numbers; absent where all had. */
  readonly firstBad?: BadRow;
  readonly warnings: readonly string[];
}
