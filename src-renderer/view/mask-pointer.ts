import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { App } from '../actions/app.js';
import {
  applyOutline,
  brushedPatch,
  closeOutline,
  commitDrawing,
  shownPlane,
} from '../actions/mask-actions.js';
import { addCorner, changeTools } from '../actions/mask-tool-actions.js';
import { fitView } from '../actions/view-actions.js';
import { changePlanes } from '../mask/drawn-mask.js';
import { applyPatch, type Patch } from '../mask/mask-plane.js';
import type { Position } from '../mask/shapes.js';
import { drawingOf } from '../state/drawing.js';
import { liveStroke } from '../state/live-stroke.js';
import { brushDiameter, effectOf, type MaskTool } from '../state/mask-tools.js';
import { flatContent, type FlatContent, type PaneContent } from './scene-of.js';
import { positionAt } from './plane-camera.js';

/** How near (screen pixels) a click must come to the first corner to close the polygon. */
const closingReach = 8;

/** The position of the file's coordinates under the pointer. */
function filePosition(
  { data, scene }: FlatContent,
  element: Element,
  event: { readonly clientX: number; readonly clientY: number },
): Position {
  const box = element.getBoundingClientRect();
  const [x, y] = positionAt(scene.camera, scene.pane, [event.clientX - box.left, event.clientY - box.top]);
  return [x + data.grid.origin[2], y + data.grid.origin[1]];
}

const near = (a: Position, b: Position, reach: number): boolean =>
  Math.hypot(a[0] - b[0], a[1] - b[1]) <= reach;

/** A click with the polygon: one more corner, or, on the first one, its end. */
function clickCorner(app: App, at: Position, nmPerPixel: number, alt: boolean): void {
  const { outline } = app.session.get().maskTools;
  const last = outline.at(-1);
  if (outline.length >= 3 && near(at, outline[0], closingReach * nmPerPixel)) closeOutline(app, alt);
  else if (last === undefined || !near(at, last, 2 * nmPerPixel)) addCorner(app, at);
}

/** A stroke of the brush or a free-hand loop, from pointer down to pointer up. */
interface Stroke {
  readonly tool: MaskTool;
  readonly alt: boolean;
  last: Position;
  readonly path: Position[];
  /** What the brush covered, in pieces: a stroke in all planes is repeated in each. */
  readonly patches: Patch[];
}

function beginStroke(app: App, tool: MaskTool, at: Position, alt: boolean): Stroke | null {
  if (drawingOf(app.session.get()) === null) return null;
  const stroke: Stroke = { tool, alt, last: at, path: [at], patches: [] };
  followStroke(app, stroke, [at]);
  return stroke;
}

function followStroke(app: App, stroke: Stroke, positions: readonly Position[]): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  if (drawing === null) return;
  const z = shownPlane(session, drawing);
  const before = liveStroke.get();
  let plane = before?.z === z ? before.plane : drawing.planes[z];
  for (const at of positions) {
    if (stroke.tool === 'lasso') stroke.path.push(at);
    else {
      const covered = brushedPatch(session, drawing, stroke.last, at);
      stroke.patches.push(covered);
      plane = applyPatch(plane, covered, effectOf(session.maskTools, stroke.alt));
    }
    stroke.last = at;
  }
  liveStroke.set(() => ({ z, plane, path: stroke.tool === 'lasso' ? [...stroke.path] : [] }));
}

function endStroke(app: App, stroke: Stroke): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  if (drawing !== null && stroke.tool === 'lasso') applyOutline(app, stroke.path, stroke.alt);
  else if (drawing !== null) {
    const which = session.maskTools.planes === 'all' ? 'all' : shownPlane(session, drawing);
    const effect = effectOf(session.maskTools, stroke.alt);
    const paint = changePlanes(drawing, which, (plane) =>
      stroke.patches.reduce((sum, covered) => applyPatch(sum, covered, effect), plane),
    );
    commitDrawing(app, paint);
  }
  liveStroke.set(() => null);
}

/** Handlers of a pane that the drawing tools come before. */
interface PaneHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
}

/** The same, with what else the tools need. */
interface DrawingHandlers extends PaneHandlers {
  readonly onPointerCancel: () => void;
  readonly onDoubleClick: (event: { readonly altKey: boolean }) => void;
}

