import type { Run } from '../../run.js';
import type { EquationData } from './equation-data.js';
import { signalClasses } from './prior.js';
import { amplitudeEvidence, bestAmplitude, type ScaleView, viewAtScale } from './scale-view.js';

/** A length scale with its best amplitude. */
export interface Candidate {
  readonly scale: ScaleView;
  readonly sd: number;
  readonly logEvidence: number;
}

/** The prior of most evidence, and all that were weighed, by length. */
export interface PriorSearch {
  readonly best: Candidate;
  readonly candidates: readonly Omit<Candidate, 'scale'>[];
  /** Lengths of the candidates, in L0. */
  readonly lengths: readonly number[];
}

const firstStep = 1.5;
const lastStep = 1.2;
const tolerance = 1e-4;

/** What a search may look through, in L0. */
export interface SearchRange {
  readonly shortest: number;
  readonly longest: number;
  readonly start: number;
}

/** The data under a prior of one length, with the amplitude of most evidence. */
export async function candidateAt(data: EquationData, length: number, run: Run): Promise<Candidate> {
  const scale = await viewAtScale(data, length, tolerance, run);
  const classes = signalClasses(data.phiE, data.frame.level.volume);
  return { scale, ...bestAmplitude(amplitudeEvidence(scale, data.frame, classes)) };
}

/**
 * The length scale and amplitude of most evidence: uphill from `start` in steps of a half, then of a fifth. Of a λ
 * that is constant as far as the data go, the longest length and the smallest amplitude remain.
 */
export async function searchPrior(data: EquationData, range: SearchRange, run: Run): Promise<PriorSearch> {
  const seen = new Map<number, Candidate>();
  const at = async (length: number): Promise<Candidate | undefined> => {
    if (length < 0.999 * range.shortest || length > 1.001 * range.longest) return undefined;
    const key = Math.round(1000 * Math.log(length));
    const known = seen.get(key) ?? (await candidateAt(data, length, run));
    seen.set(key, known);
    run.report({ stage: 'solve', fraction: Math.min(0.9, 0.4 + 0.06 * seen.size) });
    return known;
  };
  let best = await candidateAt(data, Math.min(Math.max(range.start, range.shortest), range.longest), run);
  seen.set(Math.round(1000 * Math.log(best.scale.length)), best);
  for (const step of [firstStep, lastStep]) {
    for (let moved = true; moved;) {
      moved = false;
      for (const factor of [step, 1 / step]) {
        const next = await at(best.scale.length * factor);
        if (next === undefined || next.logEvidence <= best.logEvidence) continue;
        best = next;
        moved = true;
        break;
      }
    }
  }
  const all = [...seen.values()].sort((p, q) => p.scale.length - q.scale.length);
  return { best, candidates: all, lengths: all.map(({ scale }) => scale.length) };
}
