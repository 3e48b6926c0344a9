import { maskCount } from '../data/field.js';
import { activeAxes } from '../data/grid.js';
import { shiftText } from '../data/shift-text.js';
import type { JobSpec } from '../job.js';
import { reachesFrame } from '../kernels/no-flux.js';
import { levelAssumption, levelWarnings } from './level-words.js';
import type { Measured } from './measurement.js';
import type { RateTraining } from '../solvers/solver.js';
import type { Outcome } from './outcome.js';
import type { PosedProblem } from './problem.js';
import { registrationReport } from './registration-report.js';
import { unusedSettings, widthOrigin } from './solver-fit.js';

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

const widthOrigins = { user: 'as given', data: 'weighed from the image', default: 'by default' } as const;

const architectureTitles = { mlp: 'MLP', piratenet: 'PirateNet', pinnsformer: 'PINNsFormer' } as const;

/** What was trained for λ, on what, and how its derivatives were taken. */
function trainingAssumption(training: RateTraining, { solver: { network } }: JobSpec): string {
  const { cells, cellNm, mollifierNm, steps, bestStep, parameters } = training;
  const width = Math.max(...cellNm);
  const fields =
    network.under === 'grid' ? 'a free grid' : `a network (${architectureTitles[network.architecture]})`;
  const slopes =
    mollifierNm === null
      ? 'differentiated itself'
      : `under a mollifier of ${mollifierNm.toFixed(0)} nm (rms)`;
  const rate =
    network.rate === 'network'
      ? `λ by a network (${architectureTitles[network.architecture]})`
      : 'λ point by point';
  return `Solver network: ${rate}, fields by ${fields} ${slopes}; ${parameters} parameters trained on ${cells} cells of ${width.toFixed(0)} nm, ${steps} steps of ${network.optimizer}, step ${bestStep} taken, that of the least held-out error.`;
}

/** What a user must know of how training ended. */
function trainingWarnings({ solution: { training } }: Outcome, { solver: { network } }: JobSpec): string[] {
  if (training === undefined) return [];
  const { stopped, steps, lostEngine } = training;
  return [
    ...(stopped === 'user'
      ? [
          `Training was ended by hand at step ${steps} of ${network.steps}: the same job run to its end gives another map.`,
        ]
      : []),
    ...(lostEngine
      ? [
          'The engine that the training began on was lost; it was ended in plain code, and its last digits may differ.',
        ]
      : []),
  ];
}

/** What the solver took λ, or the fractions, to be like. */
function solutionAssumption({ solution }: Outcome, job: JobSpec): string {
  const { uncertainty, width, training } = solution;
  if (training !== undefined) return trainingAssumption(training, job);
  if (uncertainty === undefined) {
    const from = widthOrigins[widthOrigin(solution, job)];
    return `Solver ${job.solver.name}: fractions smoothed over ${width.toFixed(0)} nm (rms, ${from}).`;
  }
  const { lengthNm, from, sd } = uncertainty.prior;
  const origin = from === 'data' ? 'by evidence' : 'as given';
  return `Solver field: λ taken to vary smoothly, by ${Number(sd.toPrecision(2))} (sd) over ${lengthNm.toFixed(0)} nm (Matérn prior, length scale ${origin}).`;
}

function registrationAssumption(outcome: Outcome): string[] {
  if (outcome.posed.calibrated.channels.length === 1) return [];
  const { applied } = registrationReport(outcome);
  if (applied === null) return ['Channels taken as registered: neither was moved.'];
  const { shiftNm, sdNm } = applied;
  const origin = applied.from === 'data' ? 'found from the equation' : 'as given';
  return [`Euchromatin channel moved back by its displacement of ${shiftText(shiftNm, sdNm)} (${origin}).`];
}

/** L0, and whether it was measured: then it is a sentence of its own, before what was chosen. */
function lengthAssumption({ problem, lengthEstimate }: PosedProblem): string {
  const found = lengthEstimate?.found ?? null;
  const name = 'L0 = √(D/Γ_ac) = ';
  if (found === null) return `${name}${problem.length} nm, `;
  const digits = found.sdNm < 2 ? 1 : 0;
  return `${name}${found.lengthNm.toFixed(digits)} ± ${found.sdNm.toFixed(digits)} nm, estimated from the image by evidence. `;
}

