import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CoreError, type JobInput } from '../../src-core/index.js';
import type { Sample } from '../api.js';
import type { GrantStore } from './grant-store.js';

/** The project's folder: one further up from dist/ than from the sources. */
function rootAbove(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : rootAbove(new URL('../', folder));
}

/** Folder of the program: of package.json, assets and dist. */
export const programRoot = rootAbove(new URL('./', import.meta.url));

const folder = new URL('assets/sample/', programRoot);

const image = fileURLToPath(new URL('image.ome.tif', folder));
const mask = fileURLToPath(new URL('mask.ome.tif', folder));
const truth = new URL('truth.json', folder);

/** Whether the sample nucleus is installed. */
export const hasSample = (): boolean => [image, mask, fileURLToPath(truth)].every((path) => existsSync(path));

/** Grants the sample nucleus, its outline and the job that belongs to it. Throws `unreadable` without them. */
export async function grantSample(grants: GrantStore): Promise<Sample> {
  if (!hasSample()) {
    throw new CoreError({
      tag: 'unreadable',
      message: 'The sample nucleus is not installed.',
      where: 'assets/sample',
      hint: 'Install Epiflux again, or open an image of your own.',
    });
  }
  const { job } = JSON.parse(await readFile(truth, 'utf8')) as { job: JobInput };
  const [input, outline] = [await grants.add(image, 'sample'), await grants.add(mask, 'sample')];
  return { input, mask: outline, job: { ...job, mask: 'file' } };
}
