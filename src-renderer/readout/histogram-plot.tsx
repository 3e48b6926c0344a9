import type { ReactNode } from 'react';
import { type ColormapName, colorTable, type Limits } from '../../src-core/figure/colormap.js';
import type { Histogram } from '../view/histogram.js';
import { HistogramHandle } from './histogram-handle.js';

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

/** One limit as a handle. */
function LimitHandle({
  which,
  plot,
}: {
  readonly which: 0 | 1;
  readonly plot: HistogramPlotProps;
}): ReactNode {
  const { histogram, limits, onLimits, onSettle } = plot;
  return (
    <HistogramHandle
      name={which === 0 ? 'Lower contrast limit' : 'Upper contrast limit'}
      histogram={histogram}
      value={limits[which]}
      onMove={(value) => {
        const range = histogram.high - histogram.low;
        onLimits?.(movedLimits(limits, which, value, range), which, `limit ${which}`);
      }}
      onSettle={onSettle}
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
          <LimitHandle which={0} plot={props} />
          <LimitHandle which={1} plot={props} />
        </>
      )}
    </div>
  );
}
