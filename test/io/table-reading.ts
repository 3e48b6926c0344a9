import { memorySource } from '../../src-core/io/byte-source.js';
import { readTable } from '../../src-core/io/read-table.js';
import type { LocalizationTable, TableOptions } from '../../src-core/io/table.js';
import { quietRun } from '../../src-core/run.js';
import { sharedSource } from './shared-files.js';

/** The folder of tables that others made, in the shared data. */
export const tableFolder = 'data/localizations';

/** A table from memory. */
export function readContent(
  content: string | Uint8Array,
  options: TableOptions = {},
  name = 'table.txt',
): Promise<LocalizationTable> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return readTable(memorySource(name, bytes), options, quietRun);
}

/** A table of the shared data. */
export function readShared(name: string, options: TableOptions = {}): Promise<LocalizationTable> {
  return readTable(sharedSource(`${tableFolder}/${name}`), options, quietRun);
}

/** What a failing read throws. */
export function failureOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
}

/** Sum of the numbers. */
export function sum(values: ArrayLike<number> | undefined): number {
  return Array.from(values ?? []).reduce((total, value) => total + value, 0);
}

/** Least and largest of the numbers. */
export function extent(values: Float64Array): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
