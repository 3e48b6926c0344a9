import type { NoFluxDomain } from '../kernels/no-flux.js';
import { type FieldPair, filterPair } from '../kernels/no-flux-filter.js';
import { chromatinFields, chromatinModel } from '../models/chromatin.js';
import { type DerivativeFields, pointwiseRate } from '../models/model.js';
import type { Run } from '../run.js';
import type { NoFluxMollifier } from './no-flux-mollifier.js';
import type { RateProblem, WidthRisk } from './solver.js';

/** λ and its change by one draw of noise, at the voxels that the widths are judged by. */
export interface JudgedWidth {
  readonly width: number;
  readonly rate: Float64Array;
  readonly noise: Float64Array;
}

interface Candidate extends JudgedWidth {
  readonly mollified: MollifiedFields;
}

/** φ_h and φ_e, and one draw of their noise, mollified. */
export interface MollifiedFields {
  readonly signal: FieldPair;
  readonly noise: FieldPair;
}

/** The width that was chosen, what each candidate costs, and the fields at that width where they are still there. */
export interface ChosenWidth {
  readonly width: number;
  readonly risks: WidthRisk[];
  readonly mollified: MollifiedFields | undefined;
}

const candidateCount = 7;
/** Share of the noise draw that is added to the fields: small enough to stay linear. */
const perturbation = 0.25;
/** Differences are compared with this much more than the variance expected of them (Goldenshluger and Lepski). */
const slack = 1.3;
const sweepBytes = 256e6;

/**
 * Seven candidates in nm, geometric from 0.2 L0 (at least `finest`) to 1.25 L0 (at least 3 times the smallest).
 */
export function candidateWidths(finest: number, length: number): number[] {
  const smallest = Math.max(0.2 * length, finest);
  const largest = Math.max(1.25 * length, 3 * smallest);
  const ratio = (largest / smallest) ** (1 / (candidateCount - 1));
  return Array.from({ length: candidateCount }, (_, j) => smallest * ratio ** j);
}

function sampled(fields: DerivativeFields, samples: Int32Array): DerivativeFields {
  // A plain loop: Float64Array.from goes through an iterator, ten times slower.
  const pick = (values: Float64Array): Float64Array => {
    const picked = new Float64Array(samples.length);
    for (let k = 0; k < picked.length; k++) picked[k] = values[samples[k]];
    return picked;
  };
  return Object.fromEntries(
    Object.entries(fields).map(([field, operators]) => [
      field,
      Object.fromEntries(Object.entries(operators).map(([name, values]) => [name, pick(values)])),
    ]),
  );
}

/** λ at the sampled voxels from mollified fields; undetermined voxels give 0. */
async function sampledRate(
  [phiH, phiE]: FieldPair,
  problem: RateProblem,
  samples: Int32Array,
): Promise<Float64Array> {
  const model = chromatinModel(problem.equation, problem.parameters);
  const fields = await chromatinFields(model, { phiH, phiE }, problem.domain, problem.parameters);
  return pointwiseRate(model.terms(sampled(fields, samples))).rate;
}

function withNoise(signal: FieldPair, draw: FieldPair): FieldPair {
  const add = (u: Float64Array, noise: Float64Array): Float64Array => {
    const sum = new Float64Array(u.length);
    for (let i = 0; i < sum.length; i++) sum[i] = u[i] + perturbation * noise[i];
    return sum;
  };
  return [add(signal[0], draw[0]), add(signal[1], draw[1])];
}

/** What the fields mollified to a width (nm) make of λ, and of one draw of noise in it, at the sampled voxels. */
export async function judgeWidth(
  { width, mollified: { signal, noise: draw } }: Pick<Candidate, 'width' | 'mollified'>,
  problem: RateProblem,
  samples: Int32Array,
): Promise<JudgedWidth> {
  const rate = await sampledRate(signal, problem, samples);
  const noisy = await sampledRate(withNoise(signal, draw), problem, samples);
  return { width, rate, noise: noisy.map((value, i) => (value - rate[i]) / perturbation) };
}

