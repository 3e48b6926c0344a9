import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { it } from 'vitest';
import { type ByteSource, memorySource } from '../../src-core/io/byte-source.js';

const shared = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** Path of a file of the shared data, such as `data/images/img2d.tif`. */
export function sharedPath(name: string): string {
  return shared + name;
}

/** A shared file as a source. */
export function sharedSource(name: string): ByteSource {
  return memorySource(name.split('/').at(-1) ?? name, new Uint8Array(readFileSync(sharedPath(name))));
}

/** Names of the files in a shared folder, empty if it is absent. */
export function sharedFolder(name: string): string[] {
  return existsSync(sharedPath(name)) ? readdirSync(sharedPath(name)).map((file) => `${name}/${file}`) : [];
}

/** A test that needs a shared file: skipped, saying which file is missing, where it is absent. */
export function itWith(file: string, title: string, test: () => Promise<void>): void {
  if (existsSync(sharedPath(file))) it(title, test);
  else it.skip(`${title} (missing ${file})`, test);
}
