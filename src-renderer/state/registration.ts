import { shiftText } from '../../src-core/data/shift-text.js';
import type { JobResult } from '../../src-main/api.js';
import { currentResult, imageShape } from './findings.js';
import { latestResult } from './following.js';
import { type Session, type Settings, settingsOf } from './session.js';

type Registration = JobResult['document']['calibration']['registration'];
type Shift = Settings['job']['calibration']['shiftNm'];

/** What is done about a displacement of the channels: nothing, moved back by what is found, or by what is given. */
export type RegistrationKind = 'none' | 'auto' | 'given';

/** What a job does about a displacement of its channels. */
export function registrationKind(shift: Shift): RegistrationKind {
  return shift === null ? 'none' : shift === 'auto' ? 'auto' : 'given';
}

/** What the last run said of the displacement of the channels; null without a run, or with one channel. */
export function registrationFound(session: Session): Registration | null {
  if (settingsOf(session)?.job.channels.kind !== 'two-channel') return null;
  return latestResult(session)?.result.document.calibration.registration ?? null;
}

/** Whether a displacement along z makes sense: the job is of a stack with all its planes. */
export function hasDepth(session: Session): boolean {
  return (imageShape(session)?.[0] ?? 1) > 1 && settingsOf(session)?.job.z === 'all';
}

const toTenth = (nm: number): number => Math.round(10 * nm) / 10;

/** The displacement in nm that giving one starts from: what the last run moved back by or saw, to 0.1 nm; else none. */
export function startingShift(session: Session): Exclude<Shift, 'auto' | null> {
  const found = registrationFound(session);
  const seen = found?.applied ?? (found?.left?.displaced === true ? found.left : null);
  const [x, y, z] = (seen?.shiftNm ?? [0, 0, 0]).map(toTenth);
  return hasDepth(session) ? [x, y, z] : [x, y];
}

/** What a run found of the displacement, in words; empty where it told nothing. */
export function registrationLines({ applied, left }: Registration): string[] {
  const moved =
    applied === null
      ? []
      : [
          applied.from === 'data'
            ? `Found and moved back by: ${shiftText(applied.shiftNm, applied.sdNm)}.`
            : `Moved back by ${shiftText(applied.shiftNm, null)}.`,
        ];
  if (left === null) return moved;
  const seen = `Displaced${applied === null ? '' : ' still'} by ${shiftText(left.shiftNm, left.sdNm)}`;
  return [...moved, left.displaced ? `${seen}.` : `${seen}: too little to count.`];
}

/** What the step of the channels says of their registration after a run; null where there is nothing to say. */
export function registrationWord(session: Session): {
  readonly word: string | null;
  readonly displaced: boolean;
} {
  const found = registrationFound(session);
  if (found?.left?.displaced === true) return { word: 'channels displaced', displaced: true };
  if (found?.applied == null) return { word: null, displaced: false };
  const word = found.applied.from === 'data' ? 'channels registered' : 'euchromatin moved';
  return { word, displaced: false };
}

/** Whether the channels can be registered from the equation: there are two, and it is not what the job says already. */
export function canRegister(session: Session): boolean {
  const job = settingsOf(session)?.job;
  if (job?.channels.kind !== 'two-channel' || session.running !== null) return false;
  return job.calibration.shiftNm !== 'auto';
}

/** Whether the map in the view says that its channels are displaced and nothing was done about it yet. */
export function asksToRegister(session: Session): boolean {
  if (!canRegister(session) || currentResult(session) === null) return false;
  return registrationFound(session)?.left?.displaced === true;
}

/** The job of a preview: channels that are being registered are moved by what the last run found, not searched again. */
export function withKnownShift(job: Settings['job'], { result }: Session): Settings['job'] {
  if (job.calibration.shiftNm !== 'auto' || result?.inputs.job.calibration.shiftNm !== 'auto') return job;
  const { applied } = result.result.document.calibration.registration;
  if (applied === null || !sameChannels(job, result.inputs.job)) return job;
  const [x, y, z] = applied.shiftNm;
  return { ...job, calibration: { ...job.calibration, shiftNm: z === 0 ? [x, y] : [x, y, z] } };
}

function sameChannels(a: Settings['job'], b: Settings['job']): boolean {
  return JSON.stringify(a.channels) === JSON.stringify(b.channels) && a.frame === b.frame;
}
