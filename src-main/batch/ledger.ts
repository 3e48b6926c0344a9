import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { replaceFile, writeFailure } from '../engine/staging.js';

const errorSchema = z.object({
  tag: z.string(),
  message: z.string(),
  where: z.string().optional(),
  hint: z.string().optional(),
});

const companionSchema = z.object({ name: z.string(), sha256: z.string() });

const entrySchema = z.object({
  input: z.string(),
  sha256: z.string().nullable(),
  mask: companionSchema.optional(),
  second: companionSchema.optional(),
  jobHash: z.string(),
  state: z.enum(['done', 'failed']),
  seconds: z.number(),
  folder: z.string(),
  error: errorSchema.optional(),
  files: z.array(z.object({ name: z.string(), sha256: z.string() })).optional(),
});

/**
 * One line of the ledger: what became of one input. `input` is its path below the batch's folder, `mask` and `second`
 * the files that went with it; `folder` is its result folder below the output, `files` the results in it.
 */
export type LedgerEntry = z.infer<typeof entrySchema>;

function parseLine(line: string): LedgerEntry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/**
 * The last entry of each input. A line that cannot be read (torn by a kill) is left out: its input runs again.
 * No ledger gives no entries.
 */
export async function readLedger(path: string): Promise<Map<string, LedgerEntry>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const entries = text.split('\n').flatMap((line) => parseLine(line) ?? []);
  return new Map(entries.map((entry) => [entry.input, entry]));
}

/** Replaces the ledger, whole or not at all. */
export async function writeLedger(path: string, entries: readonly LedgerEntry[]): Promise<void> {
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`);
  await replaceFile(path, new TextEncoder().encode(lines.join('')));
}

/** Adds one line to the ledger and flushes it to the disk; throws `usage` where it cannot be written. */
export async function appendEntry(path: string, entry: LedgerEntry): Promise<void> {
  try {
    await appendFile(path, `${JSON.stringify(entry)}\n`, { flush: true });
  } catch (error) {
    throw writeFailure(path, error);
  }
}
