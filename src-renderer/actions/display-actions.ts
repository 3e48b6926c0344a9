import {
  type ColormapFamily,
  invertedMap,
  isDiverging,
  isInverted,
  type Limits,
} from '../../src-core/figure/colormap.js';
import { centeredLimits, type Display, layerKinds, type LayerName } from '../state/layers.js';
import type { App } from './app.js';
import { changeDisplay, setLimits } from './view-actions.js';

/** Takes another colour map; an inverted one stays inverted, and limits go around the middle of a diverging one. */
export function chooseColormap(app: App, layer: LayerName, family: ColormapFamily): void {
  changeDisplay(app, layer, (display) => {
    const colormap = isInverted(display.colormap) ? invertedMap(family) : family;
    return around({ ...display, colormap }, layer);
  });
}

/** The display with given limits around the middle of a diverging map; those from the values go there by themselves. */
function around(display: Display, layer: LayerName): Display {
  const { center } = layerKinds[layer];
  if (!isDiverging(display.colormap) || center === null || display.limits === null) return display;
  return { ...display, limits: centeredLimits(display.limits, center) };
}

/** Reverses the colours of a layer. */
export function invertColormap(app: App, layer: LayerName): void {
  changeDisplay(app, layer, (display) => ({ ...display, colormap: invertedMap(display.colormap) }));
}

/** The colour map that a layer goes back to when it is no longer centred. */
function sequentialOf(layer: LayerName): ColormapFamily {
  const { colormap } = layerKinds[layer];
  return isDiverging(colormap) ? 'viridis' : (colormap as ColormapFamily);
}

/** Centres a layer at its middle value under the map vik, or goes back to one that rises all the way. */
export function centerLayer(app: App, layer: LayerName, centered: boolean): void {
  changeDisplay(app, layer, () => ({ colormap: centered ? 'vik' : sequentialOf(layer), limits: null }));
}

/** Moves one limit; under a diverging map the other one goes as far to the other side. */
export function moveLimit(
  app: App,
  layer: LayerName,
  moved: { readonly limits: Limits; readonly which: 0 | 1; readonly centered: boolean },
  gesture: string | null = null,
): void {
  const { limits, which, centered } = moved;
  const { center } = layerKinds[layer];
  if (!centered || center === null) {
    setLimits(app, layer, limits, gesture);
    return;
  }
  const reach = Math.max(1e-9, Math.abs(limits[which] - center));
  setLimits(app, layer, [center - reach, center + reach], gesture);
}
