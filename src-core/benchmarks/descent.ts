import type { ParameterBlock } from '../data/parameter-block.js';
import { adamDefaults, startAdam, stepAdam } from '../optimizers/adam.js';
import { type Evaluate, lbfgsDefaults, startLbfgs, stepLbfgs } from '../optimizers/lbfgs.js';
import { learningRateAt, type LearningRateSchedule } from '../optimizers/learning-rate.js';
import { divergence } from '../optimizers/parameters.js';
import { soapDefaults, startSoap, stepSoap } from '../optimizers/soap.js';
import type { Run } from '../run.js';

/** The optimisers that are compared. */
export const optimizerNames = ['adam', 'lbfgs', 'soap'] as const;

/** One of them. */
export type OptimizerName = (typeof optimizerNames)[number];

/** What a step did. */
export interface DescentStep {
  readonly loss: number;
  readonly gradient: readonly ParameterBlock[];
  /** Gradients that it took. */
  readonly gradients: number;
  /** Whether another step on the same loss would change nothing. */
  readonly isStuck: boolean;
}

/** An optimiser on its way, all three alike. */
export interface Descent {
  /** Whether a loss must not change between renewals. */
  readonly needsFixedLoss: boolean;
  readonly parameters: () => readonly ParameterBlock[];
  readonly step: (evaluate: Evaluate, run: Run) => Promise<DescentStep>;
  /** To be called where the loss itself has changed. */
  readonly renew: () => void;
}

const scheduleTo = (peak: number): LearningRateSchedule => ({
  ...{ peak, warmUpSteps: 100 },
  ...{ decayFactor: 0.9, decaySteps: 200, decay: 'continuous' },
});

/** A step of Adam or SOAP by one gradient, whose state it keeps. */
function gradientDescent<State extends { readonly steps: number }>(
  start: { parameters: readonly ParameterBlock[]; state: State },
  learningRate: number,
  move: (
    standing: { parameters: readonly ParameterBlock[]; state: State },
    gradient: readonly ParameterBlock[],
    learningRate: number,
    run: Run,
  ) => Promise<{ parameters: readonly ParameterBlock[]; state: State }>,
): Descent {
  let standing = start;
  const schedule = scheduleTo(learningRate);
  return {
    needsFixedLoss: false,
    parameters: () => standing.parameters,
    renew: () => undefined,
    step: async (evaluate, run) => {
      const { loss, gradient } = await evaluate(standing.parameters);
      if (!Number.isFinite(loss)) throw divergence(`the loss (${loss})`);
      const rate = learningRateAt(schedule, standing.state.steps + 1);
      standing = await move(standing, gradient, rate, run);
      return { loss, gradient, gradients: 1, isStuck: false };
    },
  };
}

function quasiNewton(start: readonly ParameterBlock[]): Descent {
  let parameters = start;
  let state = startLbfgs();
  return {
    needsFixedLoss: true,
    parameters: () => parameters,
    renew: () => {
      state = startLbfgs();
    },
    step: async (evaluate, run) => {
      const step = await stepLbfgs({ parameters, state }, evaluate, lbfgsDefaults, run);
      ({ parameters, state } = step);
      const values = step.state.known?.gradient ?? new Float64Array(0);
      // The history of directions reads values only: one block holds them all.
      const gradient = [{ name: 'all', shape: [values.length], values: Float32Array.from(values) }];
      const isStuck = step.outcome !== 'descended';
      return { loss: step.loss, gradient, gradients: step.evaluations, isStuck };
    },
  };
}

/**
 * An optimiser at its start. Adam and SOAP rise to the learning rate in 100 steps, then × 0.9 per 200; L-BFGS has its line
 * search.
 */
export function startDescent(
  name: OptimizerName,
  parameters: readonly ParameterBlock[],
  learningRate: number,
): Descent {
  if (name === 'lbfgs') return quasiNewton(parameters);
  if (name === 'adam') {
    return gradientDescent(
      { parameters, state: startAdam(parameters) },
      learningRate,
      (standing, gradient, rate) =>
        Promise.resolve(stepAdam(standing, gradient, { ...adamDefaults, learningRate: rate })),
    );
  }
  return gradientDescent(
    { parameters, state: startSoap(parameters) },
    learningRate,
    (standing, gradient, rate, run) =>
      stepSoap(standing, gradient, { ...soapDefaults, learningRate: rate }, run),
  );
}
