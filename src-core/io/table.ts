import type { Localizations } from '../data/localizations.js';

/** The unit that positions of a table are in. `px` needs a pixel size to become nm. */
export type LengthUnit = 'nm' | 'um' | 'px';

/** Which column (by header name, or from 1 by position in a table without a header) holds what. */
export type ColumnChoice = Partial<Record<'x' | 'y' | 'z' | 'precision' | 'frame' | 'channel', string>>;

/** What the user may say about a table that does not say it itself. */
export interface TableOptions {
  readonly columns?: ColumnChoice;
  readonly units?: LengthUnit;
  /** Pixel size in nm, to turn px into nm. */
  readonly pixelSize?: number;
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
  readonly dropped: { readonly notFinite: number; readonly duplicate: number };
  readonly warnings: readonly string[];
}
