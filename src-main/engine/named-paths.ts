import { CoreError, errorData } from '../../src-core/index.js';
import type { OpenFile } from './file-source.js';

/** The place an error names, with a file's bare name replaced by the path that the user gave. */
function placeOf(where: string | undefined, files: readonly OpenFile[]): string {
  if (where === undefined) return files[0].path;
  return files.find(({ source }) => source.name === where)?.path ?? where;
}

/** The message without the bare name that it may begin with: the place says it already. */
function messageOf(message: string, files: readonly OpenFile[]): string {
  const file = files.find(({ source }) => message.startsWith(`${source.name} `));
  return file ? `The file${message.slice(file.source.name.length)}` : message;
}

/**
 * Does `work`; a CoreError that it throws names the file by its path, the first file where it names none. Core only
 * knows names without folders.
 */
export async function withPaths<T>(files: readonly OpenFile[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CoreError) || error.tag === 'cancelled') throw error;
    const message = messageOf(error.message, files);
    throw new CoreError({ ...errorData(error), message, where: placeOf(error.where, files) }, error);
  }
}
