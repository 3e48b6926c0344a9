import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import {
  type Benchmark,
  CoreError,
  type Engine,
  type Run,
  runBenchmark,
  type SimdHost,
  simdEngine,
} from '../../src-core/index.js';
import { openSimdHost } from '../compute/simd-host.js';
import type { BenchmarkRequest, BenchmarkResponse, WrittenFile } from './messages.js';
import { writeStaged } from './staging.js';
import { version } from './version.js';

/** Seconds on the clock, or of processor time of this program: the latter says what it costs on a busy machine too. */
type ClockKind = 'wall' | 'processor';

const clocks: { readonly [K in ClockKind]: () => number } = {
  wall: () => performance.now() / 1000,
  processor: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

const mostBytes = 3 * 2 ** 30;

/** The host, with no more memory than a share of the machine's. */
function bounded(host: SimdHost): SimdHost {
  const limit = Math.min(mostBytes, totalmem() / 2);
  return {
    ...host,
    reserve: (bytes) => {
      if (bytes <= limit) return host.reserve(bytes);
      throw new CoreError({
        tag: 'memory',
        message: `The training needs more than ${(limit / 2 ** 30).toFixed(1)} GiB at once.`,
        hint: 'Use a smaller network, fewer points, or derivatives by mollifiers.',
      });
    },
  };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function documentOf({ report }: Benchmark, { spec, threads }: BenchmarkRequest, clock: ClockKind) {
  return {
    version,
    command: { ...spec, threads },
    machine: {
      ...{ processor: cpus().at(0)?.model ?? 'unknown', processors: availableParallelism() },
      ...{ node: process.versions.node, load: loadavg()[0], date: new Date().toISOString() },
    },
    clock,
    ...report,
  };
}

/** What the tables are of, for those who read the file alone. */
function headOf({ spec, threads }: BenchmarkRequest, clock: ClockKind): string[] {
  const processor = cpus().at(0)?.model ?? 'unknown processor';
  const quick = spec.quick
    ? ['**Quick**: few points and steps, to see that everything runs. Nothing here is a comparison.', '']
    : [];
  const time = clock === 'processor' ? 'Times are of the processor.' : 'Times are of the clock on the wall.';
  return [
    ...quick,
    `Suite ${spec.suite}, seed ${String(spec.seed)}, ${String(threads)} thread(s), ${processor}, Node v${process.versions.node},`,
    `load ${loadavg()[0].toFixed(1)}, Epiflux ${version}, ${new Date().toISOString().slice(0, 10)}. ${time}`,
    '',
  ];
}

async function writeAll(
  folder: string,
  contents: readonly (readonly [name: string, text: string])[],
): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  for (const [name, text] of contents) files.push(await writeStaged(folder, name, [encode(text)]));
  return files;
}

/** Runs a suite, and writes its JSON, Markdown and figures where a folder was given. */
export async function benchmarkToFolder(request: BenchmarkRequest, run: Run): Promise<BenchmarkResponse> {
  const { spec, threads, folder } = request;
  const kind: ClockKind = threads === 1 && !spec.quick ? 'processor' : 'wall';
  const host = openSimdHost(threads);
  const openEngine = (): Engine => simdEngine(bounded(host));
  try {
    const benchmark = await runBenchmark(spec, { openEngine, clock: clocks[kind] }, run);
    const document = documentOf(benchmark, request, kind);
    const tables = [...headOf(request, kind), ...benchmark.tables];
    if (folder === undefined) return { document, tables, files: [] };
    const files = await writeAll(folder, [
      [`benchmark-${spec.suite}.json`, `${JSON.stringify(document, null, 1)}\n`],
      [`benchmark-${spec.suite}.md`, `${tables.join('\n')}\n`],
      ...benchmark.figures.map(({ name, svg }) => [name, svg] as const),
    ]);
    return { document, tables, files };
  } finally {
    await host.close();
  }
}
