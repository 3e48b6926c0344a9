import type { Grid, Triple } from '../data/grid.js';
import { shiftText } from '../data/shift-text.js';
import { CoreError } from '../errors.js';
import type { JobFiles } from '../inference.js';
import type { JobSpec } from '../job.js';
import { shiftField, shiftValidity } from '../kernels/subpixel-shift.js';
import type { Run } from '../run.js';
import { estimateShift } from '../solvers/field/channel-shift.js';
import { findRegion, identityOf } from './find-region.js';
import type { Measurement, Registration } from './measurement.js';
import { poseProblem } from './problem.js';
import { type Keyed, stage, type StagedRun } from './stage-memory.js';

/** The shift is linear in the data for small shifts only: it is looked for again after the channel was moved. */
const mostRounds = 8;
/** A round that moves the channel by less than this many voxels is the last. */
const settledVoxels = 0.02;

/** The measurement with its second channel moved back by a shift. */
async function shifted(measurement: Measurement, registration: Registration, run: Run): Promise<Measurement> {
  const { grid, valid, channels } = measurement;
  const [first, second] = channels;
  const voxels = registration.shiftNm.map((nm, axis) => nm / grid.spacing[axis]);
  const shift: Triple = [voxels[0], voxels[1], voxels[2]];
  // A voxel that is not finite would spread; what it touches is left out of the mask.
  const finite = Float64Array.from(second.values, (v, i) => (valid[i] === 0 ? 0 : v));
  const seen = shiftValidity(valid, grid, shift);
  const values = Float32Array.from(await shiftField(finite, grid, shift, run));
  return {
    ...measurement,
    channels: [first, { ...second, values }],
    valid: valid.map((v, i) => v & seen[i]),
    registration,
  };
}

const added = (a: Triple, b: Triple): Triple => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

function isSettled(step: Triple, grid: Grid): boolean {
  return step.every((nm, axis) => Math.abs(nm) < settledVoxels * grid.spacing[axis]);
}

/**
 * Throws `model` where the rounds lead nowhere or farther than L0: from there on the pattern of one channel meets other
 * parts of the other's, and a shift that seems to fit is as likely a wrong one.
 */
function requireFound([z, y, x]: Triple, { model }: JobSpec, where: string): void {
  if ([z, y, x].every((nm) => Math.abs(nm) <= model.lengthNm)) return;
  const told = [z, y, x].every(Number.isFinite);
  throw new CoreError({
    tag: 'model',
    where,
    message: told
      ? `The displacement of the channels was not found: the search went to ${shiftText([x, y, z], null)}, and none beyond L0 (${model.lengthNm} nm) can be told from the equation.`
      : 'The displacement of the channels cannot be found: euchromatin has no structure inside the nucleus.',
    hint: 'Give the displacement as beads or the nuclear edge show it, or leave the channels as they are; check that the channels are not swapped.',
    remedies: [{ setting: 'calibration.shiftNm' }, { setting: 'channels.euchromatin' }],
  });
}

/** The shift that the equation wants, found in rounds of moving the channel back and looking again. */
async function foundShift(
  measurement: Measurement,
  files: JobFiles,
  job: JobSpec,
  run: StagedRun,
): Promise<Registration> {
  let found: Registration = { shiftNm: [0, 0, 0], sdNm: null, settled: false };
  for (let round = 0; round < mostRounds && !found.settled; round++) {
    run.report({ stage: 'register', fraction: round / mostRounds });
    const moved = round === 0 ? measurement : await shifted(measurement, found, run);
    const silent: StagedRun = { ...run, memory: undefined, report: () => undefined };
    const region = await findRegion({ key: null, value: moved }, files, job, silent);
    const { problem } = await poseProblem(
      { measurement: moved, region: region.value, key: null },
      job,
      silent,
    );
    const { shiftNm: step, sdNm } = await estimateShift(problem, silent);
    const shiftNm = added(found.shiftNm, step);
    requireFound(shiftNm, job, files.input.name);
    found = { shiftNm, sdNm, settled: isSettled(step, measurement.grid) };
  }
  return found;
}

/** Stage `register`: the second of two channels moved back onto the first, if the job asks for it. */
export function register(
  read: Keyed<Measurement>,
  files: JobFiles,
  job: JobSpec,
  run: StagedRun,
): Promise<Keyed<Measurement>> {
  const { shiftNm } = job.calibration;
  if (shiftNm === null || read.value.channels.length !== 2) return Promise.resolve(read);
  if (shiftNm !== 'auto') {
    const [x, y, z = 0] = shiftNm;
    const registration: Registration = { shiftNm: [z, y, x], sdNm: null, settled: true };
    return stage({ name: 'register', from: [read.key], part: shiftNm }, run, () =>
      shifted(read.value, registration, run),
    );
  }
  const masked = job.mask === 'file' ? identityOf(files.mask) : '';
  const { mask, calibration, model, seed } = job;
  const part = { mask, calibration, model, seed };
  return stage({ name: 'register auto', from: [read.key, masked], part }, run, async () =>
    shifted(read.value, await foundShift(read.value, files, job, run), run),
  );
}
