import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError } from '../../src-core/index.js';
import { sweepStaging, writeFailure } from '../engine/staging.js';

const lockName = /^\.epiflux-(\d+)-batch$/;

/**
 * Does `work` while no other batch may write to the folder. A lock that a killed process left is taken away. Throws
 * `usage` while another batch is at work there, or where the folder cannot be written.
 */
export async function withLock<T>(out: string, work: () => Promise<T>): Promise<T> {
  const lock = join(out, `.epiflux-${process.pid}-batch`);
  await sweepStaging(out);
  const holder = (await readdir(out)).map((name) => lockName.exec(name)?.[1]).find(Boolean);
  if (holder !== undefined) {
    throw new CoreError({
      tag: 'usage',
      message: `Another batch (process ${holder}) writes to this folder.`,
      where: out,
      hint: 'Wait until it has ended, or choose another folder for the results.',
    });
  }
  try {
    await writeFile(lock, '', { flag: 'wx' });
  } catch (error) {
    throw writeFailure(out, error);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}
