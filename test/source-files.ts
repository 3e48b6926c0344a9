import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the repository. */
const root = fileURLToPath(new URL('..', import.meta.url));

/** TypeScript files below a folder of the repository, as paths from its root with forward slashes. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/** Text of a file of the repository. */
export function sourceText(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** A file without its comments and the contents of its plain strings, for searches that mean code only. */
export function codeOnly(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"])\/\/.*$/gm, '$1');
}

/** Specifiers that a file imports or re-exports from, types included. */
export function importsOf(text: string): string[] {
  const statements = codeOnly(text).matchAll(
    /(?:import|export)\s[^;]*?from\s+'([^']+)'|import\s+'([^']+)'|import\('([^']+)'\)/g,
  );
  return [...statements].map((match) => match.slice(1).find((specifier) => specifier) ?? '');
}

/** Repository path of a relative import, with .js turned back into the source file's extension. */
export function resolveImport(from: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}
