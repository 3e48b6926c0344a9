import { activeAxes } from '../data/grid.js';
import { shiftText } from '../data/shift-text.js';
import type { JobSpec } from '../job.js';
import type { RateSolution } from '../solvers/solver.js';
import type { Outcome } from './outcome.js';
import { registrationReport } from './registration-report.js';

/** A length scale found shorter than this many voxels is a sign that λ alone does not explain the image. */
const fewestVoxels = 6;

/** The sd of λ from noise at every packed voxel, as far as the solver tells it. */
function noiseOf({ rate, identifiable, risks, width, uncertainty }: RateSolution): (i: number) => number {
  if (uncertainty !== undefined) return (i) => uncertainty.sd[i];
  const known = rate.filter((_, i) => identifiable[i] !== 0);
  const mean = known.reduce((sum, v) => sum + v, 0) / Math.max(1, known.length);
  const noise = (risks.find((risk) => risk.width === width)?.noise ?? 0) * Math.abs(mean);
  return () => noise;
}

/** Share of identifiable voxels whose λ lies more than twice its noise sd below zero. */
function negativeShare(solution: RateSolution): number {
  const { rate, identifiable } = solution;
  const noise = noiseOf(solution);
  let [known, negative] = [0, 0];
  rate.forEach((v, i) => {
    if (identifiable[i] === 0) return;
    known++;
    if (v < -2 * noise(i)) negative++;
  });
  return negative / Math.max(1, known);
}

function negativeReason(solution: RateSolution): string[] {
  const negative = negativeShare(solution);
  if (negative <= 0.001) return [];
  return [
    `λ comes out negative, beyond noise, in ${(100 * negative).toFixed(1)} % of the identifiable voxels, which no rate can be: the channels may be shifted or leak into each other, L0 may be wrong, or the chromatin is not steady.`,
  ];
}

function residualReason({ solution, posed }: Outcome): string[] {
  const { width, residualRms, residualNoiseRms, uncertainty } = solution;
  // Below the width that the fields are good for, the residual shows the split, not the model.
  const judged = width / 2 >= posed.problem.finest;
  if (!judged || residualNoiseRms === 0 || residualRms <= 1.5 * residualNoiseRms) return [];
  const finer = uncertainty === undefined ? 'the mollifier' : 'the length scale of λ';
  return [
    `The equation's residual is ${(residualRms / residualNoiseRms).toFixed(1)} times what the noise explains: structure finer than ${finer}, or the model does not fit.`,
  ];
}

function lengthReason({ solution, posed }: Outcome): string[] {
  const prior = solution.uncertainty?.prior;
  // Sharp borders, where they were found, are the reason.
  if (prior?.from !== 'data' || solution.uncertainty?.borders !== undefined) return [];
  const { grid } = posed.problem.domain;
  const spacings = activeAxes(grid).map((axis) => grid.spacing[axis]);
  const pixels = prior.lengthNm / Math.min(...spacings);
  if (pixels >= fewestVoxels) return [];
  return [
    `λ would have to vary within ${pixels.toFixed(1)} pixels (${prior.lengthNm.toFixed(0)} nm) to explain the image: the channels may be shifted or leak into each other, L0 may be wrong, λ may have sharp borders, or the chromatin is not steady.`,
  ];
}

/** The equation is taken not to hold where noise would have to be this many times stronger than measured. */
const suspiciousInflation = 2;

function inflationReason({ uncertainty }: RateSolution): string[] {
  const inflation = uncertainty?.inflation ?? 1;
  if (inflation < suspiciousInflation) return [];
  return [
    `The equation holds only if the noise is taken ${inflation.toFixed(1)} times as strong as measured, and the sd of λ was widened by that: the channels may be shifted or leak into each other, L0 may be wrong, or the chromatin is not steady.`,
  ];
}

function shiftReason(outcome: Outcome): string[] {
  const { left } = registrationReport(outcome);
  if (left?.displaced !== true) return [];
  const far = shiftText(left.shiftNm, left.sdNm);
  return [
    `The equation holds best with the euchromatin channel displaced against the other by ${far}: register the channels.`,
  ];
}

/** What speaks against the model, in sentences; empty where nothing does, and for a solver that cannot tell. */
export function mismatchReasons(outcome: Outcome, job: JobSpec): string[] {
  if (job.solver.name === 'balance') return [];
  const { solution } = outcome;
  return [
    ...shiftReason(outcome),
    ...negativeReason(solution),
    ...inflationReason(solution),
    ...residualReason(outcome),
    ...lengthReason(outcome),
  ];
}
