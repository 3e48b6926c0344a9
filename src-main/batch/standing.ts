import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseJob } from '../../src-core/index.js';
import type { JobDraft } from '../engine/channels.js';
import { fileSha256 } from '../engine/file-source.js';
import type { OutputChoices } from '../engine/output-choices.js';
import { version } from '../engine/version.js';
import type { BatchInput } from './inputs.js';
import type { LedgerEntry } from './ledger.js';

/**
 * The job as the batch was given it, with its defaults and the program's version, and how its files look where that is
 * not as usual: what a resumed run must share.
 */
export function hashJob({
  draft,
  output = {},
}: {
  readonly draft: JobDraft;
  readonly output?: OutputChoices;
}): string {
  const open = { kind: 'density', density: { file: 0, channel: 0 } } as const;
  const job = parseJob({ ...draft, channels: draft.channels ?? open });
  const look = Object.keys(output).length === 0 ? {} : { output };
  const text = JSON.stringify({ version, job, channels: draft.channels ? 'given' : 'open', ...look });
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 of a file, null where it cannot be read; throws `cancelled`. */
export async function hashOrNull(path: string, signal: AbortSignal): Promise<string | null> {
  return fileSha256(path, { signal, report: () => undefined }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
}

/** Where an earlier result would lie, and what it was made of. */
export interface StandingGround {
  readonly folder: string;
  readonly out: string;
  readonly jobHash: string;
  readonly signal: AbortSignal;
}

/** Whether the entry is of the same input by the same job, as far as the ledger says. */
export function isOfSameJob(
  entry: LedgerEntry,
  input: BatchInput,
  { jobHash }: Pick<StandingGround, 'jobHash'>,
): boolean {
  if (entry.folder !== input.folder || entry.jobHash !== jobHash) return false;
  if (entry.state === 'failed') return true;
  return entry.mask?.name === input.mask && entry.second?.name === input.second;
}

async function hasSameInputs(
  entry: LedgerEntry,
  input: BatchInput,
  { folder, signal }: StandingGround,
): Promise<boolean> {
  if ((await hashOrNull(input.path, signal)) !== entry.sha256) return false;
  for (const companion of [entry.mask, entry.second]) {
    if (companion && (await hashOrNull(join(folder, companion.name), signal)) !== companion.sha256)
      return false;
  }
  return true;
}

/** Whether an earlier result still holds: inputs and every result file have the bytes they had. */
export async function stands(
  entry: LedgerEntry,
  input: BatchInput,
  ground: StandingGround,
): Promise<boolean> {
  const { out, signal } = ground;
  if (entry.state !== 'done' || entry.files === undefined || !isOfSameJob(entry, input, ground)) return false;
  if (!(await hasSameInputs(entry, input, ground))) return false;
  for (const { name, sha256 } of entry.files) {
    if ((await hashOrNull(join(out, entry.folder, name), signal)) !== sha256) return false;
  }
  return true;
}