/** Where the image was asked for L0 and did not say. */
function lengthWarnings({ problem, lengthEstimate }: PosedProblem): string[] {
  if (lengthEstimate === null || lengthEstimate.found !== null) return [];
  const { reason } = lengthEstimate;
  return [`The image does not determine L0: ${reason ?? ''}. ${problem.length} nm was kept.`];
}

/** What was made of a nucleus that goes on beyond the frame, or of a field that repeats itself. */
function cutAssumption({ solution, posed }: Outcome): string[] {
  const { domain } = posed.problem;
  if (domain.isPeriodic === true) {
    return [
      'The picture was taken as one period of a field that repeats itself: opposite sides are neighbours.',
    ];
  }
  if (!reachesFrame(domain)) return [];
  return solution.uncertainty?.openCut === true
    ? [
        'The frame cuts the nucleus, which was taken to go on beyond it; beside the cut λ is not identifiable.',
      ]
    : ['The frame cuts the nucleus, and nothing was taken to flow through the cut.'];
}

/** What the map rests on, in sentences that belong under every figure of it. */
export function listAssumptions(outcome: Outcome, job: JobSpec): string[] {
  const { measured, posed } = outcome;
  const { a, kappa, wellHeight, phiMax, equation, diffusivityUm2PerS } = job.model;
  const single = posed.calibrated.channels.length === 1;
  const needsWell = single || equation === 'phase-field';
  const { pixelSize } = measured.measurement;
  return [
    'Euchromatin at steady state: what it gains by diffusion and acetylation it loses by methylation.',
    `${lengthAssumption(posed)}a = ${a}, κ = ${kappa} L0²${needsWell ? `, W = ${wellHeight}, φ_max = ${phiMax}` : ''} (chosen, not measured).`,
    ...(diffusivityUm2PerS === null ? [] : [`D = ${diffusivityUm2PerS} µm²/s as given.`]),
    geometryAssumption(measured),
    scaleAssumption(posed, job),
    ...levelAssumption(outcome, job),
    ...registrationAssumption(outcome),
    ...cutAssumption(outcome),
    solutionAssumption(outcome, job),
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
function sizeWarnings(measured: Measured, length: number): string[] {
  const diameter = nucleusDiameter(measured);
  const { value, source } = measured.measurement.pixelSize;
  const um = (diameter / 1000).toPrecision(2);
  if (diameter < 1000 || diameter > 60000) {
    return [
      `The nucleus would be ${um} µm across, which nuclei are not: check the pixel size of ${value.toPrecision(4)} nm (${source}).`,
    ];
  }
  if (diameter < 8 * length) {
    return [
      `The nucleus is ${um} µm across, only ${(diameter / length).toFixed(1)} L0: few places tell λ apart.`,
    ];
  }
  return [];
}

function resolutionWarnings({ measured, posed, solution }: Outcome, job: JobSpec): string[] {
  const warnings: string[] = [];
  const pixel = measured.measurement.grid.spacing[2];
  const { length } = posed.problem;
  if (pixel > length / 3) {
    warnings.push(
      `Pixels of ${pixel.toPrecision(3)} nm are coarse for L0 = ${Number(length.toPrecision(4))} nm; structure under L0 is not resolved.`,
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

function registrationWarnings({ measured, posed }: Outcome, { calibration }: JobSpec): string[] {
  if (calibration.shiftNm === null) return [];
  if (posed.calibrated.channels.length === 1) {
    return ['A displacement of the channels was given, and there is only one channel: it was not used.'];
  }
  const { registration } = measured.measurement;
  return registration?.settled === false
    ? ['The displacement of the channels did not settle in eight rounds: check it by eye, or give it.']
    : [];
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
    ...mismatch,
    ...measured.measurement.warnings,
    ...measured.region.warnings,
    ...posed.calibrated.warnings,
    ...registrationWarnings(outcome, job),
    ...level,
    ...levelWarnings(job),
    ...geometry,
    ...lengthWarnings(posed),
    ...sizeWarnings(measured, posed.problem.length),
    ...resolutionWarnings(outcome, job),
    ...trainingWarnings(outcome, job),
    ...unusedSettings(job),
  ];
}
