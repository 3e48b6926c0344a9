import type { JobInput, PhantomSpec, PhantomTruth } from '../../src-core/index.js';
import { version } from './version.js';

/** truth.json: what is true of a simulated nucleus, and the job that knows as much as a user could. */
export interface TruthDocument extends PhantomTruth {
  readonly version: string;
  /** For `infer --config truth.json`: which channel is which, the true fraction and the true parameters. */
  readonly job: JobInput;
}

function channelsOf({ channels, localizations }: PhantomSpec): JobInput['channels'] {
  if (channels === 1) return { kind: 'density', density: { file: 0, channel: 0 } };
  const euchromatin =
    localizations === null ? ({ file: 0, channel: 1 } as const) : ({ file: 1, channel: 0 } as const);
  return { kind: 'two-channel', heterochromatin: { file: 0, channel: 0 }, euchromatin };
}

/** The job of a box without an outside: no nucleus to find, and no background to measure the camera's offset in. */
function periodicJob(
  { channels, calibration, model }: Pick<Required<JobInput>, 'channels' | 'calibration' | 'model'>,
  { camera }: PhantomTruth,
): JobInput {
  const offset = camera?.offset ?? 0;
  return {
    channels,
    mask: 'none',
    calibration: { ...calibration, offset: [offset, offset] },
    model: { ...model, boundary: 'periodic' },
  };
}

/** The document of a simulated nucleus. */
export function truthDocument(truth: PhantomTruth): TruthDocument {
  const { spec, heterochromatinFraction } = truth;
  const { meanChromatin, ...model } = spec.parameters;
  const calibration = { hetFraction: heterochromatinFraction, meanDensity: meanChromatin };
  const own = { channels: channelsOf(spec), calibration, model: { ...model, lengthNm: spec.lengthNm } };
  const job = spec.shape === 'periodic' ? periodicJob(own, truth) : own;
  return { version, job, ...truth };
}
