import { type ReactNode, useMemo, useRef } from 'react';
import { layoutStripPlot } from '../../src-core/figure/strip-plot.js';
import { formatNumber, powerOfTen } from '../../src-core/figure/ticks.js';
import { chooseInput } from '../actions/batch-actions.js';
import { isShownRun } from '../state/batch.js';
import { useApp, useSession } from '../ui/app-context.js';
import { useSize } from '../ui/use-size.js';

const height = 96;

/** The medians of λ as they come, one dot an image. */
export function BatchStrip(): ReactNode {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  const width = useSize(box)?.width ?? 0;
  const files = useSession(({ batch }) => (isShownRun(batch) ? batch.run?.files : undefined));
  const chosen = useSession(({ batch }) => batch.chosen);
  const done = useMemo(() => (files ?? []).filter(({ reading }) => reading !== null), [files]);
  const values = useMemo(() => done.map(({ reading }) => reading?.lambdaMedian ?? Number.NaN), [done]);
  const radius = values.length > 300 ? 2 : 3.5;
  const plot = useMemo(
    () => (width === 0 ? undefined : layoutStripPlot(values, { width, height, radius })),
    [values, width, radius],
  );
  const power = plot === undefined || plot.exponent === 0 ? '' : ` in ${powerOfTen(plot.exponent)}`;
  const words =
    values.length === 0
      ? 'No median of λ yet'
      : `Medians of λ of ${values.length} images, ${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`;
  return (
    <section className="readout" aria-labelledby="batch-strip-title">
      <h2 id="batch-strip-title">
        <span className="as-is">
          λ medians{power}
          {values.length === 0 ? '' : `, ${values.length} ${values.length === 1 ? 'image' : 'images'}`}
        </span>
      </h2>
      <div ref={box} className="batch-strip">
        {plot === undefined ? (
          <p className="dim">They appear here as images are done.</p>
        ) : (
          <svg width={width} height={height} role="img" aria-label={words}>
            <rect
              className="strip-band"
              x={plot.quartiles[0]}
              y={0}
              width={Math.max(0.5, plot.quartiles[1] - plot.quartiles[0])}
              height={plot.axis}
            />
            {plot.dots.map(({ index, x, y }) => (
              <circle
                key={done[index].name}
                className="strip-dot"
                data-chosen={done[index].name === chosen ? '' : undefined}
                cx={x}
                cy={y}
                r={radius}
                onClick={() => {
                  void chooseInput(app, done[index].name);
                }}
              >
                <title>{`${done[index].name}: ${formatNumber(values[index])}`}</title>
              </circle>
            ))}
            <path className="strip-median" d={`M${plot.median} 0V${plot.axis}`} />
            <path className="strip-axis" d={`M0 ${plot.axis}H${width}`} />
            {plot.ticks.map(({ x, label }) => (
              <text key={label} className="strip-label" x={x} y={plot.axis + 14}>
                {label}
              </text>
            ))}
          </svg>
        )}
      </div>
      {plot === undefined ? null : (
        <p className="field-note">Line: median, band: quartiles. Images are no replicates.</p>
      )}
    </section>
  );
}
