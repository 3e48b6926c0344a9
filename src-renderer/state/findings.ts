import type { RemedySetting } from '../../src-core/errors.js';
import type { JobSpec } from '../../src-core/job.js';
import { channelList } from './channels.js';
import { drawingOf, drawingProblem, isEmptyMask } from './drawing.js';
import { settingsOf, type Session, type Settings, type ShownResult, type StepName } from './session.js';

/** Why a job cannot be run as it stands, and the step where that is put right. */
export interface Obstacle {
  readonly step: StepName;
  readonly message: string;
  /** The setting that is missing, where it is one field. */
  readonly setting?: RemedySetting;
}

/** A pixel size and where it came from; null where nobody gave one. */
export interface PixelSizeFinding {
  readonly nm: number;
  readonly from: string;
}

/** The lateral pixel size that a job would use on an image. */
export function pixelSizeOf(session: Session): PixelSizeFinding | null {
  const settings = settingsOf(session);
  if (session.project === null || settings === null) return null;
  const { description } = session.project.source;
  if (description.kind === 'table') return { nm: settings.job.table.spacingNm, from: 'rendered at' };
  const given = settings.job.calibration.pixelSizeNm;
  if (given !== null) return { nm: given, from: 'given by you' };
  const { x, source } = description.metadata.pixelSize;
  return x === undefined ? null : { nm: x, from: source ?? description.metadata.format };
}

/** Planes, rows and columns of the open image; null for a table, whose picture is made by a job. */
export function imageShape(session: Session): readonly [number, number, number] | null {
  const description = session.project?.source.description;
  if (description?.kind !== 'image') return null;
  const { planes, height, width } = description.metadata;
  return [planes, height, width];
}

function sameChannelTwice(job: JobSpec): boolean {
  const [first, ...rest] = channelList(job.channels);
  return rest.some((second) => first.file === second.file && first.channel === second.channel);
}

/** Whether the solver cannot solve the equation. */
export function isUnsolvable(
  solver: JobSpec['solver']['name'],
  equation: JobSpec['model']['equation'],
): boolean {
  return solver === 'field' && equation === 'phase-field';
}

function settingsObstacle({ job, mask, second, drawing }: Settings): Obstacle | null {
  if (sameChannelTwice(job)) {
    return { step: 'source', message: 'Heterochromatin and euchromatin are the same channel.' };
  }
  if (channelList(job.channels).some(({ file }) => file === 1) && second === null) {
    return { step: 'source', message: 'The second file is not there.' };
  }
  if (job.channels.kind === 'density' && job.calibration.hetFraction === null) {
    return {
      step: 'model',
      message: 'One channel of total density needs the heterochromatin fraction of the nucleus.',
      setting: 'calibration.hetFraction',
    };
  }
  if (job.channels.kind === 'density' && job.model.lengthFrom === 'image') {
    return {
      step: 'model',
      message: 'L0 cannot be estimated from one channel: its split already takes an L0.',
      setting: 'model.lengthNm',
    };
  }
  if (isUnsolvable(job.solver.name, job.model.equation)) {
    return {
      step: 'model',
      message: 'The solver “field” solves the flux balance only; the phase field needs “direct”.',
      setting: 'model.equation',
    };
  }
  if (job.mask !== 'file' || mask !== null) return null;
  const message = drawing ? 'The drawn mask is being stored.' : 'No mask file is chosen.';
  return { step: 'nucleus', message, setting: 'mask' };
}

/** What is wrong with a drawn mask that the job is to use. */
function drawingObstacle(session: Session): Obstacle | null {
  const drawing = drawingOf(session);
  if (drawing === null) return null;
  const problem = drawingProblem(session);
  if (problem !== null) return { step: 'nucleus', message: problem };
  return isEmptyMask(drawing) ? { step: 'nucleus', message: 'The drawn mask is empty.' } : null;
}

/** What stands in the way of running the job, the first thing first; null where nothing does. */
export function obstacleOf(session: Session): Obstacle | null {
  const settings = settingsOf(session);
  if (settings === null) return { step: 'source', message: 'Open an image or a localisation table first.' };
  if (pixelSizeOf(session) === null) {
    return {
      step: 'source',
      message: 'The file does not say how large its pixels are; give the pixel size.',
      setting: 'calibration.pixelSizeNm',
    };
  }
  return drawingObstacle(session) ?? settingsObstacle(settings);
}

/** Whether the map in the view was made with other settings than those of now. */
export function isStale(result: Pick<ShownResult, 'inputs'>, settings: Settings): boolean {
  const { job, second, mask } = result.inputs;
  // A drawn mask that is not stored yet has no file, so it is none that a map was made with.
  const maskNow = settings.job.mask === 'file' ? (settings.mask?.id ?? 'not stored') : undefined;
  const maskThen = job.mask === 'file' ? mask?.id : undefined;
  return (
    maskNow !== maskThen ||
    second?.grant.id !== settings.second?.grant.id ||
    (job !== settings.job && JSON.stringify(job) !== JSON.stringify(settings.job))
  );
}

/** The result in the view if it was made with the settings of now. */
export function currentResult(session: Session): ShownResult | null {
  const settings = settingsOf(session);
  if (session.result === null || settings === null) return null;
  return isStale(session.result, settings) ? null : session.result;
}
