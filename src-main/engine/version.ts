import { existsSync, readFileSync } from 'node:fs';

/** The nearest package.json above this file: one folder further up in dist/ than in the sources. */
function manifestAbove(folder: URL): URL {
  const manifest = new URL('package.json', folder);
  return existsSync(manifest) ? manifest : manifestAbove(new URL('../', folder));
}

/** Version of Epiflux, as in package.json. */
export const version: string = (
  JSON.parse(readFileSync(manifestAbove(new URL('./', import.meta.url)), 'utf8')) as { version: string }
).version;
