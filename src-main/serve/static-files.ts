import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** A file of the built window. */
export interface StaticFile {
  readonly bytes: Uint8Array;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/** The parts of a URL's path; undefined where one could leave the folder or is hidden. */
function partsOf(path: string): string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const parts = decoded.split('/').filter((part) => part !== '');
  const isSafe = parts.every((part) => !part.startsWith('.') && !/[\\:\p{Cc}]/u.test(part));
  return isSafe ? parts : undefined;
}

/**
 * The file of `root` at a URL's path ('/' is index.html); undefined where there is none, also for a path or a link
 * that leads out of `root` and for types that no window loads.
 */
export async function readStatic(root: string, path: string): Promise<StaticFile | undefined> {
  const parts = partsOf(path);
  const name = parts?.length === 0 ? 'index.html' : parts?.join(sep);
  const type = name === undefined ? undefined : types[extname(name).toLowerCase()];
  if (name === undefined || type === undefined) return undefined;
  try {
    const [real, inside] = [await realpath(join(root, name)), await realpath(root)];
    if (!real.startsWith(inside + sep)) return undefined;
    return { bytes: await readFile(real), type };
  } catch {
    return undefined;
  }
}
