import type { ReactNode } from 'react';
import type { Limits } from '../../src-core/figure/colormap.js';
import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';
import { frontEdge, leftCorner, type Orbit, orbitMatrix, projectPoint } from './orbit.js';
import type { Picture } from './picture.js';
import type { PaneSize } from './plane-camera.js';
import { surfaceHeight, surfaceWindow } from './surface-layer.js';

/** The scale of heights at the upright, and the length of the front edge. */
export function SurfaceLabels({
  picture,
  orbit,
  pane,
  limits,
}: {
  readonly picture: Picture;
  readonly orbit: Orbit;
  readonly pane: PaneSize;
  readonly limits: Limits;
}): ReactNode {
  const window = surfaceWindow(picture);
  const matrix = orbitMatrix(orbit, pane);
  const [x, z] = [window.spanX / 2, window.spanY / 2];
  const [cx, cz] = leftCorner(orbit);
  const [frontX, frontZ] = frontEdge(orbit);
  const heights = [0, 0.5, 1].map((share) => ({
    text: formatNumber(limits[0] + share * (limits[1] - limits[0])),
    at: projectPoint(matrix, pane, [cx * (x + 0.03), share * surfaceHeight, cz * (z + 0.03)]),
  }));
  const edge = projectPoint(matrix, pane, [frontX * (x + 0.06), 0, frontZ * (z + 0.06)]);
  return (
    <div className="surface-labels" aria-hidden="true">
      {heights.map(({ text, at }) => (
        <span key={at.join()} className="height-label" style={{ left: at[0], top: at[1] }}>
          {text}
        </span>
      ))}
      <span className="edge-label" style={{ left: edge[0], top: edge[1] }}>
        {formatLength((frontX === 0 ? window.spanX : window.spanY) * window.longNm)}
      </span>
    </div>
  );
}
