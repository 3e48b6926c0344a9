import { formatLength } from '../../src-core/figure/ticks.js';
import type { JobResult } from '../../src-main/api.js';
import { channelNames } from './channels.js';
import { drawingOf } from './drawing.js';
import { currentResult, imageShape, obstacleOf, pixelSizeOf } from './findings.js';
import { isDoubtful } from './import-findings.js';
import { isPreview, latestResult, previewName } from './following.js';
import { registrationWord } from './registration.js';
import { savedResultLine } from './saved-result.js';
import { settingsOf, type Session, type Settings, type StepName } from './session.js';
import { showPixelSize, showShape, showShare, showValue } from './wording.js';

/** How a step stands: not run, done, doubtful (somebody should look), failed, or at work. */
export type StepDot = 'idle' | 'done' | 'doubtful' | 'failed' | 'busy';

/** A step's dot and its one line of result. */
export interface StepState {
  readonly dot: StepDot;
  readonly line: string;
}

const dotWords: Readonly<Record<StepDot, string>> = {
  idle: 'not run',
  done: 'done',
  doubtful: 'doubtful',
  failed: 'failed',
  busy: 'running',
};

/** The dot in words, for those who do not see its colour. */
export function dotWord(dot: StepDot): string {
  return dotWords[dot];
}

function sourceState(session: Session): StepState {
  if (session.opening !== null) return { dot: 'busy', line: `opening ${session.opening} …` };
  if (session.sourceTrouble !== null)
    return { dot: 'failed', line: `${session.sourceTrouble.what} was not opened` };
  if (session.project === null) return { dot: 'idle', line: 'no file open' };
  const { description } = session.project.source;
  const names = channelNames(description);
  const shape = imageShape(session);
  const size = pixelSizeOf(session);
  const { word, displaced } = registrationWord(session);
  const count = `${names.length} ${names.length === 1 ? 'channel' : 'channels'}`;
  const pixel = size === null ? 'pixel size missing' : `${showPixelSize(size.nm)}/px`;
  const doubtful =
    size === null ||
    displaced ||
    isDoubtful(session) ||
    (description.kind === 'image' && description.metadata.warnings.length > 0);
  return {
    dot: doubtful ? 'doubtful' : 'done',
    line: [...(word === null ? [count, ...(shape === null ? [] : [showShape(shape)])] : [word]), pixel].join(
      ' · ',
    ),
  };
}

const waiting = (session: Session, line: string): StepState => ({
  dot: session.running === null ? 'idle' : 'busy',
  line,
});

function densityState(session: Session): StepState {
  const document = latestResult(session)?.result.document;
  if (document === undefined) return waiting(session, 'volume fractions from intensities');
  const { channels, relativeNoise } = document.calibration;
  const overfull = document.warnings.some((warning) => warning.includes('exceeds 1'));
  const noise = relativeNoise.map((share) => showShare(share)).join(', ');
  return {
    dot: overfull ? 'doubtful' : 'done',
    line: `${channels.length === 1 ? 'split from one density' : 'φ_h and φ_e'} · noise ${noise}`,
  };
}

function nucleusState(session: Session): StepState {
  const document = latestResult(session)?.result.document;
  if (document === undefined) {
    const mask = settingsOf(session)?.job.mask;
    return waiting(
      session,
      drawingOf(session) !== null
        ? 'drawn'
        : mask === 'file'
          ? 'from a mask file'
          : mask === 'none'
            ? 'the whole picture'
            : 'found in the image',
    );
  }
  const { nuclei, areaUm2, volumeUm3 } = document.region;
  const size = volumeUm3 === null ? `${showValue(areaUm2)} µm²` : `${showValue(volumeUm3)} µm³`;
  return {
    dot: nuclei > 1 ? 'doubtful' : 'done',
    line: `${nuclei === 1 ? 'one nucleus' : `${nuclei} nuclei`} · ${size}`,
  };
}

/** L0 as given, or as the image tells it once there is a result. */
function lengthLine(
  { lengthNm, lengthFrom }: Settings['job']['model'],
  document: JobResult['document'] | undefined,
): string {
  if (lengthFrom === 'given') return `L0 ${formatLength(lengthNm)}`;
  const evidence = document?.settings.lengthEvidence ?? null;
  if (document === undefined || evidence === null) return 'L0 from the image';
  if (!evidence.determined) return `L0 ${formatLength(lengthNm)}, not determined`;
  return `L0 ${formatLength(Number(document.settings.L0Nm.toPrecision(3)))} by evidence`;
}

function modelState(session: Session): StepState {
  const settings = settingsOf(session);
  if (settings === null) return { dot: 'idle', line: 'flux balance' };
  const { equation } = settings.job.model;
  const document = latestResult(session)?.result.document;
  const length = lengthLine(settings.job.model, document);
  const line = `${equation === 'flux-balance' ? 'flux balance' : 'phase field'} · ${length}`;
  if (document === undefined) {
    return obstacleOf(session)?.step === 'model' ? { dot: 'doubtful', line } : waiting(session, line);
  }
  const calibrated = document.calibration.levelCalibrated;
  const doubtful = !calibrated || document.residual.mismatch;
  return {
    dot: doubtful ? 'doubtful' : 'done',
    line: calibrated ? line : `level not calibrated · ${length}`,
  };
}

function solveState(session: Session): StepState {
  if (session.running !== null) {
    const { progress } = session;
    return { dot: 'busy', line: progress === null ? 'waiting …' : `${progress.stage} …` };
  }
  if (session.solveTrouble !== null) return { dot: 'failed', line: session.solveTrouble.failure.message };
  if (session.result === null)
    return {
      dot: 'idle',
      line: savedResultLine(session) ?? obstacleOf(session)?.message ?? 'ready · Space runs it',
    };
  if (currentResult(session) === null) {
    if (session.updating !== null) return { dot: 'busy', line: 'updating the map …' };
    return { dot: 'idle', line: 'settings changed since this map' };
  }
  const { lambda, identifiable } = session.result.result.document;
  if (isPreview(session))
    return { dot: 'doubtful', line: `${previewName(session.result)} · λ ${showValue(lambda.median)} median` };
  return {
    dot: identifiable < 0.5 ? 'doubtful' : 'done',
    line: `λ ${showValue(lambda.median)} median · ${showShare(identifiable)} identifiable`,
  };
}

function exportState(session: Session): StepState {
  if (session.exportTrouble !== null) return { dot: 'failed', line: session.exportTrouble.failure.message };
  const last = session.exports.at(-1);
  if (last !== undefined) return { dot: 'done', line: last.text };
  return { dot: 'idle', line: 'figure, OME-TIFF, report' };
}

const states: Readonly<Record<StepName, (session: Session) => StepState>> = {
  source: sourceState,
  density: densityState,
  nucleus: nucleusState,
  model: modelState,
  solve: solveState,
  export: exportState,
};

/** The dot and the line of a step. */
export function stepState(session: Session, step: StepName): StepState {
  return states[step](session);
}
