import { addScaled, dot } from '../kernels/vectors.js';
import { breathe, type Run } from '../run.js';
import { type LinePoint, type LineSearchSettings, strongWolfe } from './line-search.js';
import type { ParameterBlock } from '../data/parameter-block.js';
import {
  checkBlocks,
  checkGradient,
  checkSetting,
  checkShapes,
  checkState,
  divergence,
  flattened,
  isFiniteThroughout,
  type Standing,
  unflattened,
} from './parameters.js';

/** The loss at some parameters, and its gradient there. */
export interface Evaluation {
  readonly loss: number;
  readonly gradient: readonly ParameterBlock[];
}

/** Computes loss and gradient; the same for the same parameters. */
export type Evaluate = (parameters: readonly ParameterBlock[]) => Promise<Evaluation>;

/** How L-BFGS searches. */
export interface LbfgsSettings extends LineSearchSettings {
  /** Most pairs of steps and gradient changes that are remembered. */
  readonly history: number;
}

/** A step made, how the gradient changed over it, and 1/(their scalar product). */
export interface CurvaturePair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly weight: number;
}

/** What L-BFGS remembers: the pairs, oldest first, and loss and gradient at the parameters it stands at. */
export interface LbfgsState {
  readonly pairs: readonly CurvaturePair[];
  readonly known: { readonly loss: number; readonly gradient: Float64Array } | null;
}

/**
 * How a step went. descended: the loss is lower · stationary: the gradient is 0 · stuck: no lower point was found along the
 * direction nor down the gradient, as happens where the loss is known no better than that; the parameters have not changed and
 * another step would end the same way.
 */
export type LbfgsOutcome = 'descended' | 'stationary' | 'stuck';

/** Parameters and state after a step, the loss there, how it went, and the evaluations it took. */
export interface LbfgsStep extends Standing<LbfgsState> {
  readonly loss: number;
  readonly outcome: LbfgsOutcome;
  readonly evaluations: number;
}

/** A point on the line, with all that is known there. */
interface Trial extends LinePoint {
  readonly parameters: readonly ParameterBlock[];
  readonly gradient: Float64Array;
}

/** Wolfe constants for quasi-Newton methods (Nocedal and Wright, section 3.1), and a long memory. */
export const lbfgsDefaults: LbfgsSettings = {
  ...{ sufficient: 1e-4, curvature: 0.9, mostEvaluations: 25 },
  history: 50,
};

/** The least cosine between a step and the gradient change over it, and between the gradient and a descent. */
const leastCosine = 1e-10;

/**
 * L-BFGS before its first step, also to be used where the loss itself has changed (other points, other weights): what it
 * remembers holds for one loss only.
 */
export function startLbfgs(): LbfgsState {
  return { pairs: [], known: null };
}

function checkSettings({ history, sufficient, curvature, mostEvaluations }: LbfgsSettings): void {
  checkSetting('history', history, [0, Infinity]);
  checkSetting('curvature condition', curvature, [0, 1]);
  checkSetting('sufficient descent', sufficient, [0, curvature]);
  checkSetting('number of evaluations', mostEvaluations, [1, Infinity]);
}

/** −H g by the two-loop recursion, H starting as the curvature of the last pair (Nocedal and Wright, algorithm 7.4). */
async function quasiNewtonDirection(
  gradient: Float64Array,
  pairs: readonly CurvaturePair[],
  run: Run,
): Promise<Float64Array> {
  const direction = gradient.map((value) => -value);
  const shares = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    shares[k] = pairs[k].weight * dot(pairs[k].step, direction);
    addScaled(direction, pairs[k].change, -shares[k]);
    await breathe(run);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.weight * dot(last.change, last.change));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (const [k, { step, change, weight }] of pairs.entries()) {
    addScaled(direction, step, shares[k] - weight * dot(change, direction));
    await breathe(run);
  }
  return direction;
}

const lengthOf = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

/** Loss and gradient where the optimisation stands. Throws `model` where they are not finite. */
async function evaluationAt(
  { parameters, state }: Standing<LbfgsState>,
  evaluate: Evaluate,
): Promise<{ origin: Trial; evaluations: number }> {
  const standing = { at: 0, slope: 0, parameters };
  if (state.known) {
    const { loss, gradient } = state.known;
    return { origin: { ...standing, value: loss, gradient }, evaluations: 0 };
  }
  const { loss, gradient } = await evaluate(parameters);
  checkGradient(parameters, gradient);
  if (!Number.isFinite(loss)) throw divergence(`the loss (${loss})`);
  return { origin: { ...standing, value: loss, gradient: flattened(gradient) }, evaluations: 1 };
}

