import { stat } from 'node:fs/promises';
import { type LocalizationTable, readTable } from '../../src-core/index.js';

/** Reads tables as readTable does, each once for the same file and options. */
export interface TableCache {
  /** A readTable for the file at this path as it is now. */
  readonly readerOf: (path: string) => Promise<typeof readTable>;
}

interface Entry {
  readonly table: Promise<LocalizationTable>;
  bytes: number;
}

function bytesOf({ localizations }: LocalizationTable): number {
  const { x, y, z, precision, frame, channel } = localizations;
  return [x, y, z, precision, frame, channel].reduce((sum, column) => sum + (column?.byteLength ?? 0), 0);
}

/** Lets the oldest entries go until the others fit the budget or one is left. */
function keepWithin(budget: number, entries: Map<string, Entry>): void {
  let total = [...entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [key, { bytes }] of entries) {
    if (total <= budget || entries.size === 1) return;
    entries.delete(key);
    total -= bytes;
  }
}

/** An empty cache of up to `budget` bytes of columns; the table that was read last always stays. */
export function makeTableCache(budget = 2 ** 29): TableCache {
  const entries = new Map<string, Entry>();
  const keep = (key: string, table: Promise<LocalizationTable>): void => {
    const entry: Entry = { table, bytes: 0 };
    entries.set(key, entry);
    table.then(
      (read) => {
        entry.bytes = bytesOf(read);
        keepWithin(budget, entries);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
  };
  const readerOf: TableCache['readerOf'] = async (path) => {
    const { size, mtimeMs } = await stat(path);
    return async (source, options, run) => {
      const key = JSON.stringify([path, size, mtimeMs, source.identity, options]);
      const known = entries.get(key);
      if (known) {
        entries.delete(key);
        entries.set(key, known);
        // Whoever read it first may have been cancelled; that is not this one's failure.
        const table = await known.table.catch(() => undefined);
        if (table) return table;
      }
      const fresh = readTable(source, options, run);
      keep(key, fresh);
      return fresh;
    };
  };
  return { readerOf };
}
