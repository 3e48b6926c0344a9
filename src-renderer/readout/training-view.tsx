import { type ReactNode, useEffect, useRef } from 'react';
import { colorTable } from '../../src-core/figure/colormap.js';
import { formatNumber } from '../../src-core/figure/ticks.js';
import type { ShownTraining } from '../state/session.js';
import { shownTraining } from '../state/training.js';
import { useSession } from '../ui/app-context.js';

const width = 268;
const height = 92;
const frame = { left: 34, top: 6, right: width - 8, bottom: height - 16 };

/** One curve of the plot: what it is called, how it is drawn, and its points. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

interface PlotRange {
  readonly low: number;
  readonly high: number;
  readonly steps: number;
}

function linePoints({ points }: Curve, { low, high, steps }: PlotRange): string {
  const x = (step: number): number => frame.left + ((frame.right - frame.left) * step) / Math.max(1, steps);
  const y = (value: number): number =>
    frame.bottom - ((frame.bottom - frame.top) * (value - low)) / Math.max(1e-9, high - low);
  return points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
}

function Plot({
  curves,
  range,
  label,
  ends,
}: {
  readonly curves: readonly Curve[];
  readonly range: PlotRange;
  readonly label: string;
  readonly ends: readonly [low: string, high: string];
}): ReactNode {
  return (
    <svg className="evidence-plot" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <rect
        className="pair-frame"
        x={frame.left}
        y={frame.top}
        width={frame.right - frame.left}
        height={frame.bottom - frame.top}
      />
      <text x={frame.left - 4} y={frame.bottom} textAnchor="end">
        {ends[0]}
      </text>
      <text x={frame.left - 4} y={frame.top + 9} textAnchor="end">
        {ends[1]}
      </text>
      <text x={frame.right} y={height - 4} textAnchor="end">
        {range.steps} steps
      </text>
      {curves.map((curve, k) => (
        <polyline
          key={curve.name}
          className="training-line"
          data-curve={k}
          points={linePoints(curve, range)}
        />
      ))}
    </svg>
  );
}

/** Loss parts and held-out error on a logarithmic axis. */
function LossPlot({ training: { points, steps } }: { readonly training: ShownTraining }): ReactNode {
  const names = points.at(-1)?.losses.map(({ name }) => name) ?? [];
  const curves: Curve[] = [
    ...names.map((name, k) => ({
      name,
      points: points.flatMap(({ step, losses }) =>
        (losses.at(k)?.value ?? 0) > 0 ? [[step, Math.log10(losses[k].value)] as const] : [],
      ),
    })),
    {
      name: 'held out',
      points: points.flatMap(({ step, heldOut }) =>
        heldOut !== null && heldOut > 0 ? [[step, Math.log10(heldOut)] as const] : [],
      ),
    },
  ];
  const values = curves.flatMap((curve) => curve.points.map(([, value]) => value));
  const range = { low: Math.floor(Math.min(0, ...values)), high: Math.ceil(Math.max(1, ...values)), steps };
  const last = curves.map((curve) => curve.points.at(-1)?.[1]);
  return (
    <figure className="evidence">
      <Plot
        curves={curves}
        range={range}
        label={`Loss over ${steps} steps: ${curves.map(({ name }) => name).join(', ')}`}
        ends={[formatNumber(10 ** range.low), formatNumber(10 ** range.high)]}
      />
      <figcaption className="dim training-legend">
        {curves.map(({ name }, k) => (
          <span key={name} data-curve={k}>
            {name} {last[k] === undefined ? '' : formatNumber(Number((10 ** last[k]).toPrecision(3)))}
          </span>
        ))}
        <span>In variances of the noise: 1 is all that noise leaves.</span>
      </figcaption>
    </figure>
  );
}

/** Gradient alignment between the parts of the loss, and between steps. */
function AlignmentPlot({ training: { points, steps } }: { readonly training: ShownTraining }): ReactNode {
  const of = (name: string, pick: 'within' | 'between'): Curve => ({
    name,
    points: points.flatMap((point) => (point[pick] === null ? [] : [[point.step, point[pick]] as const])),
  });
  const curves = [of('between the parts of the loss', 'within'), of('between steps', 'between')];
  return (
    <figure className="evidence">
      <Plot
        curves={curves}
        range={{ low: -1, high: 1, steps }}
        label="Alignment of gradients, between the parts of the loss and between steps"
        ends={['−1', '1']}
      />
      <figcaption className="dim training-legend">
        {curves.map(({ name }, k) => (
          <span key={name} data-curve={k}>
            {name}
          </span>
        ))}
        <span>Gradient alignment: 1 where all pull the same way.</span>
      </figcaption>
    </figure>
  );
}

/** λ on the cells as it is now. */
function Preview({ preview }: { readonly preview: NonNullable<ShownTraining['preview']> }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { shape, bytes, low, high } = preview;
  useEffect(() => {
    const image = new ImageData(shape[1], shape[0]);
    const table = colorTable('viridis');
    const text = atob(bytes);
    for (let i = 0; i < text.length; i++) {
      const level = text.charCodeAt(i);
      if (level === 0) continue;
      const at = 3 * level;
      image.data.set([table[at], table[at + 1], table[at + 2], 255], 4 * i);
    }
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [shape, bytes]);
  return (
    <figure className="evidence">
      <canvas
        ref={canvas}
        className="thumbnail"
        width={shape[1]}
        height={shape[0]}
        role="img"
        aria-label="λ as trained so far"
      />
      <figcaption className="dim">
        λ so far: {formatNumber(Number(low.toPrecision(3)))} to {formatNumber(Number(high.toPrecision(3)))}
      </figcaption>
    </figure>
  );
}

/** How a training goes, live, or how that of the result went. */
export function TrainingView(): ReactNode {
  const training = useSession(shownTraining);
  if (training === null || training.points.length === 0) return null;
  return (
    <section className="readout" aria-labelledby="training-title">
      <h2 id="training-title">Training</h2>
      {training.preview == null ? null : <Preview preview={training.preview} />}
      <LossPlot training={training} />
      <AlignmentPlot training={training} />
    </section>
  );
}
