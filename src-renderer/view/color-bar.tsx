import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef } from 'react';
import {
  type ColormapName,
  colorTable,
  isMisleading,
  type Limits,
  misleadingReason,
} from '../../src-core/figure/colormap.js';
import {
  formatShare,
  labelExponent,
  powerOfTen,
  tickLabels,
  tickValues,
} from '../../src-core/figure/ticks.js';
import { type LayerData, valuesBeyond } from '../state/layer-data.js';

function paintRamp(canvas: HTMLCanvasElement, colormap: ColormapName): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const table = colorTable(colormap);
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  for (let k = 0; k < 256; k++) {
    const at = 3 * (height > 1 ? 255 - k : k);
    image.data.set([table[at], table[at + 1], table[at + 2], 255], 4 * k);
  }
  context.putImageData(image, 0, 0);
}

function endColor(colormap: ColormapName, end: 0 | 255): string {
  const table = colorTable(colormap);
  return `rgb(${table[3 * end]}, ${table[3 * end + 1]}, ${table[3 * end + 2]})`;
}

/** A tip at an end of the bar beyond which values lie, in the colour that they take. */
function EndMark({
  end,
  share,
  colormap,
}: {
  readonly end: 'low' | 'high';
  readonly share: number;
  readonly colormap: ColormapName;
}): ReactNode {
  if (share === 0) return null;
  const side = end === 'low' ? 'below' : 'above';
  return (
    <span
      className="color-bar-end"
      data-end={end}
      title={`${formatShare(share)} of the values lie ${side} and take this colour`}
      style={{ '--end-color': endColor(colormap, end === 'low' ? 0 : 255) } as CSSProperties}
    />
  );
}

/** The colours of the map, from left to right where it lies. */
function Ramp({ colormap, lying }: { readonly colormap: ColormapName; readonly lying: boolean }): ReactNode {
  const ramp = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (ramp.current !== null) paintRamp(ramp.current, colormap);
  }, [colormap, lying]);
  return <canvas ref={ramp} width={lying ? 256 : 1} height={lying ? 1 : 256} aria-hidden="true" />;
}

function Ticks({ limits, exponent }: { readonly limits: Limits; readonly exponent: number }): ReactNode {
  const [low, high] = limits;
  const ticks = tickValues(limits, 6);
  const labels = tickLabels(ticks, exponent);
  return ticks.map((tick, index) => (
    <span
      key={tick}
      className="color-bar-tick"
      style={{ '--share': (tick - low) / (high - low) } as CSSProperties}
    >
      {labels[index]}
    </span>
  ));
}

/** A layer's colours: which, between which limits, of which values. */
export interface BarOf {
  readonly data: LayerData;
  readonly colormap: ColormapName;
  readonly limits: Limits;
  /** What the values are called, with their unit. */
  readonly label: string;
}

/** The colour bar, beside the picture and never over it, with ticks at round values and marks of what lies beyond. */
export function ColorBar({
  bar: { data, colormap, limits, label },
  lying,
}: {
  readonly bar: BarOf;
  /** Under the picture rather than beside it. */
  readonly lying: boolean;
}): ReactNode {
  const [low, high] = limits;
  const beyond = useMemo(() => valuesBeyond(data, [low, high]), [data, low, high]);
  const exponent = labelExponent(limits);
  return (
    <div className="color-bar">
      <span className="color-bar-unit">
        {label}
        {exponent === 0 ? '' : ` × ${powerOfTen(exponent)}`}
      </span>
      <div className="color-bar-scale">
        <EndMark end="high" share={beyond.above} colormap={colormap} />
        <Ramp key={String(lying)} colormap={colormap} lying={lying} />
        <EndMark end="low" share={beyond.below} colormap={colormap} />
        <Ticks limits={limits} exponent={exponent} />
      </div>
      {isMisleading(colormap) ? (
        <span className="color-bar-warning" title={misleadingReason}>
          jet misleads
        </span>
      ) : null}
    </div>
  );
}
