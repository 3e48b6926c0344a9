import { readdir, stat } from 'node:fs/promises';
import { join, posix, relative, resolve, sep } from 'node:path';
import { CoreError, type ErrorData } from '../../src-core/index.js';
import { readFailure } from '../engine/file-source.js';
import { stemOf } from '../engine/stem.js';
import { companionOf, type CompanionPatterns, companionTest, maskedStem, rolesOf } from './companions.js';
import { globExpression } from './glob.js';

/** One input of a batch: its path below the batch's folder (with `/`), and the name of its result folder. */
export interface BatchInput {
  readonly name: string;
  readonly path: string;
  readonly folder: string;
  /** Paths below the batch's folder of the files that go with it. */
  readonly mask?: string;
  readonly second?: string;
  /** Why it cannot be run: a file that must go with it is not there. */
  readonly problem?: ErrorData;
}

/** Which files of a folder a batch takes. */
export interface InputSelection extends CompanionPatterns {
  readonly folder: string;
  /** Globs with *, **, ?, [a-z] and {a,b}; without a slash they match file names, with one the path below the folder. */
  readonly patterns: readonly string[];
  readonly recursive: boolean;
  /** Result folder, never searched. */
  readonly out: string;
}

/** What a selection comes to. */
export interface SelectedInputs {
  readonly inputs: readonly BatchInput[];
  /** Files that match the patterns and are no inputs, because they look like the mask of one. */
  readonly likeMasks: readonly string[];
}

function matcher(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => ({
    whole: pattern.includes('/'),
    expression: globExpression(pattern, '--pattern'),
  }));
  return (name) =>
    tests.some(({ whole, expression }) => expression.test(whole ? name : posix.basename(name)));
}

const inFileOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function namesUnder(selection: InputSelection, below: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(below, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (entry.name.startsWith('.') || resolve(path) === resolve(selection.out)) continue;
    if (entry.isDirectory()) {
      if (recursive) found.push(...(await namesUnder(selection, path, recursive)));
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

function refuseOutAmongInputs({ folder, out }: InputSelection): void {
  if (resolve(folder) !== resolve(out)) return;
  throw new CoreError({
    tag: 'usage',
    message: 'The results would lie among the inputs.',
    where: '--out',
    hint: 'Give another folder, or one inside.',
  });
}

/** What a selection leaves of the names: inputs, and what looks like a mask of one of them. */
function sortOut(
  selection: InputSelection,
  names: readonly string[],
): { inputs: string[]; likeMasks: string[] } {
  const { recursive, patterns } = selection;
  const { mask, second } = rolesOf(selection);
  const companion = [mask, second].flatMap((role) => (role ? [companionTest(role)] : []));
  const matches = matcher(patterns);
  const matching = names.filter((name) => (recursive || !name.includes('/')) && matches(name));
  const candidates = matching.filter((name) => !companion.some((test) => test(name)));
  if (matching.length > 0 && candidates.length === 0) {
    const given = [mask, second].flatMap((role) => (role ? [`"${role.pattern}"`] : [])).join(' and ');
    const message = `Every file that could be an input matches ${given}, the pattern of what goes with one.`;
    const hint = 'Make that pattern narrower, such as "{stem}_mask.tif".';
    throw new CoreError({ tag: 'usage', message, where: selection.folder, hint });
  }
  const beside = (name: string, stem: string): string => `${posix.dirname(name)}/${stem}`.toLowerCase();
  const stems = new Set(candidates.map((name) => beside(name, stemOf(name))));
  const isMask = (name: string): boolean => {
    const stem = maskedStem(name);
    return stem !== undefined && stems.has(beside(name, stem));
  };
  return {
    inputs: candidates.filter((name) => !isMask(name)).sort(inFileOrder),
    likeMasks: candidates.filter(isMask).sort(inFileOrder),
  };
}

function completed(
  selection: InputSelection,
  input: Pick<BatchInput, 'name' | 'path' | 'folder'>,
  names: readonly string[],
): BatchInput {
  const inputPattern = selection.patterns.length === 1 ? selection.patterns[0] : undefined;
  const { mask, second } = rolesOf(selection);
  const found = {
    ...(mask && { mask: companionOf(mask, input.name, names, inputPattern) }),
    ...(second && { second: companionOf(second, input.name, names, inputPattern) }),
  };
  const problem = [found.mask, found.second].find((each) => each && 'problem' in each);
  return {
    ...input,
    ...(found.mask && 'name' in found.mask && { mask: found.mask.name }),
    ...(found.second && 'name' in found.second && { second: found.second.name }),
    ...(problem && 'problem' in problem && { problem: problem.problem }),
  };
}

/** Names with `/` of all files that a selection may have to do with. */
async function visibleNames(selection: InputSelection): Promise<string[]> {
  const { folder, recursive, maskPattern = '', secondPattern = '' } = selection;
  const deep = recursive || maskPattern.includes('/') || secondPattern.includes('/');
  return namesUnder(selection, folder, deep).catch((error: unknown) => {
    throw readFailure(error, folder);
  });
}

/**
 * The inputs of a batch in file order (by code unit of their path below the folder), with the files that go with
 * them. Hidden files and the result folder are left out, as are files that go with an input or look like its mask.
 * Throws `unreadable` for no such folder, `usage` for a broken pattern or where nothing matches.
 */
export async function findInputs(selection: InputSelection): Promise<SelectedInputs> {
  const { folder, patterns } = selection;
  refuseOutAmongInputs(selection);
  const all = await visibleNames(selection);
  const { inputs: names, likeMasks } = sortOut(selection, all);
  if (names.length === 0) {
    const message = `No file matches ${patterns.join(', ')} (${String(all.length)} files seen).`;
    const hint = "Give another pattern of names, such as '*.tif', or have the folders below searched too.";
    throw new CoreError({ tag: 'usage', message, where: folder, hint });
  }
  const folders = resultFolders(names);
  const inputs = names.map((name, index) =>
    completed(selection, { name, path: join(folder, name), folder: folders[index] }, all),
  );
  return { inputs, likeMasks };
}

/** Bytes of each of the names below a folder, 0 where they cannot be asked for. */
export async function sizesOf(folder: string, names: readonly string[]): Promise<number[]> {
  const sizes: number[] = [];
  for (const name of names) {
    sizes.push(
      await stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  }
  return sizes;
}
