import type { ReactNode } from 'react';
import { chooseScaleBar } from '../../src-core/figure/ticks.js';

/** A bar of a round length; without a pixel size it says so instead. */
export function ScaleBar({
  nmPerPixel,
  width,
  calibrated,
}: {
  readonly nmPerPixel: number;
  /** Width of the pane in CSS pixels. */
  readonly width: number;
  readonly calibrated: boolean;
}): ReactNode {
  if (!calibrated) return <div className="scale-bar">pixel size missing</div>;
  const { lengthNm, label } = chooseScaleBar(nmPerPixel * Math.min(width, 560));
  return (
    <div className="scale-bar">
      {label}
      <span style={{ width: lengthNm / nmPerPixel }} />
    </div>
  );
}
