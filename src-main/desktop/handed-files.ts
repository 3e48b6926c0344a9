import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Linux desktops hand files over as file:// addresses; undefined for one that names no file of this computer. */
function pathOf(argument: string): string | undefined {
  if (!argument.startsWith('file:')) return argument;
  try {
    return fileURLToPath(argument);
  } catch {
    return undefined;
  }
}

/**
 * The files among a program's arguments: all that are no option, after the program itself and, before it is packaged,
 * after the folder of the app.
 */
export function filesIn(argv: readonly string[], isPackaged: boolean): string[] {
  const named = argv.slice(1).filter((argument) => !argument.startsWith('-'));
  return named
    .slice(isPackaged ? 0 : 1)
    .map(pathOf)
    .filter((path) => path !== undefined && basename(path) !== '') as string[];
}

/** What a second start of the program hands over to the first. */
export interface SecondStart {
  /** As the system passes it on, with options of its own in between. */
  readonly argv: readonly string[];
  /** The folder that it was started in. */
  readonly folder: string;
  /** What the second start said itself; see `handOver`. */
  readonly data: unknown;
}

/** What a second start says of the files that it was given: their full paths. */
export function handOver(argv: readonly string[], isPackaged: boolean): { files: string[] } {
  return { files: filesIn(argv, isPackaged).map((path) => resolve(path)) };
}

function saidFiles(data: unknown): readonly string[] | undefined {
  if (typeof data !== 'object' || data === null || !('files' in data)) return undefined;
  const { files } = data;
  const areTexts = Array.isArray(files) && files.every((file) => typeof file === 'string');
  return areTexts ? files : undefined;
}

/** Full paths of the files that a second start was given: what it says itself, else what its arguments say. */
export function filesOfSecond({ argv, folder, data }: SecondStart, isPackaged: boolean): string[] {
  const said = saidFiles(data) ?? filesIn(argv, isPackaged);
  return said.map((path) => resolve(folder, path));
}
