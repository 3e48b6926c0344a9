import {
  type ByteSource,
  detectFormat,
  leftOutNotes,
  openImage,
  readTable,
  type Run,
  type TableOptions,
  wrongKind,
} from '../../src-core/index.js';
import { openFile } from './file-source.js';
import type { DescribeRequest, FileDescription } from './messages.js';
import { withPaths } from './named-paths.js';

type ReadTable = typeof readTable;

async function describeTable(
  source: ByteSource,
  options: TableOptions,
  run: Run,
  read: ReadTable,
): Promise<FileDescription> {
  const table = await read(source, options, run);
  const { format, localizations, columns, units, unitsFrom, rows } = table;
  const warnings = [...table.warnings, ...leftOutNotes(table)];
  const reading = { columns, units, unitsFrom, rows, count: localizations.count, warnings };
  return { kind: 'table', format, channelNames: localizations.channelNames ?? [], reading };
}

async function describeSource(
  source: ByteSource,
  options: TableOptions,
  run: Run,
  read: ReadTable,
): Promise<FileDescription> {
  const format = await detectFormat(source);
  if (format.kind === 'table') return describeTable(source, options, run, read);
  if (format.kind === 'unsupported') throw wrongKind(source, format, 'image');
  return { kind: 'image', metadata: (await openImage(source, run)).metadata };
}

/** What a file holds (`read`: a readTable that may know the table already); throws `unreadable`, and `missing` for a table that does not say its columns or units. */
export async function describeFile(
  { path, table = {} }: DescribeRequest,
  run: Run,
  read: ReadTable = readTable,
): Promise<FileDescription> {
  const file = await openFile(path, run);
  try {
    return await withPaths([file], () => describeSource(file.source, table, run, read));
  } finally {
    await file.close();
  }
}
