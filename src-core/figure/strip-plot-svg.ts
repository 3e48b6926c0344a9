import type { StripPlot } from './strip-plot.js';
import { type Attributes, element, rounded } from './svg.js';

function line(points: readonly [number, number, number, number], look: Attributes): string {
  const [x1, y1, x2, y2] = points;
  return element('path', { d: `M${rounded(x1)} ${rounded(y1)}L${rounded(x2)} ${rounded(y2)}`, ...look });
}

function axisOf({ ticks, axis, width }: StripPlot): string[] {
  const look = { stroke: 'currentColor', 'stroke-opacity': 0.5 };
  return [
    line([0, axis, width, axis], look),
    ...ticks.flatMap(({ x, label }) => [
      line([x, axis, x, axis + 4], look),
      element(
        'text',
        { x, y: axis + 16, 'font-size': 11, fill: 'currentColor', 'text-anchor': 'middle' },
        label,
      ),
    ]),
  ];
}

/**
 * A strip plot as an SVG element to stand in a page, in the page's own colours (`currentColor`; the dots by the
 * class "dots"): quartiles as a band, the median as a line. `description` is for those who do not see it.
 */
export function drawStripPlot(plot: StripPlot, description: string): string {
  const { width, height, radius, axis, median, quartiles } = plot;
  const [low, high] = quartiles;
  const dots = plot.dots.map(({ x, y }) => element('circle', { cx: x, cy: y, r: radius - 0.5 }));
  return element(
    'svg',
    { viewBox: `0 0 ${rounded(width)} ${rounded(height)}`, role: 'img', 'aria-label': description },
    [
      element('rect', {
        x: low,
        y: 0,
        width: Math.max(0.5, high - low),
        height: axis,
        fill: 'currentColor',
        'fill-opacity': 0.08,
      }),
      element('g', { class: 'dots' }, dots.join('')),
      line([median, 0, median, axis], { stroke: 'currentColor', 'stroke-width': 2 }),
      ...axisOf(plot),
    ].join('\n'),
  );
}
