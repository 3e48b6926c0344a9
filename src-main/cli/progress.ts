import type { Progress } from '../../src-core/index.js';

/** How much a command says. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** The two ends that a command writes to: results on stdout, everything else on stderr. */
export interface Terminal {
  /** A bar on a terminal, otherwise one line a stage. */
  readonly progress: (progress: Progress) => void;
  /** The bar alone: nothing where there is no terminal. */
  readonly bar: (progress: Progress) => void;
  /** A line for the reader, not shown with --quiet or --json. */
  readonly note: (line: string) => void;
  /** A line for the curious, shown with --verbose. */
  readonly detail: (line: string) => void;
  /** The result: the document with --json, else the lines. */
  readonly result: (document: object, lines: readonly string[]) => void;
  /** Takes the bar away. */
  readonly clear: () => void;
}

const barCells = 24;
const eraseLine = '\r\u001b[2K';

/** How a training stands, in a few words. */
function trainingText({ step, steps, losses, heldOut }: NonNullable<Progress['training']>): string {
  const parts = losses.map(({ name, value }) => `${name} ${value.toPrecision(3)}`).join(', ');
  return `step ${step} of ${steps}: ${parts}; held out ${heldOut.toPrecision(3)}`;
}

function barOf({ stage, fraction, training }: Progress): string {
  const filled = Math.round(barCells * Math.min(1, Math.max(0, fraction)));
  const percent = String(Math.round(100 * fraction)).padStart(3);
  const what = training === undefined ? stage : `${stage}: ${trainingText(training)}`;
  return `${'█'.repeat(filled)}${'░'.repeat(barCells - filled)} ${percent} %  ${what}`;
}

type Draw = (progress: Progress) => void;

function drawLines(): Draw {
  let stage = '';
  let tenths = -1;
  return (progress) => {
    const { training } = progress;
    if (progress.stage !== stage) {
      stage = progress.stage;
      process.stderr.write(`epiflux: ${stage}\n`);
    }
    if (training === undefined) return;
    const now = Math.floor((10 * training.step) / training.steps);
    if (now !== tenths) process.stderr.write(`epiflux: ${trainingText(training)}\n`);
    tenths = now;
  };
}

const drawBar: Draw = (progress) => {
  const width = Math.max(20, process.stderr.columns - 1);
  process.stderr.write(eraseLine + barOf(progress).slice(0, width));
};

/** A terminal for one run of the program. */
export function makeTerminal(options: OutputOptions): Terminal {
  const silent = options.json === true || options.quiet === true;
  const hasBar = !silent && process.stderr.isTTY;
  const bar: Draw = hasBar ? drawBar : () => undefined;
  const progress: Draw = silent || hasBar ? bar : drawLines();
  const clear = (): void => {
    if (hasBar) process.stderr.write(eraseLine);
  };
  const note = (line: string): void => {
    if (silent) return;
    clear();
    process.stderr.write(`epiflux: ${line}\n`);
  };
  return {
    bar,
    clear,
    note,
    progress,
    detail: (line) => {
      if (options.verbose === true) note(line);
    },
    result: (document, lines) => {
      clear();
      if (options.json === true) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
      else if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    },
  };
}
