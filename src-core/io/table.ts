import type { Localizations } from '../data/localizations.js';
import type { Format } from './format.js';

/** The unit that positions of a table are in. `px` needs a pixel size to become nm. */
export type LengthUnit = 'nm' | 'um' | 'px';

/**
 * Which column (by header name, or from 1 by position in a table without a header) holds what. An empty text: none,
 * though the header may name one.
 */
export type ColumnChoice = Partial<Record<'x' | 'y' | 'z' | 'precision' | 'frame' | 'channel', string>>;

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
  readonly dropped: { readonly notFinite: number; readonly duplicate: number };
  /** The first row that had no finite numbers; absent where all had. */
  readonly firstBad?: BadRow;
  readonly warnings: readonly string[];
}

const titles: Readonly<Partial<Record<string, string>>> = {
  thunderstorm: 'ThunderSTORM csv',
  positions: 'text without a header',
};

/** What a text table of this format is called. */
export function tableTitle({ id }: Format): string {
  return titles[id] ?? 'text table';
}
