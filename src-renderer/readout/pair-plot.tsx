import type { ReactNode } from 'react';
import { tickLabels, tickValues } from '../../src-core/figure/ticks.js';

/** Counts of pairs in equal squares between two limits, row by row, y rising. */
interface PairCounts {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  readonly counts: readonly number[];
}

const side = 96;
const left = 24;
const bottom = 24;

/** Darker by the logarithm of the count, so that few pairs are seen beside many. */
function Cloud({ counts, bins }: PairCounts): ReactNode {
  const most = Math.log1p(counts.reduce((top, count) => Math.max(top, count), 1));
  const step = side / bins;
  return (
    <g className="pair-cloud">
      {counts.map((count, i) =>
        count === 0 ? null : (
          <rect
            key={i}
            x={left + (i % bins) * step}
            y={side - (Math.floor(i / bins) + 1) * step}
            width={step + 0.05}
            height={step + 0.05}
            fillOpacity={0.15 + (0.85 * Math.log1p(count)) / most}
          />
        ),
      )}
    </g>
  );
}

/** The same round values along both sides. */
function Ticks({ from, to }: PairCounts): ReactNode {
  const values = tickValues([from, to], 4);
  const labels = tickLabels(values);
  const at = (value: number): number => (side * (value - from)) / (to - from);
  return values.map((value, k) => (
    <g key={value}>
      <text x={left + at(value)} y={side + 10} textAnchor="middle">
        {labels[k]}
      </text>
      <text x={left - 3} y={side - at(value) + 3} textAnchor="end">
        {labels[k]}
      </text>
    </g>
  ));
}

/** A joint histogram of two quantities in the same unit, with the line on which both are equal. */
export function PairPlot({
  pairs,
  xLabel,
  yLabel,
  summary,
}: {
  readonly pairs: PairCounts;
  readonly xLabel: string;
  readonly yLabel: string;
  /** What the plot shows, for those who do not see it. */
  readonly summary: string;
}): ReactNode {
  return (
    <svg
      className="pair-plot"
      viewBox={`0 -4 ${left + side + 4} ${side + bottom + 4}`}
      role="img"
      aria-label={summary}
    >
      <rect className="pair-frame" x={left} y={0} width={side} height={side} />
      <Cloud {...pairs} />
      <line className="pair-line" x1={left} y1={side} x2={left + side} y2={0} />
      <Ticks {...pairs} />
      <text className="pair-label" x={left + side / 2} y={side + 21} textAnchor="middle">
        {xLabel}
      </text>
      <text className="pair-label" transform={`translate(6 ${side / 2}) rotate(-90)`} textAnchor="middle">
        {yLabel}
      </text>
    </svg>
  );
}