/** Shift and the wheel change the size of the brush. */
function useBrushWheel(app: App, element: RefObject<HTMLElement | null>, pixelNm: number): void {
  useEffect(() => {
    const { current } = element;
    const turn = (event: WheelEvent): void => {
      const { maskTools } = app.session.get();
      if (!event.shiftKey || !maskTools.open || pixelNm === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      // With Shift, browsers turn a wheel's movement sideways.
      const turned = event.deltaY === 0 ? event.deltaX : event.deltaY;
      const diameter = brushDiameter(maskTools, pixelNm) * Math.exp(-0.0016 * turned);
      changeTools(app, { brushNm: Math.min(4096 * pixelNm, Math.max(pixelNm, diameter)) });
    };
    current?.addEventListener('wheel', turn, { capture: true, passive: false });
    return () => {
      current?.removeEventListener('wheel', turn, { capture: true });
    };
  }, [app, element, pixelNm]);
}

/** Notes that the cursor is moved by the arrow keys. */
function useKeyboardNote(app: App, element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = element;
    const press = (event: KeyboardEvent): void => {
      if (event.key.startsWith('Arrow')) changeTools(app, { keyboard: true });
    };
    current?.addEventListener('keydown', press);
    return () => {
      current?.removeEventListener('keydown', press);
    };
  }, [app, element]);
}

/** The tool that the pointer draws with on this pane now; 'move' where it draws nothing. */
function toolOn(app: App, content: FlatContent | null): MaskTool {
  const { maskTools } = app.session.get();
  return maskTools.open && content !== null ? maskTools.tool : 'move';
}

/** Strokes from pointer down to pointer up: how one begins, follows the pointer, and ends. */
function useStrokes(app: App, content: FlatContent | null) {
  const stroke = useRef<Stroke | null>(null);
  return {
    begin: (event: PointerEvent, tool: MaskTool, at: Position): void => {
      event.currentTarget.setPointerCapture(event.pointerId);
      stroke.current = beginStroke(app, tool, at, event.altKey);
    },
    follow: (event: PointerEvent): void => {
      if (stroke.current === null || content === null) return;
      const coalesced = event.nativeEvent.getCoalescedEvents();
      const moves = coalesced.length > 0 ? coalesced : [event.nativeEvent];
      const positions = moves.map((move) => filePosition(content, event.currentTarget, move));
      followStroke(app, stroke.current, positions);
    },
    end: (): void => {
      const done = stroke.current;
      stroke.current = null;
      if (done !== null) endStroke(app, done);
    },
  };
}

/**
 * The pane's handlers with the drawing tools before them: the left button draws, the middle one still moves the map,
 * the wheel still zooms. `activate` makes the pane the active one.
 */
export function useMaskPointer(
  app: App,
  shown: PaneContent | null,
  element: RefObject<HTMLElement | null>,
  { handlers, activate }: { readonly handlers: PaneHandlers; readonly activate: () => void },
): DrawingHandlers {
  const content = flatContent(shown);
  const strokes = useStrokes(app, content);
  useBrushWheel(app, element, content?.data.grid.spacing[2] ?? 0);
  useKeyboardNote(app, element);
  const onPointerDown = (event: PointerEvent): void => {
    const tool = toolOn(app, content);
    if (tool === 'move' || event.button !== 0 || content === null) {
      handlers.onPointerDown(event);
      return;
    }
    activate();
    const at = filePosition(content, event.currentTarget, event);
    if (tool === 'polygon') clickCorner(app, at, content.scene.camera.nmPerPixel, event.altKey);
    else strokes.begin(event, tool, at);
  };
  const onPointerMove = (event: PointerEvent): void => {
    handlers.onPointerMove(event);
    changeTools(app, { keyboard: false });
    strokes.follow(event);
  };
  const onPointerUp = (event: PointerEvent): void => {
    strokes.end();
    handlers.onPointerUp(event);
  };
  const onDoubleClick = ({ altKey }: { readonly altKey: boolean }): void => {
    const tool = toolOn(app, content);
    if (tool === 'polygon') closeOutline(app, altKey);
    else if (tool === 'move') fitView(app);
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: strokes.end, onDoubleClick };
}
