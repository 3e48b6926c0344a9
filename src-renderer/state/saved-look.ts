import { z } from 'zod';
import { isColormap } from '../../src-core/figure/colormap.js';
import { withoutCheckLayers } from './checks.js';
import { type Display, type LayerName, layerNames, restingDisplays } from './layers.js';
import { overlaysSchema, slicesSchema, volumeSchema } from './saved-view-modes.js';
import { restingView, type StepName, stepNames, type ViewState } from './session.js';

/*
 * How a document looks, read back from a project. What another version wrote and this one does not know rests as it
 * is for a file that has just been opened: no look ever keeps a project from opening.
 */

const finite = z.number();
const camera = z.object({ x: finite, y: finite, nmPerPixel: z.number().positive() }).nullable().catch(null);

function flag(key: 'linked' | 'hatch' | 'outline'): z.ZodType<boolean> {
  return z.boolean().catch(restingView[key]);
}

const viewSchema = z.object({
  mode: z.enum(['plane', 'slices', 'surface', 'volume']).catch(restingView.mode),
  panes: z.literal([1, 2, 4]).catch(restingView.panes),
  active: z.literal([0, 1, 2, 3]).catch(restingView.active),
  layers: z.array(z.enum(layerNames).nullable().catch(null)).catch([]),
  cameras: z.array(camera).catch([]),
  linked: flag('linked'),
  fit: z.enum(['nucleus', 'picture']).catch(restingView.fit),
  orbit: z
    .object({ azimuth: finite, elevation: finite, distance: z.number().positive() })
    .catch(restingView.orbit),
  slices: slicesSchema,
  volume: volumeSchema,
  overlays: overlaysSchema,
  z: z.number().int().nonnegative().catch(restingView.z),
  hatch: flag('hatch'),
  outline: flag('outline'),
});

/** The view as it was saved, as far as it can be read. */
export function readView(saved: unknown): ViewState {
  const { layers, cameras, ...view } = viewSchema.catch(viewSchema.parse({})).parse(saved);
  const perPane = <T>(resting: readonly T[], found: readonly (T | null)[]): T[] =>
    resting.map((rest, pane) => found.at(pane) ?? rest);
  return {
    ...restingView,
    ...view,
    layers: perPane(restingView.layers, layers) as unknown as ViewState['layers'],
    cameras: perPane(restingView.cameras, cameras) as unknown as ViewState['cameras'],
  };
}

/** The view as it is saved. */
export function savedView(view: ViewState): Record<string, unknown> {
  return { ...withoutCheckLayers(view), moving: false };
}

const stepsSchema = z.array(z.enum(stepNames)).catch(['source']);

/** The steps that were open. */
export function readOpenSteps(saved: unknown): readonly StepName[] {
  return stepsSchema.parse(saved);
}

const limitsSchema = z.tuple([finite, finite]).nullable().catch(null);

/** How a layer was drawn, as far as it can be read; what this version does not know of it is dropped. */
function readDisplay(saved: unknown, resting: Display): Display {
  if (typeof saved !== 'object' || saved === null) return resting;
  const { colormap, limits } = saved as { colormap?: unknown; limits?: unknown };
  const known = typeof colormap === 'string' && isColormap(colormap) ? colormap : resting.colormap;
  return { ...resting, colormap: known, limits: limitsSchema.parse(limits) };
}

/** How the layers were drawn. */
export function readDisplays(saved: Readonly<Record<string, unknown>>): Record<LayerName, Display> {
  const resting = restingDisplays();
  const entries = layerNames.map((name) => [name, readDisplay(saved[name], resting[name])]);
  return Object.fromEntries(entries) as Record<LayerName, Display>;
}
