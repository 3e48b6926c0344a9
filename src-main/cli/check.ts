import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CoreError, parseJob } from '../../src-core/index.js';
import type { CheckDocument, CheckKind } from '../engine/check-document.js';
import { readFailure } from '../engine/file-source.js';
import { makeEngine } from '../engine/host.js';
import type { CheckRequest, CheckResponse, InputPaths } from '../engine/messages.js';
import type { FileIdentity, JobIdentity } from '../engine/result-document.js';
import { inStaging } from '../engine/staging.js';
import { stemOf } from '../engine/stem.js';
import { withInterrupt } from './interrupt.js';
import { addOutputOptions } from './job-options.js';
import { makeTerminal, type OutputOptions, type Terminal } from './progress.js';

/** Options of `epiflux check`. */
interface CheckOptions extends OutputOptions {
  readonly forward?: boolean;
  readonly phantom?: boolean;
  readonly out?: string;
  readonly input?: string;
  readonly input2?: string;
  readonly mask?: string;
}

const roles = ['input', 'second', 'mask'] as const;
const optionOf = { input: 'input', second: 'input2', mask: 'mask' } as const;

const noResult = (path: string, detail: string): CoreError =>
  new CoreError({
    tag: 'unreadable',
    message: `This is no result of Epiflux (${detail}).`,
    where: path,
    hint: 'Give the STEM.result.json that `epiflux infer` wrote.',
  });

function isIdentity(value: unknown): value is FileIdentity {
  const known = value as Partial<FileIdentity> | null;
  return typeof known === 'object' && typeof known?.name === 'string' && typeof known.sha256 === 'string';
}

function identityIn(document: object, path: string): JobIdentity {
  const found = document as Partial<Record<(typeof roles)[number], unknown>>;
  if (!isIdentity(found.input)) throw noResult(path, 'it names no input with its SHA-256');
  return {
    input: found.input,
    ...(isIdentity(found.second) && { second: found.second }),
    ...(isIdentity(found.mask) && { mask: found.mask }),
  };
}

async function readResult(path: string): Promise<Pick<CheckRequest, 'job' | 'expected'>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFailure(error, path);
  });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw noResult(path, error instanceof Error ? error.message : 'no JSON');
  }
  if (typeof document !== 'object' || document === null || !('job' in document)) {
    throw noResult(path, 'it holds no job');
  }
  return { job: parseJob(document.job), expected: identityIn(document, path) };
}

/** A file of the result: as given, else of its name beside result.json or in the working folder. */
function locate(name: string, option: string, given: string | undefined, folder: string): string {
  if (given !== undefined) return given;
  const found = [join(folder, name), join(dirname(folder), name), name].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CoreError({
    tag: 'missing',
    message: `${name}, which the result was made of, is not beside it.`,
    where: folder,
    hint: `Say where it is: --${option} PATH/${name}.`,
  });
}

function pathsOf(expected: JobIdentity, options: CheckOptions, folder: string): InputPaths {
  const path = (role: (typeof roles)[number]): string | undefined => {
    const file = expected[role];
    return file && locate(file.name, optionOf[role], options[optionOf[role]], folder);
  };
  const [input = '', second, mask] = roles.map(path);
  return { input, ...(second !== undefined && { second }), ...(mask !== undefined && { mask }) };
}

function kindsOf({ forward, phantom }: CheckOptions): CheckKind[] {
  if (forward !== true && phantom !== true) return ['forward', 'phantom'];
  return [
    ...(forward === true ? (['forward'] as const) : []),
    ...(phantom === true ? (['phantom'] as const) : []),
  ];
}

async function runChecks(
  request: CheckRequest,
  { out, stem }: { out: string; stem: string },
  terminal: Terminal,
): Promise<CheckResponse> {
  const engine = makeEngine();
  try {
    return await withInterrupt((signal) =>
      inStaging(out, (folder) =>
        engine.request(
          'check',
          { ...request, staging: { folder, stem } },
          { signal, onProgress: terminal.progress },
        ),
      ),
    );
  } finally {
    await engine.close();
  }
}

const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

function linesOf({ forward, phantom }: CheckDocument): string[] {
  return [
    ...(forward ? [`forward check: ${forward.summary}`] : []),
    ...(phantom ? [`phantoms: ${phantom.summary}`] : []),
    ...(phantom?.scores ?? []).map(
      ({ pattern, relativeL2, medianBias, correlation }) =>
        `  ${pattern}: error ${percent(relativeL2)}, bias of the median ${percent(medianBias)}` +
        (correlation === null ? '' : `, correlation ${correlation.toFixed(3)}`),
    ),
    ...(phantom?.failed ?? []).map(({ pattern, reason }) => `  ${pattern}: not done. ${reason}`),
  ];
}

async function runCheck(result: string, options: CheckOptions): Promise<void> {
  const terminal = makeTerminal(options);
  const { job, expected } = await readResult(result);
  const folder = dirname(result);
  const files = pathsOf(expected, options, folder);
  const out = options.out ?? folder;
  try {
    const request = { files, job, expected, kinds: kindsOf(options) };
    const { document, files: made } = await runChecks(
      request,
      { out, stem: stemOf(expected.input.name) },
      terminal,
    );
    const written = made.map((file) => ({ ...file, path: join(out, file.name) }));
    for (const note of [...(document.forward?.notes ?? []), ...(document.phantom?.notes ?? [])]) {
      terminal.detail(note);
    }
    terminal.result({ ...document, files: written }, [
      ...linesOf(document),
      ...written.map(({ path }) => path),
    ]);
  } finally {
    terminal.clear();
  }
}

/** Adds `epiflux check`. */
export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .summary('can a result be trusted: does λ explain the images, what error is to be expected')
    .description(
      'Puts a result to two checks, both unless one is chosen: whether a nucleus with the inferred λ would look like ' +
        'the images, and how far λ comes out from the truth on simulated nuclei like this one. The job is taken from ' +
        'RESULT.json; the input is looked for beside it, in the folder above and in the working folder, and must be ' +
        'the same bytes.',
    )
    .argument('<result>', 'RESULT.json of `epiflux infer`')
    .option('--forward', 'only the forward check')
    .option('--phantom', 'only the phantoms')
    .option('--out <DIR>', 'folder for the files (default: that of RESULT.json)')
    .option('--input <FILE>', 'where the input is now')
    .option('--input2 <FILE>', "where the second mark's file is now")
    .option('--mask <FILE>', 'where the mask is now');
  addOutputOptions(command).action(async (result: string, options: CheckOptions) => {
    await runCheck(result, options);
  });
}
