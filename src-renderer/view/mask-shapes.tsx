import type { ReactNode } from 'react';
import type { Position } from '../mask/shapes.js';
import { liveStroke } from '../state/live-stroke.js';
import { brushDiameter } from '../state/mask-tools.js';
import { useStore } from '../state/store.js';
import { useApp, useSession } from '../ui/app-context.js';
import type { FlatContent } from './scene-of.js';

type ToScreen = (position: Position) => Position;

function pathOf(points: readonly Position[], toScreen: ToScreen): string {
  return points
    .map((point) =>
      toScreen(point)
        .map((v) => v.toFixed(1))
        .join(','),
    )
    .join(' ');
}

/** The polygon so far, its corners, and the line to the pointer. */
function OutlineShape({
  toScreen,
  at,
}: {
  readonly toScreen: ToScreen;
  readonly at: Position | null;
}): ReactNode {
  const outline = useSession(({ maskTools }) => maskTools.outline);
  if (outline.length === 0) return null;
  const line = pathOf(at === null ? outline : [...outline, at], toScreen);
  return (
    <g data-shape="polygon">
      <polyline className="mask-shape-rim" points={line} />
      <polyline className="mask-shape" points={line} />
      {outline.map((corner, index) => {
        const [cx, cy] = toScreen(corner);
        return <circle key={index} className="mask-corner" cx={cx} cy={cy} r={index === 0 ? 4.5 : 3} />;
      })}
    </g>
  );
}

/** The free-hand loop so far. */
function LoopShape({ toScreen }: { readonly toScreen: ToScreen }): ReactNode {
  const path = useStore(liveStroke, (stroke) => stroke?.path);
  if (path === undefined || path.length === 0) return null;
  const line = pathOf(path, toScreen);
  return (
    <g data-shape="lasso">
      <polygon className="mask-shape-rim" points={line} />
      <polygon className="mask-shape" points={line} />
    </g>
  );
}

/** The ring that shows how much the brush covers. */
function BrushRing({
  content,
  toScreen,
  at,
}: {
  readonly content: FlatContent;
  readonly toScreen: ToScreen;
  readonly at: Position | null;
}): ReactNode {
  const tools = useSession(({ maskTools }) => maskTools);
  if (at === null || (tools.tool !== 'brush' && tools.tool !== 'eraser')) return null;
  const [cx, cy] = toScreen(at);
  const r = brushDiameter(tools, content.data.grid.spacing[2]) / 2 / content.scene.camera.nmPerPixel;
  return (
    <g data-shape="brush">
      <circle className="mask-shape-rim" cx={cx} cy={cy} r={r} />
      <circle className="mask-shape" cx={cx} cy={cy} r={r} />
    </g>
  );
}

/** What the drawing tools show over a map before it is part of the mask. */
export function MaskShapes({ content }: { readonly content: FlatContent }): ReactNode {
  const app = useApp();
  const open = useSession(({ maskTools }) => maskTools.open);
  const cursor = useStore(app.cursor, (position) => position);
  const { camera, pane } = content.scene;
  if (!open) return null;
  const [, y0, x0] = content.data.grid.origin;
  const toScreen: ToScreen = ([x, y]) => [
    pane.width / 2 + (x - x0 - camera.x) / camera.nmPerPixel,
    pane.height / 2 + (y - y0 - camera.y) / camera.nmPerPixel,
  ];
  const at: Position | null = cursor && [cursor.x + x0, cursor.y + y0];
  return (
    <svg className="mask-shapes" aria-hidden="true">
      <OutlineShape toScreen={toScreen} at={at} />
      <LoopShape toScreen={toScreen} />
      <BrushRing content={content} toScreen={toScreen} at={at} />
    </svg>
  );
}
