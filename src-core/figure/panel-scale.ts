import { barTitle } from './caption.js';
import { chooseTicks, drawColorBar } from './color-bar.js';
import type { ColorRange } from './color-range.js';
import type { ColormapName } from './colormap.js';
import type { PanelWords, PlacedPanel } from './layout.js';
import { labelExponent } from './ticks.js';

/** The colour scale of one panel. */
export interface PanelScale {
  readonly range: ColorRange;
  readonly colormap: ColormapName;
}

/** The title of a colour bar, with the power of ten that its labels leave out; none where there is no scale. */
export function scaleTitle(
  scale: PanelScale | undefined,
  quantity: { readonly label: string; readonly unit: string },
): Pick<PanelWords, 'barTitle'> {
  if (scale === undefined) return {};
  const exponent = labelExponent(scale.range.limits);
  return { barTitle: barTitle(quantity.label, quantity.unit, exponent) };
}

/** The colour bar of a panel with its ticks, where it has one. */
export function drawScale({ bar, labelSpan }: PlacedPanel, scale: PanelScale | undefined): string[] {
  if (bar === undefined || scale === undefined) return [];
  const { range, colormap } = scale;
  return drawColorBar(bar, range, colormap, chooseTicks(bar, range, labelSpan));
}
