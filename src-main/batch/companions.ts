import { posix } from 'node:path';
import { CoreError, type ErrorData } from '../../src-core/index.js';
import { stemOf } from '../engine/stem.js';
import { globExpression, literalSource, starOf } from './glob.js';

/** Patterns of the files that go with each input of a batch, by {stem} or by {*}. */
export interface CompanionPatterns {
  /**
   * Of the nucleus mask of an input, relative to the input's folder: {stem} is the input's name without extension,
   * {*} what the first * of the one input pattern stood for.
   */
  readonly maskPattern?: string;
  /** Of the file that holds the second mark. */
  readonly secondPattern?: string;
}

/** The file of one role that goes with an input, or why there is none. */
export type Companion = { readonly name: string } | { readonly problem: ErrorData };

interface Role {
  readonly option: string;
  readonly what: string;
  readonly pattern: string;
}

/** The roles that patterns are given for. */
export function rolesOf({ maskPattern, secondPattern }: CompanionPatterns): {
  mask?: Role;
  second?: Role;
} {
  const role = (option: string, what: string, pattern: string): Role => {
    if (/\{(?:stem|\*)\}/.test(pattern)) return { option, what, pattern };
    throw new CoreError({
      tag: 'usage',
      message: `"${pattern}" does not say which ${what} belongs to which input.`,
      where: option,
      hint: 'Put {stem} where the name of the input without its extension stands, such as "{stem}_mask.tif".',
    });
  };
  return {
    ...(maskPattern !== undefined && { mask: role('--mask-pattern', 'mask', maskPattern) }),
    ...(secondPattern !== undefined && { second: role('--second-pattern', 'second file', secondPattern) }),
  };
}

function withoutUps(pattern: string): { pattern: string; ups: number } {
  const ups = /^(?:\.\.?\/)*/.exec(pattern)?.[0] ?? '';
  return { pattern: pattern.slice(ups.length), ups: ups.split('/').filter((part) => part === '..').length };
}

const anyName = '[^/]+';

/** Whether a name is that of a companion of any input: such files are no inputs themselves. */
export function companionTest({ pattern, option }: Role): (name: string) => boolean {
  const placeholders = { '{stem}': anyName, '{*}': anyName };
  const expression = globExpression(withoutUps(pattern).pattern, option, placeholders, '(?:.*/)?');
  return (name) => expression.test(name);
}

/** Folder (without a slash at its end, '' for the top) that a pattern is about; undefined above the top. */
function baseOf(input: string, ups: number): string | undefined {
  const parts = posix.dirname(input) === '.' ? [] : posix.dirname(input).split('/');
  return ups > parts.length ? undefined : parts.slice(0, parts.length - ups).join('/');
}

function problemOf(role: Role, found: readonly string[]): ErrorData {
  const { what, pattern } = role;
  if (found.length === 0) {
    const message = `It has no ${what}: no file matches "${pattern}".`;
    return { tag: 'missing', message, hint: 'Add the file, or correct the pattern.' };
  }
  const message = `Several files could be its ${what}: ${found.slice(0, 3).join(', ')}.`;
  return { tag: 'usage', message, hint: 'Make the pattern narrower, so that it matches one of them.' };
}

/**
 * The one file among `names` (paths below the batch's folder) that a role's pattern gives for an input.
 * `inputPattern` is the pattern by which the input was found, where there was only one.
 */
export function companionOf(
  role: Role,
  input: string,
  names: readonly string[],
  inputPattern: string | undefined,
): Companion {
  const { pattern, ups } = withoutUps(role.pattern);
  const base = baseOf(input, ups);
  const own = inputPattern?.includes('/') === true ? input : posix.basename(input);
  const star = inputPattern === undefined ? undefined : starOf(inputPattern, own);
  if (base === undefined || (role.pattern.includes('{*}') && star === undefined)) {
    return { problem: problemOf(role, []) };
  }
  const stem = stemOf(input);
  const before = base === '' ? '' : literalSource(`${base}/`);
  const placeholders = { '{stem}': literalSource(stem), '{*}': literalSource(star ?? '') };
  const expression = globExpression(pattern, role.option, placeholders, before);
  const needle = (role.pattern.includes('{stem}') ? stem : (star ?? '')).toLowerCase();
  const found = names.filter(
    (name) => name !== input && name.toLowerCase().includes(needle) && expression.test(name),
  );
  return found.length === 1 ? { name: found[0] } : { problem: problemOf(role, found) };
}

const maskName = /^(.+?)(?:\.mask\.ome\.tiff?|[_-]mask(?:\.ome)?\.tiff?)$/i;

/** The name without extension of the image that a file would be the mask of, going by its name alone. */
export function maskedStem(name: string): string | undefined {
  return maskName.exec(posix.basename(name))?.[1];
}
