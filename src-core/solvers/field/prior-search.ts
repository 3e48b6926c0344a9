import type { Run } from '../../run.js';
import type { EquationData } from './equation-data.js';
import { signalClasses, type SignalClasses } from './prior.js';
import {
  amplitudeCosts,
  amplitudeEvidence,
  type AmplitudeEvidence,
  bestAmplitude,
  priorAtScale,
  type ScaleView,
  viewAtScale,
} from './scale-view.js';

/** A length scale with its best amplitude. */
export interface Candidate extends AmplitudeEvidence {
  readonly scale: ScaleView;
}

/** A view, and what `amplitudeCosts` says of it. */
interface WeighedView {
  readonly scale: ScaleView;
  readonly costs: readonly number[];
}

/** Views of the data through priors of several lengths, made as they are asked for, and what they are judged by. */
export interface PriorSearch {
  readonly data: EquationData;
  readonly classes: SignalClasses;
  readonly views: Map<number, WeighedView>;
  /** Factor by which the noise is stronger than measured. */
  readonly inflation: number;
  readonly accuracy: keyof typeof tolerance;
}

/** What a search may look through, in L0. */
export interface SearchRange {
  readonly shortest: number;
  readonly longest: number;
  readonly start: number;
}

const firstStep = 1.5;
const lastStep = 1.2;
/** Of a view that evidence or a map rests on, and of one that the rim is repaired by. */
const tolerance = { final: 1e-4, rough: 1e-3 };
const steps = [firstStep, 1 / firstStep, lastStep, 1 / lastStep];

/** φ_e per cell, 0 where the equation's row is free: such a cell tells nothing of λ. */
function judgedSignal({ phiE, frame: { loose } }: EquationData): Float64Array {
  if (loose === null) return phiE;
  const judged = Float64Array.from(phiE);
  for (const cell of loose.cells) judged[cell] = 0;
  return judged;
}

/** A search that has seen nothing yet, with the noise as measured. */
export function priorSearch(data: EquationData, accuracy: PriorSearch['accuracy']): PriorSearch {
  const classes = signalClasses(judgedSignal(data), data.frame.level.volume);
  return { data, classes, views: new Map(), inflation: 1, accuracy };
}

async function weighedView(
  { data, classes, accuracy }: PriorSearch,
  length: number,
  run: Run,
): Promise<WeighedView> {
  const prior = priorAtScale(data.frame, length);
  const costs = await amplitudeCosts(prior.modes, data.frame, classes, run);
  const stop = { tolerance: tolerance[accuracy], amplitude: costs };
  return { scale: await viewAtScale(data, prior, stop, run), costs };
}

/** The data under a prior of one length (L0), with the amplitude of most evidence. */
export async function candidateAt(search: PriorSearch, length: number, run: Run): Promise<Candidate> {
  const { data, views, inflation } = search;
  const key = Math.round(1000 * Math.log(length));
  const view = views.get(key) ?? (await weighedView(search, length, run));
  views.set(key, view);
  const { scale, costs } = view;
  return { scale, ...bestAmplitude(amplitudeEvidence(scale, data.frame, costs, inflation)) };
}

/**
 * The length scale and amplitude of most evidence: uphill from `start` in steps of a half, then of a fifth. Of a λ
 * that is constant as far as the data go, the longest length and the smallest amplitude remain.
 */
export async function searchPrior(search: PriorSearch, range: SearchRange, run: Run): Promise<Candidate> {
  const start = Math.min(Math.max(range.start, range.shortest), range.longest);
  let best = await candidateAt(search, start, run);
  for (let k = 0; k < steps.length;) {
    const length = best.scale.length * steps[k];
    const allowed = length > 0.999 * range.shortest && length < 1.001 * range.longest;
    const next = allowed ? await candidateAt(search, length, run) : best;
    run.report({ stage: 'solve', fraction: Math.min(0.8, 0.35 + 0.05 * search.views.size) });
    if (next.logEvidence > best.logEvidence) best = next;
    else k++;
  }
  return best;
}
