import {
  type ByteSource,
  detectFormat,
  openImage,
  readTable,
  type Run,
  type TableOptions,
  wrongKind,
} from '../../src-core/index.js';
import { openFile } from './file-source.js';
import type { DescribeRequest, FileDescription } from './messages.js';
import { withPaths } from './named-paths.js';

async function describeTable(source: ByteSource, options: TableOptions, run: Run): Promise<FileDescription> {
  const { format, localizations } = await readTable(source, options, run);
  return { kind: 'table', format, channelNames: localizations.channelNames ?? [] };
}

async function describeSource(source: ByteSource, options: TableOptions, run: Run): Promise<FileDescription> {
  const format = await detectFormat(source);
  if (format.kind === 'table') return describeTable(source, options, run);
  if (format.kind === 'unsupported') throw wrongKind(source, format, 'image');
  return { kind: 'image', metadata: (await openImage(source, run)).metadata };
}

/** What a file holds; throws `unreadable`, and `missing` for a table that does not say its columns or units. */
export async function describeFile(
  { path, table = {} }: DescribeRequest,
  run: Run,
): Promise<FileDescription> {
  const file = await openFile(path, run);
  try {
    return await withPaths([file], () => describeSource(file.source, table, run));
  } finally {
    await file.close();
  }
}
