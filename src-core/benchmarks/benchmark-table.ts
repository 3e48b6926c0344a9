import type { MollifierReport, MollifierRow } from './mollifier-suite.js';
import type { OptimizerComparison, OptimizerReport } from './optimizer-suite.js';

/** A Markdown table of a head and its rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

const digits = (value: number | null, count = 3): string =>
  value === null || !Number.isFinite(value) ? '–' : String(Number(value.toPrecision(count)));

const times = (value: number): string => (Number.isFinite(value) ? `${digits(value, 2)} ×` : '–');

const mebibytes = (bytes: number): string => digits(bytes / 2 ** 20);

function mollifierLine(row: MollifierRow, steps: number): string[] {
  const ended = row.steps < steps ? `${row.outcome} after ${row.steps}` : 'done';
  return [
    ...[`${row.problem} (${row.order})`, row.architecture, row.derivatives, `${digits(100 * row.noise)} %`],
    ...[digits(row.correlation), digits(row.relativeL2), digits(row.stepMs), mebibytes(row.peakBytes)],
    ...[digits(row.secondsToEqual), digits(row.seconds), ended],
  ];
}

const medianOf = (values: readonly number[]): number => {
  const known = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  return known.length === 0 ? NaN : known[Math.floor(known.length / 2)];
};

/** By how much autodiff takes more than mollifiers, over the levels of noise. */
function savings({ rows }: MollifierReport): string[][] {
  const pairs = rows.flatMap((row, k) =>
    row.derivatives === 'autodiff' ? [{ auto: row, mollifier: rows[k + 1] }] : [],
  );
  const keys = [...new Set(pairs.map(({ auto }) => `${auto.problem} (${auto.order}), ${auto.architecture}`))];
  return keys.map((key) => {
    const own = pairs.filter(({ auto }) => `${auto.problem} (${auto.order}), ${auto.architecture}` === key);
    const ratio = (of: (row: MollifierRow) => number): string =>
      times(medianOf(own.map(({ auto, mollifier }) => of(auto) / of(mollifier))));
    return [
      key,
      ratio(({ peakBytes }) => peakBytes),
      ratio(({ stepMs }) => stepMs),
      ratio(({ secondsToEqual }) => secondsToEqual),
    ];
  });
}

const stepHead = ['training step', 'median ms', 'engine', 'threads', 'peak MB'];

function stepLine({ step }: MollifierReport): string[] {
  const what = 'MLP 4 × 128, 128 × 128 points, five kernels, Adam';
  return [what, digits(step.medianMs), step.backend, String(step.threads), mebibytes(step.peakBytes)];
}

const constantsOf = ({ constants }: MollifierReport): string =>
  constants.map(({ problem, relativeL2 }) => `${problem} ${digits(relativeL2)}`).join(', ');

/** The tables of the mollifier suite in Markdown. */
export function mollifierTables(report: MollifierReport): string[] {
  const { steps, voxels, width, mostSeconds, optimizer } = report.settings;
  return [
    `Same network (width ${width}), optimiser (${optimizer}), seed and at most ${steps} steps or ${mostSeconds} s for both kinds of`,
    `derivatives; ${voxels[1]} points in one dimension, ${voxels[2]} × ${voxels[2]} in two. λ is the network's last output.`,
    'Noise: sd over the root mean square of each field. Equal data: seconds to the least loss of the data that both came to.',
    'Memory: what the engine held at most.',
    '',
    ...table(
      [
        'problem (order)',
        'network',
        'derivatives',
        'noise',
        'λ correlation',
        'λ relative L2',
        'step ms',
        'peak MB',
        'equal data s',
        'total s',
        'end',
      ],
      report.rows.map((row) => mollifierLine(row, steps)),
    ),
    '',
    `Relative L2 error of the best constant λ: ${constantsOf(report)}.`,
    '',
    'Autodiff over mollifier, median over the levels of noise:',
    '',
    ...table(['problem (order), network', 'memory', 'time of a step', 'time to equal data'], savings(report)),
    '',
    ...table(stepHead, [stepLine(report)]),
    ...report.rows
      .filter(({ note }) => note !== '')
      .map(
        ({ problem, architecture, derivatives, note }) =>
          `\n${problem}, ${architecture}, ${derivatives}: ${note}`,
      ),
  ];
}

function raceLines({ title, scores, soapOverAdam }: OptimizerComparison): string[][] {
  return scores.map((score) => [
    ...[title, score.optimizer, digits(score.atTime.error), String(score.atTime.gradients)],
    ...[`${digits(score.atGradients.error)} (${score.atGradients.gradients})`, digits(score.msPerGradient)],
    ...[digits(score.within, 2), digits(score.between, 2)],
    score.optimizer === 'soap' ? `${times(soapOverAdam.atTime)}, ${times(soapOverAdam.atGradients)}` : '',
    score.outcome,
  ]);
}

/** The tables of the optimizers suite in Markdown. */
export function optimizerTables({ settings, comparisons, leftOut }: OptimizerReport): string[] {
  const { sizes, points, seconds, learningRate, every } = settings;
  return [
    `The same network (${sizes.depth} × ${sizes.width}, ${sizes.features} features periodic in x, start and walls built in), ${points} random points`,
    `drawn anew at every gradient (L-BFGS: every ${every}), ${seconds} s of training each, learning rate to ${learningRate} in 100 steps, then × 0.9 per 200.`,
    'Errors are relative L2 against the reference. Alignment within: of the gradients of the first and the second half of the time;',
    'between: of successive gradients; both −1 to 1, means over the training.',
    '',
    ...table(
      [
        'problem',
        'optimiser',
        'error at equal time',
        'gradients',
        'error at equal gradients',
        'ms a gradient',
        'within',
        'between',
        'Adam’s error over SOAP’s: time, gradients',
        'end',
      ],
      comparisons.flatMap(raceLines),
    ),
    '',
    ...table(
      ['problem', 'equation', 'compared with'],
      comparisons.map(({ title, equation, reference }) => [title, equation, reference]),
    ),
    '',
    ...leftOut.map(({ title, reason }) => `${title}: ${reason}.`),
    ...comparisons.flatMap(({ title, scores }) =>
      scores
        .filter(({ note }) => note !== '')
        .map(({ optimizer, note, outcome }) => `${title}, ${optimizer}: ${outcome} ${note}`),
    ),
  ];
}
