import { z } from 'zod';
import { layerNames } from './layers.js';
import { restingSlices } from '../view/slices.js';
import { restingOverlays, restingVolume } from './view-modes.js';

const finite = z.number();
const share = z.number().min(0).max(1);
const scale = z.number().positive();
const pair = z.tuple([finite, finite]).readonly();
const triple = z.tuple([finite, finite, finite]).readonly();

/** Where the slices cross and look, as it was saved; what cannot be read rests. */
export const slicesSchema = z
  .object({
    crosshair: pair.nullable().catch(null),
    camera: z.object({ center: triple, nmPerPixel: scale }).nullable().catch(null),
  })
  .catch(restingSlices);

const gazeSchema = z
  .object({
    azimuth: finite,
    elevation: z.number().min(-90).max(90),
    nmPerPixel: scale.nullable(),
    shift: pair,
  })
  .catch(restingVolume.gaze);

const clipSchema = z
  .object({ axis: z.enum(['none', 'x', 'y', 'z', 'view']), position: share, flipped: z.boolean() })
  .catch(restingVolume.clip);

/** How stacks were looked at, as it was saved. */
export const volumeSchema = z
  .object({
    style: z.enum(['cloud', 'maximum', 'isosurface']).catch(restingVolume.style),
    gaze: gazeSchema,
    clip: clipSchema,
    opacity: share.catch(restingVolume.opacity),
    levels: z.partialRecord(z.enum(layerNames), finite).catch({}),
  })
  .catch({ ...restingVolume, levels: {} });

/** What spoke of doubt, as it was saved. */
export const overlaysSchema = z
  .object({
    residual: z.enum(['none', 'contour', 'fade']).catch(restingOverlays.residual),
    residualTimes: z.number().positive().catch(restingOverlays.residualTimes),
    uncertainty: z.boolean().catch(restingOverlays.uncertainty),
  })
  .catch(restingOverlays);
