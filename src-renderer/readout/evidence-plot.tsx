import type { ReactNode } from 'react';
import { tickLabels, tickValues } from '../../src-core/figure/ticks.js';
import { type EvidencePoint, evidenceSummary } from '../state/evidence.js';

const width = 268;
const height = 116;
const frame = { left: 42, top: 6, right: width - 8, bottom: height - 30 };

/** Where lengths (on a logarithmic axis) and evidences come to lie. */
interface Axes {
  readonly x: (lengthNm: number) => number;
  readonly y: (below: number) => number;
  readonly lengths: readonly number[];
  readonly levels: readonly number[];
}

/** Labels of lengths closer than this would touch. */
const labelRoom = 30;

/** The lengths that are named on the axis: the chosen one, and what has room beside it. */
function namedLengths(points: readonly EvidencePoint[], x: Axes['x']): number[] {
  const named: number[] = [];
  for (const { lengthNm } of [...points].sort((p, q) => Number(q.chosen) - Number(p.chosen))) {
    if (named.every((other) => Math.abs(x(other) - x(lengthNm)) >= labelRoom)) named.push(lengthNm);
  }
  return named;
}

function axesOf(points: readonly EvidencePoint[]): Axes {
  const [first, last] = [points[0].lengthNm, points[points.length - 1].lengthNm];
  const pad = Math.min(1.1, (last / first) ** 0.12);
  const [shortest, longest] = [first / pad, last * pad];
  const least = Math.min(-1, ...points.map(({ below }) => below)) * 1.08;
  const span = Math.log(longest / shortest);
  const x = (nm: number): number =>
    frame.left + ((frame.right - frame.left) * Math.log(nm / shortest)) / span;
  return {
    x,
    y: (below) => frame.top + 4 + ((frame.bottom - frame.top - 4) * below) / least,
    lengths: namedLengths(points, x),
    levels: tickValues([least, 0], 4),
  };
}

function Labels({
  axes: { x, y, lengths, levels },
  of,
}: {
  readonly axes: Axes;
  readonly of: string;
}): ReactNode {
  const texts = tickLabels(levels);
  return (
    <g>
      {lengths.map((nm) => (
        <text key={nm} x={x(nm)} y={frame.bottom + 11} textAnchor="middle">
          {String(Number(nm.toPrecision(3)))}
        </text>
      ))}
      {levels.map((below, k) => (
        <g key={below}>
          <line className="evidence-grid" x1={frame.left} x2={frame.right} y1={y(below)} y2={y(below)} />
          <text x={frame.left - 4} y={y(below) + 3} textAnchor="end">
            {texts[k]}
          </text>
        </g>
      ))}
      <text className="pair-label" x={(frame.left + frame.right) / 2} y={height - 5} textAnchor="middle">
        {of}, nm
      </text>
      <text
        className="pair-label"
        transform={`translate(9 ${(frame.top + frame.bottom) / 2}) rotate(-90)`}
        textAnchor="middle"
      >
        ln evidence
      </text>
    </g>
  );
}

/** How much the data speak for each length (of what `of` says) that was weighed, the chosen one marked. */
export function EvidencePlot({
  points,
  of = 'length scale of λ',
}: {
  readonly points: readonly EvidencePoint[];
  readonly of?: 'length scale of λ' | 'L0';
}): ReactNode {
  const axes = axesOf(points);
  const line = points.map(({ lengthNm, below }) => `${axes.x(lengthNm)},${axes.y(below)}`).join(' ');
  return (
    <figure className="evidence">
      <svg
        className="evidence-plot"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={evidenceSummary(points, of)}
      >
        <rect
          className="pair-frame"
          x={frame.left}
          y={frame.top}
          width={frame.right - frame.left}
          height={frame.bottom - frame.top}
        />
        <Labels axes={axes} of={of} />
        <polyline className="evidence-line" points={line} />
        {points.map(({ lengthNm, below, chosen }) => (
          <circle
            key={lengthNm}
            className="evidence-point"
            data-chosen={chosen ? '' : undefined}
            cx={axes.x(lengthNm)}
            cy={axes.y(below)}
            r={chosen ? 4 : 2.5}
          />
        ))}
      </svg>
      <figcaption className="dim">
        Evidence of each {of === 'L0' ? 'L0' : 'length scale'}, relative to the best: −3 is 20 times less
        likely.
      </figcaption>
    </figure>
  );
}
