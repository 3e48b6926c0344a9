import type { Command } from 'commander';
import { join } from 'node:path';
import { CoreError, errorData } from '../../src-core/index.js';
import type { LedgerEntry } from '../batch/ledger.js';
import { readablePatterns } from '../batch/readable-patterns.js';
import { type BatchPlan, type BatchResult, runBatch } from '../batch/run.js';
import { exitCodes } from './exit-codes.js';
import { withInterrupt } from './interrupt.js';
import { readCommandJob } from './job-inputs.js';
import { addChannelOptions, addJobOptions, addOutputOptions, jobOptionSchema } from './job-options.js';
import { addFileOptions, type FileOptions, readFileOptions } from './output-options.js';
import { makeTerminal, type OutputOptions, type Terminal } from './progress.js';
import { defaultText, notAvailable } from './schema-options.js';

/** Options of `epiflux batch` that are not part of the job. */
interface BatchOptions extends OutputOptions, FileOptions {
  readonly out: string;
  readonly pattern?: string;
  readonly maskPattern?: string;
  readonly secondPattern?: string;
  readonly recursive?: boolean;
  readonly resume?: boolean;
  readonly jobs: string;
  readonly executor: string;
  readonly conditionFrom?: string;
  readonly replicateFrom?: string;
}

type Values = Readonly<Record<string, unknown>>;

const mostJobs = 256;

function readJobs(text: string): number {
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= mostJobs) return jobs;
  const hint = `Give a whole number from 1 up to ${String(mostJobs)}.`;
  throw new CoreError({ tag: 'usage', message: `"${text}" cannot be used.`, where: '--jobs', hint });
}

function refuseUnavailable(options: BatchOptions): void {
  const later = 'Results carry no condition yet; leave it out.';
  if (options.executor !== 'local') throw notAvailable(`--executor ${options.executor}`, 'Available: local.');
  if (options.conditionFrom !== undefined) throw notAvailable('--condition-from', later);
  if (options.replicateFrom !== undefined) throw notAvailable('--replicate-from', later);
}

function refuseTwoMasks({ maskPattern }: BatchOptions, { mask }: Values): void {
  if (maskPattern === undefined || mask === undefined) return;
  throw new CoreError({
    tag: 'usage',
    message: 'It cannot be combined with --mask.',
    where: '--mask-pattern',
    hint: 'Give one or the other.',
  });
}

/** Whether the job wants a second file, or a mask file, and no pattern says which. */
function patternHint(error: unknown): unknown {
  if (!(error instanceof CoreError) || error.tag !== 'missing') return error;
  if (error.message.includes('second file')) {
    return new CoreError({ ...errorData(error), hint: "Give --second-pattern, such as '{stem}_eu.tif'." });
  }
  if (!error.message.includes('mask file')) return error;
  return new CoreError({
    ...errorData(error),
    hint: "Give --mask-pattern '{stem}_mask.tif', or --mask auto.",
  });
}

/** A batch's job is about one file at a time, and those that the patterns say go with it. */
async function draftOf(folder: string, options: BatchOptions & Values): Promise<BatchPlan['draft']> {
  const { maskPattern, secondPattern } = options;
  refuseTwoMasks(options, options);
  const inputs = secondPattern === undefined ? [folder] : [folder, secondPattern];
  const values = maskPattern === undefined ? options : { ...options, mask: maskPattern };
  const { draft, files } = await readCommandJob(inputs, values).catch((error: unknown) => {
    throw patternHint(error);
  });
  if (files.second !== secondPattern) {
    throw notAvailable(
      'a second file for one mark',
      "Give channel indices, and --second-pattern '{stem}_eu.tif' where the marks have files of their own.",
    );
  }
  if (files.mask !== maskPattern) {
    throw notAvailable(
      '--mask FILE',
      "One mask cannot fit every input of a batch: give auto, none, or --mask-pattern '{stem}_mask.tif'.",
    );
  }
  return draft;
}

