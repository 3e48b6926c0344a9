import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { type ColormapName, colorTable, type Limits } from '../../src-core/figure/colormap.js';
import { labelExponent, powerOfTen, tickLabels, tickValues } from '../../src-core/figure/ticks.js';

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

/** The colour bar, beside the picture and never over it, with ticks at round values. */
export function ColorBar({
  colormap,
  limits,
  unit,
  lying,
}: {
  readonly colormap: ColormapName;
  readonly limits: Limits;
  readonly unit: string;
  /** Under the picture rather than beside it. */
  readonly lying: boolean;
}): ReactNode {
  const ramp = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (ramp.current !== null) paintRamp(ramp.current, colormap);
  }, [colormap, lying]);
  const exponent = labelExponent(limits);
  const ticks = tickValues(limits, 6);
  const labels = tickLabels(ticks, exponent);
  return (
    <div className="color-bar" aria-hidden="true">
      {exponent === 0 && unit === '' ? null : (
        <span className="color-bar-unit">
          {exponent === 0 ? '' : `× ${powerOfTen(exponent)} `}
          {unit}
        </span>
      )}
      <div className="color-bar-scale">
        <canvas key={String(lying)} ref={ramp} width={lying ? 256 : 1} height={lying ? 1 : 256} />
        {ticks.map((tick, index) => (
          <span
            key={tick}
            className="color-bar-tick"
            style={{ '--share': (tick - limits[0]) / (limits[1] - limits[0]) } as CSSProperties}
          >
            {labels[index]}
          </span>
        ))}
      </div>
    </div>
  );
}
