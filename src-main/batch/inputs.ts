import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { CoreError } from '../../src-core/index.js';
import { readFailure } from '../engine/file-source.js';
import { stemOf } from '../engine/stem.js';

/** One input of a batch: its path below the batch's folder (with `/`), and the name of its result folder. */
export interface BatchInput {
  readonly name: string;
  readonly path: string;
  readonly folder: string;
}

/** Which files of a folder a batch takes. */
export interface InputSelection {
  readonly folder: string;
  /** Globs with *, **, ?, [a-z] and {a,b}; without a slash they match file names, with one the path below the folder. */
  readonly patterns: readonly string[];
  readonly recursive: boolean;
  /** Result folder, never searched. */
  readonly out: string;
}

const globParts: Readonly<Record<string, string>> = {
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
  ',': '|',
};

/** A glob as a regular expression for whole names, ignoring case. */
function globExpression(pattern: string): RegExp {
  let depth = 0;
  const source = pattern.replace(/\*\*\/|\[[^\]]+\]|[*?{},]|[^\w*?{},]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part.length > 1) return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    if (part === '{') depth++;
    if (part === '}') depth--;
    const literal = part === ',' && depth === 0;
    return literal || !Object.hasOwn(globParts, part) ? `\\${part}` : globParts[part];
  });
  try {
    return new RegExp(`^${source}$`, 'i');
  } catch (error) {
    const hint = 'Use * ? [a-z] and {a,b}, such as "*.{tif,csv}".';
    const message = `"${pattern}" is not a pattern.`;
    throw new CoreError({ tag: 'usage', message, where: '--pattern', hint }, error);
  }
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => ({
    whole: pattern.includes('/'),
    expression: globExpression(pattern),
  }));
  return (name) =>
    tests.some(({ whole, expression }) => expression.test(whole ? name : (name.split('/').at(-1) ?? name)));
}

const inFileOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function namesUnder(selection: InputSelection, below: string): Promise<string[]> {
  const entries = await readdir(below, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (entry.name.startsWith('.') || resolve(path) === resolve(selection.out)) continue;
    if (entry.isDirectory()) {
      if (selection.recursive) found.push(...(await namesUnder(selection, path)));
    } else {
      found.push(relative(selection.folder, path).split(sep).join('/'));
    }
  }
  return found;
}

const flat = (name: string): string => name.replaceAll('/', '_');

/** Whether two inputs would share a result folder; file systems that ignore case are thought of. */
function collisions(folders: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const folder of folders.map((name) => name.toLowerCase()))
    (seen.has(folder) ? twice : seen).add(folder);
  return twice;
}

/**
 * A result folder for each name: its stem; its file name where stems collide; its whole path where these do; with
 * a number where even that is taken.
 */
export function resultFolders(names: readonly string[]): string[] {
  const forms = [(name: string) => stemOf(name), (name: string) => name.split('/').at(-1) ?? name, flat];
  let folders = names.map(forms[0]);
  for (const form of forms.slice(1)) {
    const twice = collisions(folders);
    folders = folders.map((folder, index) => (twice.has(folder.toLowerCase()) ? form(names[index]) : folder));
  }
  const taken = new Set<string>();
  return folders.map((folder) => {
    let free = folder;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${folder}_${String(number)}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/**
 * The inputs of a batch in file order (by code unit of their path below the folder). Hidden files and the result
 * folder are left out. Throws `unreadable` for no such folder, `usage` for a broken pattern or where nothing matches.
 */
export async function findInputs(selection: InputSelection): Promise<BatchInput[]> {
  const { folder, patterns, out } = selection;
  if (resolve(folder) === resolve(out)) {
    const message = 'The results would lie among the inputs.';
    throw new CoreError({
      tag: 'usage',
      message,
      where: '--out',
      hint: 'Give another folder, or one inside.',
    });
  }
  const matches = matcher(patterns);
  const all = await namesUnder(selection, folder).catch((error: unknown) => {
    throw readFailure(error, folder);
  });
  const names = all.filter(matches).sort(inFileOrder);
  if (names.length === 0) {
    const message = `No file matches ${patterns.join(', ')} (${String(all.length)} files seen).`;
    const hint = "Give another --pattern, such as '*.tif', or --recursive.";
    throw new CoreError({ tag: 'usage', message, where: folder, hint });
  }
  const folders = resultFolders(names);
  return names.map((name, index) => ({ name, path: join(folder, name), folder: folders[index] }));
}
