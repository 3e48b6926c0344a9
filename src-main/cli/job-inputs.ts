import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CoreError, type JobInput, parseJob } from '../../src-core/index.js';
import type { JobDraft } from '../engine/channels.js';
import { readFailure } from '../engine/file-source.js';
import type { InputPaths } from '../engine/messages.js';
import { readJobOptions } from './job-options.js';
import { mergeSections } from './schema-options.js';

/** A job as the command line gives it, and the files that it is about. */
export interface CommandJob {
  readonly draft: JobDraft;
  readonly files: InputPaths;
}

interface Reference {
  readonly file: 0 | 1;
  readonly channel: number;
}

type Values = Readonly<Record<string, unknown>>;

const usage = (where: string, message: string, hint: string): CoreError =>
  new CoreError({ tag: 'usage', message, where, hint });

const missing = (where: string, message: string, hint: string): CoreError =>
  new CoreError({ tag: 'missing', message, where, hint });

const anyChannel: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 0 } };

function parseDocument(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `This is not JSON (${error instanceof Error ? error.message : ''}).`;
    throw new CoreError({
      tag: 'unreadable',
      message,
      where: path,
      hint: 'Give a job.json or a result.json.',
    });
  }
}

/** The job in a job.json, or in a result.json; throws `unreadable` for no JSON, `usage` for values out of range. */
async function readConfig(path: string): Promise<JobDraft> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFailure(error, path);
  });
  const document = parseDocument(text, path);
  const isObject = typeof document === 'object' && document !== null;
  const job = isObject && 'job' in document ? document.job : document;
  try {
    parseJob(
      typeof job === 'object' && job !== null && !Array.isArray(job) ? { channels: anyChannel, ...job } : job,
    );
  } catch (error) {
    throw error instanceof CoreError ? usage(path, error.message, 'Correct the named values.') : error;
  }
  return job as JobDraft;
}

function readChannel(option: string, text: string): number | string {
  if (/^\d+$/.test(text)) return Number(text);
  if (existsSync(text)) return text;
  const hint = 'Give a channel index (0, 1, …) or the file that holds this mark.';
  if (/[./\\]/.test(text) && Number.isNaN(Number(text))) {
    throw new CoreError({
      tag: 'unreadable',
      message: 'There is no such file.',
      where: `${option} ${text}`,
      hint,
    });
  }
  throw usage(option, `"${text}" is neither a channel index nor a file.`, hint);
}

function optionOf(values: Values, name: string): number | string | undefined {
  const text = values[name];
  return typeof text === 'string' ? readChannel(`--${name}`, text) : undefined;
}

/** Which of the input files a mark's own file is; an unknown one becomes INPUT2. */
function placeFile(paths: { input: string; second?: string }, path: string): 0 | 1 {
  if (resolve(path) === resolve(paths.input)) return 0;
  paths.second ??= path;
  if (resolve(path) === resolve(paths.second)) return 1;
  throw usage(path, 'This is a third file.', 'Name one file for each mark: `epiflux infer HET.tif EU.tif`.');
}

function referenceTo(
  given: number | string | undefined,
  paths: { input: string; second?: string },
  fallback: { readonly file: 0 | 1; readonly known: Reference | undefined },
): Reference | undefined {
  if (given === undefined) return fallback.known;
  if (typeof given === 'number') return { file: fallback.file, channel: given };
  return { file: placeFile(paths, given), channel: 0 };
}