async function planOf(folder: string, options: BatchOptions & Values): Promise<BatchPlan> {
  refuseUnavailable(options);
  return {
    folder,
    out: options.out,
    patterns: options.pattern === undefined ? readablePatterns : [options.pattern],
    recursive: options.recursive === true,
    ...(options.maskPattern !== undefined && { maskPattern: options.maskPattern }),
    ...(options.secondPattern !== undefined && { secondPattern: options.secondPattern }),
    resume: options.resume === true,
    jobs: readJobs(options.jobs),
    draft: await draftOf(folder, options),
    output: readFileOptions(options),
  };
}

function entryLine(entry: LedgerEntry, skipped: boolean): string {
  if (skipped) return `${entry.input}: done before`;
  if (!entry.error) return `${entry.input}: done in ${String(entry.seconds)} s`;
  return `${entry.input}: failed: ${entry.error.message}`;
}

function masksLine(names: readonly string[]): string {
  const some = names.slice(0, 3).join(', ');
  const list = names.length > 3 ? `${some}, …` : some;
  return `${String(names.length)} left out, by their names masks of other files (${list}); to use them give --mask-pattern`;
}

function finish(plan: BatchPlan, { entries, skipped }: BatchResult, terminal: Terminal): void {
  const failed = entries.filter(({ state }) => state === 'failed');
  const done = entries.length - failed.length;
  const count = `${String(done)} of ${String(entries.length)} done, ${String(failed.length)} failed`;
  const lines = [
    skipped > 0 ? `${count}, ${String(skipped)} of them done before` : count,
    ...failed.map(({ input, error }) => `failed: ${input}: ${error?.message ?? ''}`),
    join(plan.out, 'ledger.jsonl'),
    join(plan.out, 'summary.csv'),
    join(plan.out, 'report.html'),
  ];
  terminal.result({ out: plan.out, done, failed: failed.length, skipped, inputs: entries }, lines);
  if (failed.length > 0) process.exitCode = exitCodes.unreadable;
}

async function runBatchCommand(folder: string, options: BatchOptions & Values): Promise<void> {
  const terminal = makeTerminal(options);
  try {
    const plan = await planOf(folder, options);
    const result = await withInterrupt((signal) =>
      runBatch(plan, {
        signal,
        onProgress: terminal.bar,
        onEntry: (entry, skipped) => {
          terminal.note(entryLine(entry, skipped));
        },
        onInputs: ({ likeMasks }) => {
          if (likeMasks.length > 0) terminal.note(masksLine(likeMasks));
        },
      }),
    );
    finish(plan, result, terminal);
  } finally {
    terminal.clear();
  }
}

/** Adds `epiflux batch`. */
export function addBatch(program: Command): void {
  const command = program
    .command('batch')
    .summary('a folder of nuclei by one job')
    .description(
      'Infers every matching file of a folder by one job, each into a folder of its own below --out, and writes ' +
        'ledger.jsonl, summary.csv and report.html. An input that fails is recorded and the rest goes on: exit 0, or 3.',
    )
    .argument('<folder>', 'folder of images and tables')
    .requiredOption('--out <DIR>', 'folder for the results; made if need be')
    .option('--pattern <GLOB>', `which files (default ${readablePatterns.join(' ')})`)
    .option(
      '--mask-pattern <GLOB>',
      'the nucleus mask of each input, from its folder: {stem} is its name without extension, {*} what the first * ' +
        'of --pattern stood for',
    )
    .option('--second-pattern <GLOB>', 'the file of the second mark of each input, in the same way')
    .option('--recursive', 'also the folders below')
    .option('--jobs <N>', 'how many at a time, each in a thread of its own', '1')
    .option('--resume', 'skip what an earlier run finished with the same job and the same bytes')
    .option('--executor <NAME>', 'where it runs (local; not available yet: slurm)', 'local')
    .option('--condition-from <folder|REGEX>', 'not available yet')
    .option('--replicate-from <REGEX>', 'not available yet');
  addChannelOptions(command).option(
    '--mask <auto|none>',
    `the nucleus (default ${defaultText(jobOptionSchema, 'mask') ?? ''})`,
  );
  addOutputOptions(addFileOptions(addJobOptions(command))).action(
    async (folder: string, options: BatchOptions & Values) => {
      await runBatchCommand(folder, options);
    },
  );
}
