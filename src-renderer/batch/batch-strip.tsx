import { type ReactNode, useMemo, useRef } from 'react';
import { layoutStripPlot, type StripPlot } from '../../src-core/figure/strip-plot.js';
import { formatNumber, powerOfTen } from '../../src-core/figure/ticks.js';
import { chooseInput } from '../actions/batch-actions.js';
import { isShownRun } from '../state/batch.js';
import { useApp, useSession } from '../ui/app-context.js';
import { useSize } from '../ui/use-size.js';

const height = 96;

interface DotsProps {
  readonly names: readonly string[];
  readonly values: readonly number[];
  readonly plot: StripPlot;
  readonly radius: number;
}

/** One dot an image; a click chooses it. */
function Dots({ names, values, plot, radius }: DotsProps): ReactNode {
  const app = useApp();
  const chosen = useSession(({ batch }) => batch.chosen);
  return plot.dots.map(({ index, x, y }) => (
    <circle
      key={names[index]}
      className="strip-dot"
      data-chosen={names[index] === chosen ? '' : undefined}
      cx={x}
      cy={y}
      r={radius}
      onClick={() => {
        void chooseInput(app, names[index]);
      }}
    >
      <title>{`${names[index]}: ${formatNumber(values[index])}`}</title>
    </circle>
  ));
}

/** The plot: quartiles as a band, dots, the median and an axis of round values. */
function Strip({ width, ...shown }: DotsProps & { readonly width: number }): ReactNode {
  const { values, plot } = shown;
  const range = `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`;
  const words =
    values.length === 0 ? 'No median of λ yet' : `Medians of λ of ${values.length} images, ${range}`;
  return (
    <svg width={width} height={height} role="img" aria-label={words}>
      <rect
        className="strip-band"
        x={plot.quartiles[0]}
        y={0}
        width={Math.max(0.5, plot.quartiles[1] - plot.quartiles[0])}
        height={plot.axis}
      />
      <Dots {...shown} />
      <path className="strip-median" d={`M${plot.median} 0V${plot.axis}`} />
      <path className="strip-axis" d={`M0 ${plot.axis}H${width}`} />
      {plot.ticks.map(({ x, label }) => (
        <text key={label} className="strip-label" x={x} y={plot.axis + 14}>
          {label}
        </text>
      ))}
    </svg>
  );
}

/** Names and medians of λ of the images that are done. */
function useMedians(): { names: readonly string[]; values: readonly number[] } {
  const files = useSession(({ batch }) => (isShownRun(batch) ? batch.run?.files : undefined));
  return useMemo(() => {
    const done = (files ?? []).filter(({ reading }) => reading !== null);
    const values = done.map(({ reading }) => reading?.lambdaMedian ?? Number.NaN);
    return { names: done.map(({ name }) => name), values };
  }, [files]);
}

/** The medians of λ as they come, one dot an image. */
export function BatchStrip(): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const width = useSize(box)?.width ?? 0;
  const { names, values } = useMedians();
  const radius = values.length > 300 ? 2 : 3.5;
  const plot = useMemo(
    () => (width === 0 ? undefined : layoutStripPlot(values, { width, height, radius })),
    [values, width, radius],
  );
  const power = plot === undefined || plot.exponent === 0 ? '' : ` in ${powerOfTen(plot.exponent)}`;
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
          <Strip names={names} values={values} plot={plot} radius={radius} width={width} />
        )}
      </div>
      {plot === undefined ? null : (
        <p className="field-note">Line: median, band: quartiles. Images are no replicates.</p>
      )}
    </section>
  );
}
