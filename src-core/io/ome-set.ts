import type { Run } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { readUpTo, unreadable } from './file-error.js';
import { companionFile, isOmeXml, type OmeSetFile, omeUuid, parseOmeXml } from './ome-xml.js';
import { otherFiles } from './plane-order.js';
import { decodeText } from './text.js';
import { isTiff, readTiffFile, readTiffHead, tagText, type TiffFile } from './tiff-directory.js';

const longestCompanion = 2 ** 26;

/** The description of the first image of a TIFF file; '' where it has none. */
async function descriptionOf(file: TiffFile): Promise<string> {
  return (await tagText(file, file.directories[0], 270)) ?? '';
}

/** The text of a file that holds OME-XML, or of the description of an OME-TIFF. */
async function xmlOf(source: ByteSource): Promise<string> {
  const head = await readUpTo(source, 0, Math.min(source.size, longestCompanion));
  return isTiff(head) ? descriptionOf(await readTiffHead(source)) : decodeText(head);
}

/** The OME-XML of a file: its own, or that of the file it points to where that is beside it; undefined otherwise. */
export async function omeXmlOf(description: string, source: ByteSource): Promise<string | undefined> {
  const companion = companionFile(description);
  if (companion === undefined) return description;
  const beside = await source.beside?.(companion);
  const xml = beside && (await xmlOf(beside).catch(() => ''));
  return xml !== undefined && isOmeXml(xml) && companionFile(xml) === undefined ? xml : undefined;
}

/** Those of the files that are beside the source, with what they hold. */
export async function filesBeside(
  source: ByteSource,
  files: readonly OmeSetFile[],
): Promise<{ file: OmeSetFile; source: ByteSource }[]> {
  const found = [];
  for (const file of files) {
    const beside = await source.beside?.(file.name);
    if (beside !== undefined) found.push({ file, source: beside });
  }
  return found;
}

async function openMember(source: ByteSource, { name, uuid }: OmeSetFile, run: Run): Promise<TiffFile> {
  const file = await readTiffFile(source, run);
  const own = omeUuid(await descriptionOf(file));
  if (uuid === '' || own === '' || own === uuid) return file;
  throw unreadable(
    source,
    `is not the file "${name}" that its set was saved with: its UUID is another.`,
    'Put the files of the set together again as they were saved, or export the image as one OME-TIFF.',
  );
}

/** Opens the files of a set when they are asked for, each once. */
export function openerOf(
  members: readonly { readonly file: OmeSetFile; readonly source: ByteSource }[],
): (which: number, run: Run) => Promise<TiffFile> {
  const opened = new Map<number, TiffFile>();
  return async (which, run) => {
    const { file, source } = members[which];
    const known = opened.get(which) ?? (await openMember(source, file, run));
    opened.set(which, known);
    return known;
  };
}

/**
 * Names of the other files that an OME-TIFF is a set with: those that hold planes of it, and the one with its metadata.
 * Empty for any other file.
 */
export async function namedSetFiles(source: ByteSource): Promise<readonly string[]> {
  try {
    const description = await descriptionOf(await readTiffHead(source));
    if (!isOmeXml(description)) return [];
    const companion = companionFile(description);
    const xml = (await omeXmlOf(description, source)) ?? '';
    const ome = parseOmeXml(xml, { name: source.name, uuid: omeUuid(description) });
    const names = ome === undefined ? [] : otherFiles(ome).map(({ name }) => name);
    return companion === undefined ? names : [companion, ...names];
  } catch {
    return [];
  }
}
