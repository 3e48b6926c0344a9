import { useMemo } from 'react';
import type { Grid } from '../../src-core/data/grid.js';
import { nearestPlane } from '../mask/drawn-mask.js';
import { drawingOf } from '../state/drawing.js';
import { currentResult } from '../state/findings.js';
import { liveStroke } from '../state/live-stroke.js';
import { pointsOfChannels } from '../state/points.js';
import type { Session } from '../state/session.js';
import { useStore } from '../state/store.js';
import { useApp, useSession } from '../ui/app-context.js';
import type { MaskOverlay, PointsOverlay, StageOverlay } from './overlay.js';
import type { PaneContent } from './scene-of.js';
import type { InkColor } from './scene.js';

const maskInk: InkColor = [1, 0.84, 0.25];
const groundInk: Readonly<Record<Session['theme'], InkColor>> = {
  dark: [0x14 / 255, 0x16 / 255, 0x1a / 255],
  light: [0xf4 / 255, 0xf5 / 255, 0xf7 / 255],
};

/** The drawn mask over a layer: while it is drawn, and until a map has been made with it. */
function maskOver(session: Session, layer: Grid): MaskOverlay | null {
  const drawing = drawingOf(session);
  const { open } = session.maskTools;
  if (drawing === null || (!open && currentResult(session) !== null)) return null;
  const { origin, spacing } = drawing.grid;
  const z = nearestPlane(drawing, session.view.z);
  const live = liveStroke.get();
  return {
    plane: live?.z === z ? live.plane : drawing.planes[z],
    left: origin[2] - layer.origin[2],
    top: origin[1] - layer.origin[1],
    pixelX: spacing[2],
    pixelY: spacing[1],
    line: maskInk,
    tint: open ? 0.16 : 0,
  };
}

/** Red, green and blue of "#rrggbb", from 0 to 1. */
function inkOfHex(hex: string): InkColor {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** The points over a layer, where they are shown. */
function pointsOver(session: Session, layer: Grid): PointsOverlay[] {
  const { shown, visible, colors, opacity, size, pixels, zWindow } = session.points;
  if (!shown) return [];
  return pointsOfChannels(session)
    .filter(({ slot }) => visible[slot])
    .map(({ slot, shown: { cloud, values }, channel }) => ({
      ...{ cloud, values, channel, opacity },
      left: cloud.origin[2] - layer.origin[2],
      top: cloud.origin[1] - layer.origin[1],
      color: inkOfHex(colors[slot]),
      pixels: size === 'fixed' || !cloud.columns.includes('precision') ? pixels : null,
      zWindow: zWindow && [zWindow[0] - cloud.origin[0], zWindow[1] - cloud.origin[0]],
    }));
}

function overlayOf(session: Session, layer: Grid): StageOverlay | undefined {
  const [mask, points] = [maskOver(session, layer), pointsOver(session, layer)];
  if (mask === null && points.length === 0) return undefined;
  return { mask, points, ground: groundInk[session.theme] };
}

/** What a pane shows, with the mask that is drawn and the points over it. */
export function withOverlay(session: Session, content: PaneContent): PaneContent {
  if (content.scene.mode !== 'plane') return content;
  const overlay = overlayOf(session, content.data.grid);
  if (overlay === undefined) return content;
  // The map's own outline would be read as part of the drawing.
  const outline = content.scene.outline && !session.maskTools.open;
  return { ...content, scene: { ...content.scene, outline, overlay } };
}

/** What a pane shows, with what lies over it; the same object until something in it changes. */
export function useOverlay(content: PaneContent | null): PaneContent | null {
  const app = useApp();
  // A free-hand loop changes with every move, but the plane under it only when it is closed.
  const live = useStore(liveStroke, (stroke) => stroke?.plane);
  const settings = useSession(({ project }) => project?.history.present);
  const result = useSession((session) => session.result);
  const tools = useSession((session) => session.maskTools.open);
  const points = useSession((session) => session.points);
  const clouds = useSession((session) => session.clouds);
  const previews = useSession((session) => session.previews);
  return useMemo(() => {
    return content === null ? null : withOverlay(app.session.get(), content);
    // The session is read whole above; these are the parts of it that the overlay is made of.
  }, [app, content, live, settings, result, tools, points, clouds, previews]);
}