function twoChannels(
  values: Values,
  paths: { input: string; second?: string },
  config: JobDraft['channels'],
): JobInput['channels'] {
  const known = config?.kind === 'two-channel' ? config : undefined;
  const hetGiven = optionOf(values, 'heterochromatin');
  const euGiven = optionOf(values, 'euchromatin');
  const own: Reference = { file: 0, channel: 0 };
  const euFile = paths.second === undefined ? 0 : 1;
  const heterochromatin = referenceTo(hetGiven, paths, {
    file: 0,
    known: known?.heterochromatin ?? (typeof euGiven === 'string' ? own : undefined),
  });
  const euchromatin = referenceTo(euGiven, paths, {
    file: euFile,
    known: known?.euchromatin ?? (typeof hetGiven === 'string' ? own : undefined),
  });
  if (!heterochromatin || !euchromatin) {
    const [given, other] = heterochromatin
      ? ['heterochromatin', 'euchromatin']
      : ['euchromatin', 'heterochromatin'];
    throw missing(`--${given}`, `The other mark is not given.`, `Give --${other} too, or --density N alone.`);
  }
  if (heterochromatin.file === euchromatin.file && heterochromatin.channel === euchromatin.channel) {
    const where = `channel ${String(euchromatin.channel)}`;
    throw usage(where, 'Both marks are the same channel.', 'Give two different channels or files.');
  }
  return { kind: 'two-channel', heterochromatin, euchromatin };
}

function readChannels(
  values: Values,
  paths: { input: string; second?: string },
  config: JobDraft['channels'],
): JobDraft['channels'] {
  const marks = values.heterochromatin !== undefined || values.euchromatin !== undefined;
  if (typeof values.density !== 'string') return marks ? twoChannels(values, paths, config) : config;
  if (marks) {
    throw usage(
      '--density',
      'It cannot be combined with --heterochromatin or --euchromatin.',
      'Give one or the other.',
    );
  }
  if (!/^\d+$/.test(values.density)) {
    throw usage('--density', `"${values.density}" is not a channel index.`, 'Give a whole number from 0.');
  }
  return { kind: 'density', density: { file: 0, channel: Number(values.density) } };
}

function usesSecond(channels: JobDraft['channels']): boolean {
  if (!channels) return false;
  if (channels.kind === 'density') return channels.density.file === 1;
  return channels.heterochromatin.file === 1 || channels.euchromatin.file === 1;
}

function usesFirst(channels: JobDraft['channels']): boolean {
  if (!channels) return true;
  if (channels.kind === 'density') return channels.density.file === 0;
  return channels.heterochromatin.file === 0 || channels.euchromatin.file === 0;
}

function checkFiles(channels: JobDraft['channels'], paths: { input: string; second?: string }): void {
  const one = 'Name one file for each mark: `epiflux infer HET.tif EU.tif`.';
  if (!usesFirst(channels)) throw usage(paths.input, 'No channel is taken from this file.', one);
  if (channels && paths.second !== undefined && !usesSecond(channels)) {
    throw usage(paths.second, 'No channel is taken from this file.', one);
  }
  if (usesSecond(channels) && paths.second === undefined) {
    throw missing(paths.input, 'The job takes one mark from a second file, and only one file is given.', one);
  }
}

function maskPart(values: Values, config: JobDraft): { mask?: JobInput['mask']; path?: string } {
  const text = values.mask;
  if (text === 'auto' || text === 'none') return { mask: text };
  if (typeof text === 'string') return { mask: 'file', path: text };
  if (config.mask !== 'file') return {};
  throw missing(
    '--config',
    'The job takes the nucleus from a mask file.',
    'Give --mask FILE, or --mask auto.',
  );
}

/**
 * The job and its files from a command's arguments: the options over --config over the defaults. Throws `usage`,
 * `missing` or `unreadable` naming the option.
 */
export async function readCommandJob(inputs: readonly string[], values: Values): Promise<CommandJob> {
  const input = inputs[0];
  const second = inputs.at(1);
  const options = readJobOptions(values);
  const config = typeof values.config === 'string' ? await readConfig(values.config) : {};
  const paths: { input: string; second?: string } = second === undefined ? { input } : { input, second };
  const channels = readChannels(values, paths, config.channels);
  checkFiles(channels, paths);
  const { mask, path } = maskPart(values, config);
  const draft = mergeSections(config, { ...options, ...(mask !== undefined && { mask }) });
  return {
    draft: channels === undefined ? draft : { ...draft, channels },
    files: path === undefined ? paths : { ...paths, mask: path },
  };
}
