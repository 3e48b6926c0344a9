import { type Attributes, element, rounded } from './svg.js';
import { niceStep, powerOfTen, tickValues } from './ticks.js';
import type { Limits } from './colormap.js';

/** A line of a plot: what it is called and its points; points that are not finite are left out. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly dashed?: boolean;
}

/** An axis: its name with the unit, and whether it is logarithmic (values of 0 and less are left out). */
export interface PlotAxis {
  readonly label: string;
  readonly isLog: boolean;
}

/** Lines over two axes. */
export interface LinePlot {
  readonly title: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
}

/** Colours that the colour-blind can tell apart (Okabe and Ito 2008). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
const [width, height] = [420, 260] as const;
const frame = { left: 62, right: 12, top: 28, bottom: 40 } as const;
const legendRow = 15;

const isShown = (value: number, { isLog }: PlotAxis): boolean =>
  Number.isFinite(value) && (!isLog || value > 0);

function shownPoints({ points }: PlotSeries, { x, y }: LinePlot): (readonly [number, number])[] {
  return points.filter(([a, b]) => isShown(a, x) && isShown(b, y));
}

/** Limits of an axis, logarithms of whole decades where it is logarithmic. */
function limitsOf(values: readonly number[], { isLog }: PlotAxis): Limits {
  if (values.length === 0) return isLog ? [-1, 0] : [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (isLog)
    return [
      Math.floor(Math.log10(low)),
      Math.max(Math.floor(Math.log10(low)) + 1, Math.ceil(Math.log10(high))),
    ];
  // A span next to rounding has no tick step.
  const span = high - low > 1e-6 * Math.abs(low) ? high - low : Math.max(1, Math.abs(low));
  const step = niceStep(span, 6);
  return [Math.floor(low / step) * step, Math.max(Math.ceil(high / step), Math.floor(low / step) + 1) * step];
}

interface Scale {
  readonly axis: PlotAxis;
  readonly limits: Limits;
  readonly place: (value: number) => number;
}

function scaleOf(axis: PlotAxis, values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const limits = limitsOf(values, axis);
  const share = (value: number): number =>
    ((axis.isLog ? Math.log10(value) : value) - limits[0]) / (limits[1] - limits[0]);
  return { axis, limits, place: (value) => from + share(value) * (to - from) };
}

function ticksOf({ axis, limits }: Scale): { value: number; label: string }[] {
  if (!axis.isLog) return tickValues(limits, 6).map((value) => ({ value, label: String(value) }));
  const count = limits[1] - limits[0];
  const step = Math.max(1, Math.ceil(count / 6));
  return Array.from({ length: Math.floor(count / step) + 1 }, (_, k) => {
    const exponent = limits[0] + k * step;
    return { value: 10 ** exponent, label: powerOfTen(exponent) };
  });
}

const text = (x: number, y: number, content: string, look: Attributes = {}): string =>
  element('text', { x, y, 'font-size': 11, fill: '#222222', ...look }, escaped(content));

function escaped(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function axesOf(x: Scale, y: Scale): string[] {
  const [bottom, right] = [height - frame.bottom, width - frame.right];
  const line = (d: string): string => element('path', { d, stroke: '#dddddd', fill: 'none' });
  return [
    ...ticksOf(x).flatMap(({ value, label }) => {
      const at = rounded(x.place(value));
      return [
        line(`M${at} ${rounded(frame.top)}V${rounded(bottom)}`),
        text(x.place(value), bottom + 15, label, { 'text-anchor': 'middle' }),
      ];
    }),
    ...ticksOf(y).flatMap(({ value, label }) => {
      const at = rounded(y.place(value));
      return [
        line(`M${rounded(frame.left)} ${at}H${rounded(right)}`),
        text(frame.left - 6, y.place(value) + 4, label, { 'text-anchor': 'end' }),
      ];
    }),
    text((frame.left + right) / 2, height - 8, x.axis.label, { 'text-anchor': 'middle' }),
    text(14, (frame.top + bottom) / 2, y.axis.label, {
      'text-anchor': 'middle',
      transform: `rotate(-90 14 ${rounded((frame.top + bottom) / 2)})`,
    }),
  ];
}

function seriesOf(plot: LinePlot, x: Scale, y: Scale): string[] {
  return plot.series.flatMap((series, k) => {
    const points = shownPoints(series, plot);
    const path = points.map(
      ([a, b], i) => `${i === 0 ? 'M' : 'L'}${rounded(x.place(a))} ${rounded(y.place(b))}`,
    );
    const color = colors[k % colors.length];
    const dash: Attributes = series.dashed === true ? { 'stroke-dasharray': '5 3' } : {};
    const look = { stroke: color, 'stroke-width': 1.6, fill: 'none', ...dash };
    const beside = height + legendRow * k + 4;
    return [
      ...(path.length > 1 ? [element('path', { d: path.join(''), ...look })] : []),
      ...(points.length <= 12
        ? points.map(([a, b]) => element('circle', { cx: x.place(a), cy: y.place(b), r: 2.5, fill: color }))
        : []),
      element('path', { d: `M${rounded(frame.left)} ${rounded(beside)}h24`, ...look }),
      text(
        frame.left + 32,
        beside + 4,
        points.length === 0 ? `${series.name}: nothing to show` : series.name,
      ),
    ];
  });
}

function panel(plot: LinePlot): string {
  const shown = plot.series.flatMap((series) => shownPoints(series, plot));
  const x = scaleOf(
    plot.x,
    shown.map(([a]) => a),
    [frame.left, width - frame.right],
  );
  const y = scaleOf(
    plot.y,
    shown.map(([, b]) => b),
    [height - frame.bottom, frame.top],
  );
  const title = text(frame.left, 17, plot.title, { 'font-weight': 'bold' });
  return [title, ...axesOf(x, y), ...seriesOf(plot, x, y)].join('\n');
}

/** Plots beside each other as one SVG file, each with its legend below it. */
export function drawLinePlots(plots: readonly LinePlot[]): string {
  const rows = Math.max(...plots.map(({ series }) => series.length));
  const [wide, high] = [plots.length * width, height + rows * legendRow + 8];
  const panels = plots.map((plot, k) =>
    element('g', { transform: `translate(${rounded(k * width)} 0)` }, panel(plot)),
  );
  const back = element('rect', { x: 0, y: 0, width: wide, height: high, fill: '#ffffff' });
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${rounded(wide)} ${rounded(high)}`,
      ...{ width: wide, height: high, 'font-family': 'DejaVu Sans, sans-serif' },
    },
    [back, ...panels].join('\n'),
  );
}