async function judgeGroup(
  widths: readonly number[],
  problem: RateProblem,
  tools: { mollifier: NoFluxMollifier; samples: Int32Array },
  run: Run,
): Promise<Candidate[]> {
  const series = widths.map(tools.mollifier.series);
  const signal = await filterPair([problem.phiH, problem.phiE], problem.domain, series, run);
  const draw = await filterPair([problem.noiseH, problem.noiseE], problem.domain, series, run);
  const candidates: Candidate[] = [];
  for (const [j, width] of widths.entries()) {
    const mollified = { signal: signal[j], noise: draw[j] };
    candidates.push({ ...(await judgeWidth({ width, mollified }, problem, tools.samples)), mollified });
  }
  return candidates;
}

/** Mean square difference of two vectors (of one against zero if the second is left out). */
function meanSquare(u: Float64Array, v?: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += (u[i] - (v === undefined ? 0 : v[i])) ** 2;
  return sum / Math.max(1, u.length);
}

/** Squared smoothing error of candidate j: the most by which it differs from a finer one beyond what noise explains. */
function smoothingRisk(candidates: readonly JudgedWidth[], j: number): number {
  let risk = 0;
  for (const finer of candidates.slice(0, j)) {
    const difference = meanSquare(candidates[j].rate, finer.rate);
    const expected = meanSquare(candidates[j].noise, finer.noise);
    risk = Math.max(risk, difference - slack * expected);
  }
  return risk;
}

/** What each of several widths costs, ordered from the finest on, and the one that costs least. */
export function weighWidths(candidates: readonly JudgedWidth[]): Pick<ChosenWidth, 'width' | 'risks'> {
  const scale = Math.sqrt(meanSquare(candidates[candidates.length - 1].rate));
  const risks = candidates.map(({ width, noise }, j) => ({
    width,
    noise: Math.sqrt(meanSquare(noise)) / scale,
    excess: Math.sqrt(smoothingRisk(candidates, j)) / scale,
  }));
  const total = risks.map(({ noise, excess }) => noise ** 2 + excess ** 2);
  return { width: candidates[total.indexOf(Math.min(...total))].width, risks };
}

/** The smallest width in nm that the voxels and the fields of a problem are good for. */
export function finestWidth({ domain, length, finest }: RateProblem): number {
  const [fine, coarse] = [Math.max(...domain.rates), Math.min(...domain.rates)].map(
    (rate) => length / Math.sqrt(rate),
  );
  // A kernel must span voxels along every axis; planes too far apart for that do not set the scale of the others.
  const resolved = Math.max(1.2 * fine, Math.min(1.2 * coarse, length / 2));
  return Math.max(resolved, finest);
}

/** How many widths are mollified to in one sweep, so that their fields take no more than 256 MB. */
export function widthsPerSweep({ count }: NoFluxDomain): number {
  return Math.max(1, Math.floor(sweepBytes / (count * 8 * 4)));
}

/**
 * The mollifier width by the data alone (Goldenshluger and Lepski's rule): every candidate is compared with all finer
 * ones; what they differ by beyond the noise expected of the difference is smoothing error, and the width with the
 * least sum of noise and smoothing error wins. The noise comes from the problem's noise draw carried through the
 * same computation. Judged well inside the nucleus.
 */
export async function chooseWidth(
  problem: RateProblem,
  tools: { mollifier: NoFluxMollifier; samples: Int32Array },
  run: Run,
): Promise<ChosenWidth> {
  const widths = candidateWidths(finestWidth(problem), problem.length);
  const perGroup = widthsPerSweep(problem.domain);
  const candidates: JudgedWidth[] = [];
  let latest: readonly Candidate[] = [];
  for (let first = 0; first < widths.length; first += perGroup) {
    run.report({ stage: 'mollifier width', fraction: first / widths.length });
    latest = await judgeGroup(widths.slice(first, first + perGroup), problem, tools, run);
    candidates.push(...latest.map(({ width, rate, noise }) => ({ width, rate, noise })));
  }
  const { width, risks } = weighWidths(candidates);
  return { width, risks, mollified: latest.find((candidate) => candidate.width === width)?.mollified };
}
