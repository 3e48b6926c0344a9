import { breathe, CoreError, detectFormat, type Run } from '../../src-core/index.js';
import { openFile } from '../engine/file-source.js';
import { withPaths } from '../engine/named-paths.js';
import type { Recognised } from './reader-messages.js';

async function recognise(path: string, run: Run): Promise<Recognised> {
  // Looking into a packed file would mean unpacking all of it.
  if (/\.gz$/i.test(path)) return { format: 'packed (gzip)', problem: null };
  try {
    const file = await openFile(path, run);
    try {
      const { kind, title, content } = await withPaths([file], () => detectFormat(file.source));
      return kind === 'unsupported'
        ? { format: title, problem: `The file is ${title}: ${content}.` }
        : { format: title, problem: null };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof CoreError) || error.tag === 'cancelled') throw error;
    return { format: null, problem: error.message };
  }
}

/** What each file is, by its first bytes; a file that cannot be read says why. Throws `cancelled`. */
export async function recogniseFiles(
  { paths }: { readonly paths: readonly string[] },
  run: Run,
): Promise<{ files: readonly Recognised[] }> {
  const files: Recognised[] = [];
  for (const path of paths) {
    files.push(await recognise(path, run));
    await breathe(run);
  }
  return { files };
}
