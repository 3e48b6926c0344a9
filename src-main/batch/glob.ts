import { CoreError } from '../../src-core/index.js';

const globParts: Readonly<Record<string, string>> = {
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  '}': ')',
  ',': '|',
};

/** What stands for a placeholder such as {stem}: the source of a regular expression. */
export type Placeholders = Readonly<Record<string, string>>;

/** The source of a regular expression that matches exactly this text. */
export function literalSource(text: string): string {
  return text.replace(/[^\w]/gu, (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`);
}

function classSource(part: string): string {
  const marks = part.slice(1, -1).replaceAll('\\', '\\\\');
  return `[${marks.replace(/^!/, '^')}]`;
}

/** A glob as the source of a regular expression, without anchors; see `globExpression`. */
function globSource(pattern: string, placeholders: Placeholders): string {
  let depth = 0;
  return pattern.replace(/\{(?:stem|\*)\}|\*\*\/|\[[^\]]+\]|[*?{},]|[^\w*?{},]/gu, (part) => {
    if (Object.hasOwn(placeholders, part)) return placeholders[part];
    if (part === '**/') return '(?:.*/)?';
    if (part.length > 1 && part.startsWith('[')) return classSource(part);
    if (part === '{stem}' || part === '{*}') return `(?:${part.slice(1, -1).replace('*', '[^/]*')})`;
    if (part === '{') depth++;
    if (part === '}') depth--;
    const literal = part === ',' && depth === 0;
    return literal || !Object.hasOwn(globParts, part) ? literalSource(part) : globParts[part];
  });
}

/**
 * A glob (*, **, ?, [a-z], {a,b}) as a regular expression for whole names, ignoring case; `before` is the source of
 * what may stand before it. Throws `usage`, naming the option, for a pattern that is none.
 */
export function globExpression(
  pattern: string,
  option: string,
  placeholders: Placeholders = {},
  before = '',
): RegExp {
  try {
    return new RegExp(`^${before}${globSource(pattern, placeholders)}$`, 'iu');
  } catch (error) {
    const hint = 'Use * ? [a-z] and {a,b}, such as "*.{tif,csv}".';
    const message = `"${pattern}" is not a pattern.`;
    throw new CoreError({ tag: 'usage', message, where: option, hint }, error);
  }
}

/** What the first * of a glob stands for in a name that it matches; undefined without one. */
export function starOf(pattern: string, name: string): string | undefined {
  const at = pattern.search(/\*(?!\*)/);
  if (at < 0 || pattern.includes('**')) return undefined;
  const marked = `${pattern.slice(0, at)}{stem}${pattern.slice(at + 1)}`;
  return globExpression(marked, '--pattern', { '{stem}': '([^/]*)' }).exec(name)?.[1];
}
