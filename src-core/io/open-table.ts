import type { Run } from '../run.js';
import type { TableHeader } from './table-columns.js';
import type { TableRows, WantedColumns } from './table-rows.js';

/** Nanometres of a camera pixel along x and y, and who says so. */
export interface CameraPixel {
  readonly x: number;
  readonly y: number;
  readonly source: string;
}

/** The first rows of a table as text, to be looked at. */
export interface FirstRows {
  readonly rows: readonly (readonly string[])[];
  /** What parts the cells, in words; '' where the file is no text. */
  readonly delimiter: string;
  readonly decimalComma: boolean;
}

/** A table of localisations whose columns are known and whose rows are yet to be read, whatever its format. */
export interface OpenTable extends TableHeader {
  /** What its format is called. */
  readonly title: string;
  /** Where the file says it. */
  readonly pixel?: CameraPixel;
  /** What a user should know of how it is read. */
  readonly warnings: readonly string[];
  /** Which rows are left out because the program that wrote them rejected them, as in "rows of the channel Z Rejected". */
  readonly rejectedAs?: string;
  /** The wanted columns of all rows. Throws `unreadable`, `memory`, `cancelled`. */
  readonly readRows: (wanted: WantedColumns, run: Run) => Promise<TableRows>;
  /** Throws `unreadable`. */
  readonly firstRows: () => Promise<FirstRows>;
  /** Lets go of what it holds open; absent where it holds nothing. */
  readonly close?: () => void;
}
