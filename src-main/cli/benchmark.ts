import type { Command } from 'commander';
import { join } from 'node:path';
import { benchmarkProblems, benchmarkSuites, type BenchmarkSuite, CoreError } from '../../src-core/index.js';
import { makeEngine } from '../engine/host.js';
import type { BenchmarkRequest, BenchmarkResponse } from '../engine/messages.js';
import { inStaging } from '../engine/staging.js';
import { withInterrupt } from './interrupt.js';
import { addOutputOptions } from './job-options.js';
import { makeTerminal, type OutputOptions, type Terminal } from './progress.js';

/** Options of `epiflux benchmark`, as they were typed. */
interface BenchmarkOptions extends OutputOptions {
  readonly suite: string;
  readonly quick?: boolean;
  readonly out?: string;
  readonly threads?: string;
  readonly seed?: string;
  readonly seconds?: string;
  readonly problems?: string;
}

/** Suites that are measured by programs of bench/, which need data of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  field: '`npm run bench:truth` and `node bench/growth.mjs`',
  io: '`node bench/io.mjs` and `npm run bench:speed`',
};

function readSuite(text: string): BenchmarkSuite {
  const found = benchmarkSuites.find((suite) => suite === text);
  if (found !== undefined) return found;
  const other = Object.hasOwn(elsewhere, text) ? elsewhere[text] : undefined;
  throw new CoreError({
    tag: 'usage',
    message:
      other === undefined
        ? `There is no suite "${text}".`
        : `The suite "${text}" is not run by this command.`,
    where: '--suite',
    hint:
      other === undefined ? `The suites are ${benchmarkSuites.join(', ')}.` : `Run ${other} in the project.`,
  });
}

/** A number that an option may be. */
interface NumberOption {
  readonly flag: string;
  readonly limits: readonly [number, number];
  readonly isWhole: boolean;
}

const threadsOption: NumberOption = { flag: '--threads', limits: [1, 8], isWhole: true };
const seedOption: NumberOption = { flag: '--seed', limits: [0, 2 ** 31 - 1], isWhole: true };
const secondsOption: NumberOption = { flag: '--seconds', limits: [0.05, 3600], isWhole: false };

function readNumber({ flag, limits: [least, most], isWhole }: NumberOption, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  const kind = isWhole ? 'a whole number' : 'a number';
  throw new CoreError({
    tag: 'usage',
    message: `"${text}" cannot be used.`,
    where: flag,
    hint: `Give ${kind} from ${String(least)} to ${String(most)}.`,
  });
}

function readRequest(options: BenchmarkOptions): BenchmarkRequest {
  const { quick = false, threads = '1', seed = '1', seconds, problems } = options;
  const suite = readSuite(options.suite);
  return {
    spec: {
      ...{ suite, quick, seed: readNumber(seedOption, seed) },
      ...(seconds !== undefined && { seconds: readNumber(secondsOption, seconds) }),
      ...(problems !== undefined && { problems: problems.split(',').map((name) => name.trim()) }),
    },
    threads: readNumber(threadsOption, threads),
  };
}

async function measure(
  request: BenchmarkRequest,
  out: string | undefined,
  terminal: Terminal,
): Promise<BenchmarkResponse> {
  const engine = makeEngine();
  try {
    return await withInterrupt((signal) => {
      const ask = (folder?: string): Promise<BenchmarkResponse> =>
        engine.request(
          'benchmark',
          { ...request, ...(folder !== undefined && { folder }) },
          { signal, onProgress: terminal.progress },
        );
      return out === undefined ? ask() : inStaging(out, ask);
    });
  } finally {
    await engine.close();
  }
}

async function runSuite(options: BenchmarkOptions): Promise<void> {
  const terminal = makeTerminal(options);
  const request = readRequest(options);
  try {
    const { document, tables, files } = await measure(request, options.out, terminal);
    const written = files.map((file) => ({ ...file, path: join(options.out ?? '', file.name) }));
    terminal.result({ ...document, files: written }, [
      ...tables,
      ...(written.length > 0 ? ['', ...written.map(({ path }) => path)] : []),
    ]);
  } finally {
    terminal.clear();
  }
}

/** Adds `epiflux benchmark`. */
export function addBenchmark(program: Command): void {
  const { mollifier, optimizers } = benchmarkProblems;
  const command = program
    .command('benchmark')
    .summary('networks measured on this machine: derivatives by mollifiers, optimisers')
    .description(
      'mollifier: λ of equations of the first, second and fourth order by three networks, with derivatives by nested ' +
        'differentiation and by mollifiers; time, memory and error. optimizers: Adam, L-BFGS and SOAP at equal time and ' +
        'at equal numbers of gradients, against exact or computed solutions. With one thread, and without --quick, times ' +
        'are of the processor, so that other work on the machine counts little.',
    )
    .requiredOption('--suite <NAME>', benchmarkSuites.join(' or '))
    .option('--quick', 'few points and steps, to see that everything runs; well within a minute')
    .option('--out <DIR>', 'folder for the JSON, the Markdown and the figures; made if need be')
    .option('--problems <A,B,…>', `only these (${mollifier.join(', ')}; ${optimizers.join(', ')})`)
    .option('--seconds <S>', 'that one training may take (0.05 to 3600; default mollifier 10, optimizers 25)')
    .option('--threads <N>', 'threads of the kernels (1 to 8; default 1)')
    .option('--seed <N>', 'seed of everything random (default 1)');
  addOutputOptions(command).action(async (options: BenchmarkOptions) => {
    await runSuite(options);
  });
}
