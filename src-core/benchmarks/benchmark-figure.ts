import { drawLinePlots, type LinePlot, type PlotAxis, type PlotSeries } from '../figure/line-plot.js';
import { architectures } from '../networks/network.js';
import { derivativeKinds } from './inverse-loss.js';
import { inverseProblems } from './inverse-problem.js';
import type { MollifierReport, MollifierRow } from './mollifier-suite.js';
import type { RacePoint } from './optimizer-race.js';
import type { OptimizerComparison, OptimizerReport } from './optimizer-suite.js';

/** A figure of a report, as an SVG file. */
export interface BenchmarkFigure {
  readonly name: string;
  readonly svg: string;
}

const linear = (label: string): PlotAxis => ({ label, isLog: false });
const logarithmic = (label: string): PlotAxis => ({ label, isLog: true });
const optimizerTitles = { adam: 'Adam', lbfgs: 'L-BFGS', soap: 'SOAP' } as const;

function curves({ races }: OptimizerComparison, point: (at: RacePoint) => [number, number]): PlotSeries[] {
  return races.map(({ optimizer, points }) => ({
    name: optimizerTitles[optimizer],
    points: points.map(point),
  }));
}

function comparisonFigure(comparison: OptimizerComparison): BenchmarkFigure {
  const { title, problem } = comparison;
  const gradients = linear('gradients');
  const plot = (y: PlotAxis, x: PlotAxis, point: (at: RacePoint) => [number, number]): LinePlot => ({
    ...{ title, x, y, series: curves(comparison, point) },
  });
  const error = logarithmic('relative L2 error');
  return {
    name: `optimizers-${problem}.svg`,
    svg: drawLinePlots([
      plot(error, linear('training time (s)'), (at) => [at.seconds, at.error]),
      plot(error, gradients, (at) => [at.gradients, at.error]),
      plot(linear('alignment of both halves of time'), gradients, (at) => [at.gradients, at.within]),
      plot(linear('alignment of successive gradients'), gradients, (at) => [at.gradients, at.between]),
    ]),
  };
}

/** Curves of error and alignment, a figure for each problem. */
export function optimizerFigures({ comparisons }: OptimizerReport): BenchmarkFigure[] {
  return comparisons.map(comparisonFigure);
}

/** A number of every row by the order of its equation, for one level of noise. */
function byOrder(rows: readonly MollifierRow[], y: PlotAxis, of: (row: MollifierRow) => number): LinePlot {
  const series = architectures.flatMap((architecture) =>
    derivativeKinds.map((derivatives) => ({
      name: `${architecture}, ${derivatives}`,
      dashed: derivatives === 'mollifier',
      points: rows
        .filter((row) => row.architecture === architecture && row.derivatives === derivatives)
        .map((row) => [row.order, of(row)] as const),
    })),
  );
  return { title: `${y.label} by order`, x: linear('order of the equation'), y, series };
}

function lossFigure(rows: readonly MollifierRow[]): BenchmarkFigure {
  const [{ problem }] = rows;
  const plots = [...new Set(rows.map(({ noise }) => noise))].map((noise) => ({
    title: `${inverseProblems[problem].title}, noise ${Math.round(100 * noise)} %`,
    x: logarithmic('training time (s)'),
    y: logarithmic('loss of the data'),
    series: rows
      .filter((row) => row.noise === noise)
      .map((row) => ({
        name: `${row.architecture}, ${row.derivatives}`,
        dashed: row.derivatives === 'mollifier',
        points: row.trace.map(({ seconds, dataLoss }) => [seconds, dataLoss] as const),
      })),
  }));
  return { name: `mollifier-${problem}.svg`, svg: drawLinePlots(plots) };
}

/** Memory, time of a step and error of λ by order at the highest noise, and the loss of the data over time by problem. */
export function mollifierFigures({ rows, noises }: MollifierReport): BenchmarkFigure[] {
  const noisiest = rows.filter(({ noise }) => noise === noises[noises.length - 1]);
  const cost = drawLinePlots([
    byOrder(noisiest, logarithmic('peak memory (MB)'), ({ peakBytes }) => peakBytes / 2 ** 20),
    byOrder(noisiest, logarithmic('time of a step (ms)'), ({ stepMs }) => stepMs),
    byOrder(noisiest, logarithmic('relative L2 error of λ'), ({ relativeL2 }) => relativeL2 ?? NaN),
  ]);
  const names = [...new Set(rows.map(({ problem }) => problem))];
  return [
    { name: 'mollifier-cost.svg', svg: cost },
    ...names.map((name) => lossFigure(rows.filter(({ problem }) => problem === name))),
  ];
}
