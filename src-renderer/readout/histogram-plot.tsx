import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { type ColormapName, colorTable, type Limits } from '../../src-core/figure/colormap.js';
import type { Histogram } from '../view/histogram.js';
import { showValue } from '../state/wording.js';

/** Size of the plot in its own units; it is stretched to the width of the panel. */
const width = 268;
const height = 56;

interface HistogramPlotProps {
  readonly histogram: Histogram;
  readonly limits: Limits;
  readonly colormap: ColormapName;
  /** Without it the limits cannot be moved. */
  readonly onLimits?: (limits: Limits, which: 0 | 1, gesture: string) => void;
  readonly onSettle?: () => void;
}

function barColor(value: number, limits: Limits, colormap: ColormapName): string {
  const share = (value - limits[0]) / (limits[1] - limits[0]);
  const at = 3 * Math.min(255, Math.max(0, Math.floor(256 * share)));
  const table = colorTable(colormap);
  return `rgb(${table[at]}, ${table[at + 1]}, ${table[at + 2]})`;
}

/** Bars by the square root of their counts, so that few values are seen beside many. */
function Bars({ histogram: { low, high, counts }, limits, colormap }: HistogramPlotProps): ReactNode {
  const tallest = Math.sqrt(counts.reduce((most, count) => Math.max(most, count), 1));
  const step = width / counts.length;
  return (
    <g>
      {Array.from(counts, (count, bin) => {
        const tall = (height * Math.sqrt(count)) / tallest;
        const middle = low + ((bin + 0.5) / counts.length) * (high - low);
        return (
          <rect
            key={bin}
            x={bin * step}
            width={step - 0.5}
            y={height - tall}
            height={tall}
            fill={barColor(middle, limits, colormap)}
          />
        );
      })}
    </g>
  );
}

/** The limits with one of them moved, the other kept a hundredth of the range away. */
function movedLimits(limits: Limits, which: 0 | 1, value: number, range: number): Limits {
  const gap = range / 100;
  return which === 0
    ? [Math.min(value, limits[1] - gap), limits[1]]
    : [limits[0], Math.max(value, limits[0] + gap)];
}

/** One limit, moved by drag and by arrow keys. */
function Handle({ which, plot }: { readonly which: 0 | 1; readonly plot: HistogramPlotProps }): ReactNode {
  const handle = useRef<HTMLDivElement>(null);
  const { histogram, limits, onLimits, onSettle } = plot;
  const range = histogram.high - histogram.low;
  const share = (limits[which] - histogram.low) / range;
  const move = (value: number): void => {
    onLimits?.(movedLimits(limits, which, Number(value.toPrecision(5)), range), which, `limit ${which}`);
  };
  const drag = (event: PointerEvent): void => {
    const box = handle.current?.parentElement?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(histogram.low + ((event.clientX - box.left) / box.width) * range);
  };
  const press = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : -1;
    if (!event.key.startsWith('Arrow')) return;
    move(limits[which] + (direction * range) / (event.shiftKey ? 10 : 100));
    event.preventDefault();
  };
  return (
    <div
      ref={handle}
      className="limit-handle"
      role="slider"
      tabIndex={0}
      aria-label={which === 0 ? 'Lower contrast limit' : 'Upper contrast limit'}
      aria-valuemin={histogram.low}
      aria-valuemax={histogram.high}
      aria-valuenow={limits[which]}
      aria-valuetext={showValue(limits[which])}
      style={{ left: `${100 * Math.min(1, Math.max(0, share))}%` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={onSettle}
      onKeyDown={press}
      onBlur={onSettle}
    />
  );
}

/** A histogram in the colours of its map, with its limits. */
export function HistogramPlot(props: HistogramPlotProps): ReactNode {
  return (
    <div className="histogram">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <Bars {...props} />
      </svg>
      {props.onLimits === undefined ? null : (
        <>
          <Handle which={0} plot={props} />
          <Handle which={1} plot={props} />
        </>
      )}
    </div>
  );
}
