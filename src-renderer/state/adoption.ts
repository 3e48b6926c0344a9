import { channelNames } from './channels.js';
import { documentName } from './documents.js';
import type { Adoption } from './open-documents.js';
import { type DescribedFile, type Session, type Settings, settingsOf } from './session.js';

type Calibration = Settings['job']['calibration'];

/**
 * What only one file can say: its pixels. Where an image says nothing, the other's answer stands; a table was read by
 * its own, or by what the user said of it.
 */
function calibrationFor({ description }: DescribedFile, theirs: Calibration, own: Calibration): Calibration {
  if (description.kind === 'table') return { ...theirs, pixelSizeNm: own.pixelSizeNm };
  const { x, z } = description.metadata.pixelSize;
  return {
    ...theirs,
    pixelSizeNm: x === undefined ? theirs.pixelSizeNm : null,
    zStepNm: z === undefined ? theirs.zStepNm : null,
  };
}

/** Settings of another file for this one: not its planes, its mask or its second file. */
function settingsFor(source: DescribedFile, theirs: Settings, own: Settings): Settings {
  const { job } = theirs;
  const mask = job.mask === 'file' ? own.job.mask : job.mask;
  const z = typeof job.z === 'number' ? own.job.z : job.z;
  const calibration = calibrationFor(source, job.calibration, own.job.calibration);
  const { columns, units } = own.job.table;
  const table = { ...job.table, columns, units };
  return {
    ...own,
    job: { ...job, mask, z, frame: own.job.frame, calibration, table },
    displays: theirs.displays,
  };
}

function usesSecondFile({ job: { channels } }: Settings): boolean {
  return (
    channels.kind === 'two-channel' &&
    [channels.heterochromatin, channels.euchromatin].some(({ file }) => file === 1)
  );
}

function areAlike(a: DescribedFile, b: DescribedFile): boolean {
  if (a.description.kind !== b.description.kind) return false;
  return channelNames(a.description).join('\n') === channelNames(b.description).join('\n');
}

/** The highest channel that the settings name exists in the file. */
function hasChannels(source: DescribedFile, { job: { channels } }: Settings): boolean {
  const count = channelNames(source.description).length;
  const refs =
    channels.kind === 'density' ? [channels.density] : [channels.heterochromatin, channels.euchromatin];
  return refs.every(({ channel }) => channel < count);
}

/**
 * The settings that a new file could take over from the document that is shown; null where nothing is open, or its
 * channels are not in the new file. They fit where both files have channels of the same names.
 */
export function adoptSettings(session: Session, source: DescribedFile, own: Settings): Adoption | null {
  const theirs = settingsOf(session);
  if (session.project === null || theirs === null) return null;
  if (usesSecondFile(theirs) || !hasChannels(source, theirs)) return null;
  if (source.description.kind !== session.project.source.description.kind) return null;
  return {
    name: documentName(session, session.activeDocument),
    theirs: settingsFor(source, theirs, own),
    own,
    isFitting: areAlike(source, session.project.source),
  };
}
