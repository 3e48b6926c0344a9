import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { App } from '../actions/app.js';
import { activatePane, changeView, moveCamera } from '../actions/view-actions.js';
import type { PaneIndex } from '../state/panes.js';
import { nearOrbit, turnOrbit } from './orbit.js';
import { panCamera, positionAt, zoomCamera } from './plane-camera.js';
import type { StageScene } from './stage.js';

type Point = readonly [number, number];

/** How long after the last turn of the wheel the surface is drawn finely again. */
const restMs = 160;

function pointOf(element: Element, event: { readonly clientX: number; readonly clientY: number }): Point {
  const box = element.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** Points the cursor at a position of the pane; none in 3-D, where a point of the pane is no point of the plane. */
function pointCursor(app: App, scene: StageScene | null, point: Point | null): void {
  if (scene === null || scene.mode === 'surface' || point === null) return;
  const [x, y] = positionAt(scene.camera, scene.pane, point);
  app.cursor.set(() => ({ x, y }));
}

function zoomBy(
  app: App,
  pane: PaneIndex,
  scene: StageScene,
  { point, factor }: { point: Point; factor: number },
): void {
  if (scene.mode === 'plane') moveCamera(app, pane, zoomCamera(scene.camera, scene.pane, point, factor));
  else changeView(app, (view) => ({ ...view, orbit: nearOrbit(view.orbit, factor) }));
}

function dragBy(app: App, pane: PaneIndex, scene: StageScene, [dx, dy]: Point): void {
  if (scene.mode === 'plane') moveCamera(app, pane, panCamera(scene.camera, dx, dy));
  else changeView(app, (view) => ({ ...view, orbit: turnOrbit(view.orbit, dx, dy) }));
}

/** Zoom by wheel; React's own wheel listener could not keep the page from scrolling. */
function useWheel(
  element: RefObject<HTMLElement | null>,
  zoom: (point: Point, factor: number) => void,
): void {
  const latest = useRef(zoom);
  useEffect(() => {
    latest.current = zoom;
  });
  useEffect(() => {
    const { current } = element;
    const turn = (event: WheelEvent): void => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      if (current !== null) latest.current(pointOf(current, event), Math.exp(-0.0016 * lines * event.deltaY));
    };
    current?.addEventListener('wheel', turn, { passive: false });
    return () => {
      current?.removeEventListener('wheel', turn);
    };
  }, [element]);
}

function setMoving(app: App, moving: boolean): void {
  changeView(app, (view) => (view.moving === moving ? view : { ...view, moving }));
}

/** Says that the view moves: until a moment after the last touch that is not `lasting`. */
function useTouch(app: App): (lasting: boolean) => void {
  const timer = useRef(0);
  return (lasting) => {
    clearTimeout(timer.current);
    setMoving(app, true);
    if (lasting) return;
    timer.current = window.setTimeout(() => {
      setMoving(app, false);
    }, restMs);
  };
}

/** Handlers for the pointer over a pane. */
export interface PanePointer {
  /** The scene that the handlers speak of; to be set after each drawing. */
  readonly see: (scene: StageScene | null) => void;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: (event: PointerEvent) => void;
  };
}

/** Pan or turn by drag, zoom by wheel, and the cursor. */
export function usePanePointer(
  app: App,
  pane: PaneIndex,
  element: RefObject<HTMLElement | null>,
): PanePointer {
  const scene = useRef<StageScene | null>(null);
  const last = useRef<Point | null>(null);
  const touch = useTouch(app);
  useWheel(element, (point, factor) => {
    if (scene.current === null) return;
    touch(false);
    zoomBy(app, pane, scene.current, { point, factor });
  });
  const onPointerDown = (event: PointerEvent): void => {
    activatePane(app, pane);
    if (event.button > 1) return;
    last.current = [event.clientX, event.clientY];
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const from = last.current;
    if (from !== null && scene.current !== null) {
      last.current = [event.clientX, event.clientY];
      touch(true);
      dragBy(app, pane, scene.current, [event.clientX - from[0], event.clientY - from[1]]);
    }
    pointCursor(app, scene.current, element.current && pointOf(element.current, event));
  };
  const onPointerUp = (): void => {
    if (last.current !== null) touch(false);
    last.current = null;
  };
  return {
    see: (seen) => {
      scene.current = seen;
    },
    handlers: { onPointerDown, onPointerMove, onPointerUp },
  };
}
