import type { Run } from '../run.js';
import { type BenchmarkFigure, mollifierFigures, optimizerFigures } from './benchmark-figure.js';
import type { BenchmarkMeans, BenchmarkSpec } from './benchmark-spec.js';
import { mollifierTables, optimizerTables } from './benchmark-table.js';
import { type MollifierReport, runMollifierSuite } from './mollifier-suite.js';
import { type OptimizerReport, runOptimizerSuite } from './optimizer-suite.js';

/** What a suite found: as data, as Markdown, line by line, and as figures. */
export interface Benchmark {
  readonly report: MollifierReport | OptimizerReport;
  readonly tables: readonly string[];
  readonly figures: readonly BenchmarkFigure[];
}

/**
 * Runs a suite. A training that diverges or runs out of memory is a row that says so. Throws `usage` for problems that the
 * suite has not, and `cancelled`.
 */
export async function runBenchmark(spec: BenchmarkSpec, means: BenchmarkMeans, run: Run): Promise<Benchmark> {
  if (spec.suite === 'optimizers') {
    const report = await runOptimizerSuite(spec, means, run);
    return { report, tables: optimizerTables(report), figures: optimizerFigures(report) };
  }
  const report = await runMollifierSuite(spec, means, run);
  return { report, tables: mollifierTables(report), figures: mollifierFigures(report) };
}
