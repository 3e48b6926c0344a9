import { type Grid, makeGrid, type Triple } from '../../src-core/data/grid.js';
import type { ImageMetadata } from '../../src-core/io/image.js';
import type { JobSpec } from '../../src-core/job.js';
import { type DrawnMask, withSpacing } from '../mask/drawn-mask.js';
import { pixelCount } from '../mask/mask-plane.js';
import { type Session, type Settings, settingsOf } from './session.js';

/** The drawn mask that the job uses, or null where it uses none or one from a file. */
export function drawingInUse(settings: Settings | null): DrawnMask | null {
  return settings?.job.mask === 'file' ? (settings.drawing ?? null) : null;
}

function imageFrame(metadata: ImageMetadata, { z, calibration }: JobSpec): Grid {
  const { pixelSizeNm: given, zStepNm } = calibration;
  const { x = 1, y = x, z: step = x } = metadata.pixelSize;
  const planes = z === 'all' ? metadata.planes : 1;
  const spacing: Triple = [zStepNm ?? step, given ?? y, given ?? x];
  return makeGrid([planes, metadata.height, metadata.width], spacing);
}

const frames = new WeakMap<ImageMetadata, { readonly key: string; readonly grid: Grid }>();

/** Same object as long as nothing in it changes. */
function knownImageFrame(metadata: ImageMetadata, job: JobSpec): Grid {
  const grid = imageFrame(metadata, job);
  const key = JSON.stringify(grid);
  const known = frames.get(metadata);
  if (known?.key === key) return known.grid;
  frames.set(metadata, { key, grid });
  return grid;
}

/**
 * The grid that a mask for the job is drawn on: that of the image's planes that the job takes, or that of a table's
 * picture. null where nothing is open, or the picture is not there yet.
 */
export function maskFrame(session: Session): Grid | null {
  const settings = settingsOf(session);
  const description = session.project?.source.description;
  if (settings === null || description === undefined) return null;
  if (description.kind === 'image') return knownImageFrame(description.metadata, settings.job);
  const grid = session.previews[0]?.preview.grid;
  return grid?.spacing[2] === settings.job.table.spacingNm ? grid : null;
}

const respaced = new WeakMap<DrawnMask, DrawnMask>();

/** The mask in the pixel size of now: on an image a mask belongs to pixels, however large these are said to be. */
function inPixelsOfNow(mask: DrawnMask, session: Session): DrawnMask {
  const frame = maskFrame(session);
  if (frame === null || session.project?.source.description.kind !== 'image') return mask;
  if (String(mask.grid.spacing) === String(frame.spacing)) return mask;
  const known = respaced.get(mask);
  if (known !== undefined && String(known.grid.spacing) === String(frame.spacing)) return known;
  const next = withSpacing(mask, frame.spacing);
  respaced.set(mask, next);
  return next;
}

/** The drawn mask with the pixel size of now, or null; the same object as long as nothing in it changes. */
export function drawingOf(session: Session): DrawnMask | null {
  const drawing = drawingInUse(settingsOf(session));
  return drawing === null ? null : inPixelsOfNow(drawing, session);
}

/** Why a drawn mask cannot be used as it is, in words; null where it can. */
export function drawingProblem(session: Session): string | null {
  const drawing = drawingOf(session);
  const frame = maskFrame(session);
  if (drawing === null || frame === null) return null;
  const { shape, spacing } = drawing.grid;
  if (session.project?.source.description.kind === 'table') {
    if (Math.abs(spacing[2] - frame.spacing[2]) < 1e-6 * spacing[2]) return null;
    return `The mask was drawn in pixels of ${spacing[2]} nm; the table is now rendered at ${frame.spacing[2]} nm.`;
  }
  if (shape[0] !== 1 && shape[0] !== frame.shape[0]) {
    return `The mask was drawn on ${shape[0]} planes; the job now uses ${frame.shape[0]}.`;
  }
  return null;
}

/** Whether a mask holds no pixel. */
export function isEmptyMask({ planes }: DrawnMask): boolean {
  return planes.every((plane) => pixelCount(plane) === 0);
}