/** Looks at points on the line; one where loss or gradient is not finite counts as infinitely high. */
function lineFrom(origin: Trial, direction: Float64Array, evaluate: Evaluate, run: Run) {
  const start = flattened(origin.parameters);
  return async (at: number): Promise<Trial> => {
    await breathe(run);
    const place = start.slice();
    addScaled(place, direction, at);
    const parameters = unflattened(place, origin.parameters);
    const evaluation = await evaluate(parameters);
    checkShapes(parameters, evaluation.gradient);
    const gradient = flattened(evaluation.gradient);
    const isFinite = Number.isFinite(evaluation.loss) && isFiniteThroughout(gradient);
    return isFinite
      ? { at, value: evaluation.loss, slope: dot(gradient, direction), parameters, gradient }
      : { at, value: Infinity, slope: NaN, parameters, gradient };
  };
}

/** The pairs with that of a step from one point to the next, unless its curvature is not positive beyond doubt. */
function withPair(
  pairs: readonly CurvaturePair[],
  [from, to]: readonly [Trial, Trial],
  history: number,
): readonly CurvaturePair[] {
  const step = flattened(to.parameters);
  addScaled(step, flattened(from.parameters), -1);
  const change = to.gradient.slice();
  addScaled(change, from.gradient, -1);
  const overlap = dot(step, change);
  if (!(overlap > leastCosine * lengthOf(step) * lengthOf(change))) return pairs;
  return [...pairs, { step, change, weight: 1 / overlap }].slice(Math.max(0, pairs.length + 1 - history));
}

/** A search along the quasi-Newton direction of some pairs; null where that does not descend. */
async function searchAlong(
  origin: Trial,
  pairs: readonly CurvaturePair[],
  { evaluate, settings }: { readonly evaluate: Evaluate; readonly settings: LbfgsSettings },
  run: Run,
) {
  const direction = await quasiNewtonDirection(origin.gradient, pairs, run);
  const slope = dot(origin.gradient, direction);
  const size = lengthOf(direction);
  if (!(slope < -leastCosine * size * lengthOf(origin.gradient))) return null;
  const along = lineFrom(origin, direction, evaluate, run);
  // Without pairs the direction is the gradient, whose length says nothing of how far to go.
  const first = pairs.length > 0 ? 1 : Math.min(1, 1 / size);
  return strongWolfe({ ...origin, slope }, along, first, settings);
}

/**
 * One step of L-BFGS: along the quasi-Newton direction of the last pairs to a point that meets the strong Wolfe conditions. Where
 * that direction leads nowhere the pairs are forgotten and the step is down the gradient; where this does not descend either
 * the outcome says so, and the parameters stay. Loss and gradient at the new point are kept for the next step. Throws `usage` for
 * gradients of other shapes, `model` where the loss or gradient at the start is not finite, and `cancelled` (Liu and Nocedal 1989;
 * Nocedal and Wright, Numerical Optimization, algorithm 7.5).
 */
export async function stepLbfgs(
  { parameters, state }: Standing<LbfgsState>,
  evaluate: Evaluate,
  settings: LbfgsSettings,
  run: Run,
): Promise<LbfgsStep> {
  checkSettings(settings);
  checkBlocks(parameters);
  if (state.known) checkState(parameters, [state.known.gradient.length]);
  await breathe(run);
  const { origin, evaluations } = await evaluationAt({ parameters, state }, evaluate);
  const known = { loss: origin.value, gradient: origin.gradient };
  const unmoved = { parameters, loss: origin.value, state: { pairs: state.pairs, known } };
  if (origin.gradient.every((value) => value === 0))
    return { ...unmoved, outcome: 'stationary', evaluations };
  let spent = evaluations;
  for (const pairs of state.pairs.length > 0 ? [state.pairs, []] : [[]]) {
    const end = await searchAlong(origin, pairs, { evaluate, settings }, run);
    spent += end?.evaluations ?? 0;
    if (!end || !(end.point.value < origin.value)) continue;
    const { point } = end;
    const next = {
      pairs: withPair(pairs, [origin, point], settings.history),
      known: { loss: point.value, gradient: point.gradient },
    };
    return {
      parameters: point.parameters,
      state: next,
      loss: point.value,
      outcome: 'descended',
      evaluations: spent,
    };
  }
  return { ...unmoved, state: { pairs: [], known }, outcome: 'stuck', evaluations: spent };
}
