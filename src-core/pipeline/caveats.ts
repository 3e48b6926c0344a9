import { maskCount } from '../data/field.js';
import { activeAxes } from '../data/grid.js';
import type { JobSpec } from '../job.js';
import type { RateSolution } from '../solvers/solver.js';
import type { Measured } from './measure.js';
import type { PosedProblem } from './problem.js';
import type { Outcome } from './outcome.js';

/** Share of identifiable voxels whose λ lies more than twice its noise sd below zero. */
function negativeShare({ rate, identifiable, risks, width }: RateSolution): number {
  const known = rate.filter((_, i) => identifiable[i] !== 0);
  const mean = known.reduce((sum, v) => sum + v, 0) / Math.max(1, known.length);
  const noise = (risks.find((risk) => risk.width === width)?.noise ?? 0) * Math.abs(mean);
  return known.filter((v) => v < -2 * noise).length / Math.max(1, known.length);
}

/** What speaks against the model, in sentences; empty where nothing does. */
export function mismatchReasons({ solution, posed }: Outcome, job: JobSpec): string[] {
  if (job.solver.name !== 'direct') return [];
  const reasons: string[] = [];
  const negative = negativeShare(solution);
  if (negative > 0.001) {
    reasons.push(
      `λ comes out negative, beyond noise, in ${(100 * negative).toFixed(1)} % of the identifiable voxels, which no rate can be: the channels may be shifted or leak into each other, L0 may be wrong, or the chromatin is not steady.`,
    );
  }
  // Below the width that the fields are good for, the residual shows the split, not the model.
  const judged = solution.width / 2 >= posed.problem.finest;
  if (judged && solution.residualRms > 1.5 * solution.residualNoiseRms) {
    reasons.push(
      `The equation's residual is ${(solution.residualRms / solution.residualNoiseRms).toFixed(1)} times what the noise explains: structure finer than the mollifier, or the model does not fit.`,
    );
  }
  return reasons;
}

function geometryAssumption(measured: Measured): string {
  return activeAxes(measured.measurement.grid).includes(0)
    ? 'Three-dimensional: derivatives along z were taken from the stack.'
    : 'The image is taken as uniform along z (two-dimensional model); for a thin section of a three-dimensional nucleus the map, not its mean level, is biased.';
}

function scaleAssumption({ calibrated }: PosedProblem, job: JobSpec): string {
  const { gain, hetFraction, meanDensity } = job.calibration;
  if (gain !== null) return 'Offsets and gains as given.';
  const fraction =
    hetFraction === null ? '' : `, heterochromatin fraction ${Number(hetFraction.toPrecision(4))}`;
  const offsets = calibrated.channels.map(({ offset }) => offset.value.toPrecision(4)).join(', ');
  return `Intensity taken proportional to volume fraction: mean chromatin ${meanDensity}${fraction}; offset ${offsets}.`;
}

/** What the map rests on, in sentences that belong under every figure of it. */
export function listAssumptions(measured: Measured, posed: PosedProblem, job: JobSpec): string[] {
  const { a, kappa, wellHeight, phiMax, lengthNm, equation, diffusivityUm2PerS } = job.model;
  const single = posed.calibrated.channels.length === 1;
  const needsWell = single || equation === 'phase-field';
  const { pixelSize } = measured.measurement;
  return [
    'Euchromatin at steady state: what it gains by diffusion and acetylation it loses by methylation.',
    `L0 = √(D/Γ_ac) = ${lengthNm} nm, a = ${a}, κ = ${kappa} L0²${needsWell ? `, W = ${wellHeight}, φ_max = ${phiMax}` : ''} (chosen, not measured).`,
    ...(diffusivityUm2PerS === null ? [] : [`D = ${diffusivityUm2PerS} µm²/s as given.`]),
    geometryAssumption(measured),
    scaleAssumption(posed, job),
    ...(single
      ? ['One density was split into hetero- and euchromatin by equal chemical potential of the nucleoplasm.']
      : []),
    `Pixel size ${pixelSize.value.toPrecision(4)} nm (${pixelSize.source}); nucleus: ${measured.region.method}.`,
  ];
}

/** Diameter in nm of the circle with the area of the mask's largest plane, per nucleus. */
function nucleusDiameter({ measurement, region }: Measured): number {
  const [nz, ny, nx] = measurement.grid.shape;
  const [, dy, dx] = measurement.grid.spacing;
  let largest = 0;
  for (let z = 0; z < nz; z++) {
    const plane = region.mask.subarray(z * ny * nx, (z + 1) * ny * nx);
    largest = Math.max(largest, maskCount(plane));
  }
  return 2 * Math.sqrt((largest * dy * dx) / Math.max(1, region.nuclei) / Math.PI);
}

/** Doubt about the scale, where a nucleus comes out smaller or larger than nuclei are. */
function sizeWarnings(measured: Measured, job: JobSpec): string[] {
  const diameter = nucleusDiameter(measured);
  const { value, source } = measured.measurement.pixelSize;
  const um = (diameter / 1000).toPrecision(2);
  if (diameter < 1000 || diameter > 60000) {
    return [
      `The nucleus would be ${um} µm across, which nuclei are not: check the pixel size of ${value.toPrecision(4)} nm (${source}).`,
    ];
  }
  if (diameter < 8 * job.model.lengthNm) {
    return [
      `The nucleus is ${um} µm across, only ${(diameter / job.model.lengthNm).toFixed(1)} L0: few places tell λ apart.`,
    ];
  }
  return [];
}

function resolutionWarnings({ measured, posed, solution }: Outcome, job: JobSpec): string[] {
  const warnings: string[] = [];
  const pixel = measured.measurement.grid.spacing[2];
  if (pixel > job.model.lengthNm / 3) {
    warnings.push(
      `Pixels of ${pixel.toPrecision(3)} nm are coarse for L0 = ${job.model.lengthNm} nm; structure under L0 is not resolved.`,
    );
  }
  const { phiH, phiE } = posed.problem;
  const overfull = phiH.reduce((count, h, i) => count + (h + phiE[i] > 1 ? 1 : 0), 0) / phiH.length;
  if (overfull > 0.05) {
    warnings.push(
      `φ_h + φ_e exceeds 1 in ${(100 * overfull).toFixed(0)} % of the nucleus, which no volume fraction can: the staining is spotty or the mean density of ${job.calibration.meanDensity} is too high.`,
    );
  }
  const known = solution.identifiable.reduce((sum, v) => sum + v, 0) / solution.identifiable.length;
  if (known < 0.5) warnings.push(`Only ${(100 * known).toFixed(0)} % of the nucleus is identifiable.`);
  return warnings;
}

/** What is doubtful about this result, in sentences for users. */
export function listWarnings(outcome: Outcome, job: JobSpec, mismatch: readonly string[]): string[] {
  const { measured, posed } = outcome;
  const { gain, hetFraction } = job.calibration;
  const level =
    hetFraction === null && gain === null
      ? [
          'Level not calibrated: no heterochromatin fraction or gains given, so the pattern of λ is meant, not its level.',
        ]
      : [];
  const geometry =
    job.model.geometry === null && !activeAxes(measured.measurement.grid).includes(0)
      ? ['Geometry not given: the image was taken as uniform along z.']
      : [];
  return [
    ...measured.measurement.warnings,
    ...measured.region.warnings,
    ...posed.calibrated.warnings,
    ...level,
    ...geometry,
    ...sizeWarnings(measured, job),
    ...resolutionWarnings(outcome, job),
    ...mismatch,
  ];
}
