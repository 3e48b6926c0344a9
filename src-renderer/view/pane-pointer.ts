import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import type { App } from '../actions/app.js';
import { changeGaze, moveCrosshair, moveSlices } from '../actions/stack-actions.js';
import { activatePane, changeView, moveCamera } from '../actions/view-actions.js';
import type { LayerData } from '../state/layer-data.js';
import type { PaneIndex } from '../state/panes.js';
import { gazeScale, nearGaze, shiftGaze, turnGaze, type Vector } from './gaze.js';
import { nearOrbit, turnOrbit } from './orbit.js';
import { panCamera, positionAt, zoomCamera } from './plane-camera.js';
import { type PaneContent, slicesPlace, type SlicesPlace } from './scene-of.js';
import { panSlices, positionInSlice, sliceAt, type SliceName, zoomSlices } from './slices.js';

type Point = readonly [number, number];

/** How long after the last turn of the wheel the view is drawn finely again. */
const restMs = 160;

function pointOf(element: Element, event: { readonly clientX: number; readonly clientY: number }): Point {
  const box = element.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** A point of a pane that shows slices: which one, and the position under it in nm. */
interface SlicePoint {
  readonly name: SliceName;
  readonly place: SlicesPlace;
  readonly position: Vector;
}

function slicePoint(app: App, { data, scene }: PaneContent, point: Point): SlicePoint | null {
  const place = slicesPlace(app.session.get(), data, scene.pane);
  const name = sliceAt(place.rects, point);
  if (name === undefined) return null;
  const { rects, camera, crosshair } = place;
  return { name, place, position: positionInSlice(name, rects[name], camera, { point, crosshair }) };
}

/** Points the cursor at a position of the pane; none in 3-D, where a point of the pane is no point of the data. */
function pointCursor(app: App, content: PaneContent | null, point: Point | null): void {
  if (content === null || point === null) return;
  const { scene } = content;
  if (scene.mode === 'plane') {
    const [x, y] = positionAt(scene.camera, scene.pane, point);
    app.cursor.set(() => ({ x, y }));
  } else if (scene.mode === 'slices') {
    const found = slicePoint(app, content, point);
    if (found !== null)
      app.cursor.set(() => ({ x: found.position[0], y: found.position[1], z: found.position[2] }));
  }
}

function zoomBy(
  app: App,
  pane: PaneIndex,
  content: PaneContent,
  { point, factor }: { point: Point; factor: number },
): void {
  const { scene } = content;
  if (scene.mode === 'plane') moveCamera(app, pane, zoomCamera(scene.camera, scene.pane, point, factor));
  else if (scene.mode === 'surface') {
    changeView(app, (view) => ({ ...view, orbit: nearOrbit(view.orbit, factor) }));
  } else if (scene.mode === 'slices') {
    const found = slicePoint(app, content, point);
    if (found !== null) moveSlices(app, zoomSlices(found.place.camera, found.position, factor));
  } else {
    const { pane: size, volume } = scene;
    const from: Point = [point[0] - size.width / 2, point[1] - size.height / 2];
    changeGaze(app, (gaze) => nearGaze(gaze, gazeScale(gaze, volume.span, size), from, factor));
  }
}

/** Lets the slices cross where the pointer is, and the cursor with them. */
function crossAt(app: App, content: PaneContent, point: Point): void {
  const found = slicePoint(app, content, point);
  if (found === null) return;
  const [x, y, z] = inside(found.position, content.data);
  moveCrosshair(app, [x, y, z], content.data.grid.spacing[0]);
  app.cursor.set(() => ({ x, y, z }));
}

/** The position in the stack that is nearest to one that may lie outside. */
function inside(position: Vector, { grid: { shape, spacing } }: LayerData): Vector {
  const [x, y, z] = position.map((nm, axis) => {
    const k = 2 - axis;
    return Math.min((shape[k] - 0.5) * spacing[k], Math.max(0.5 * spacing[k], nm));
  });
  return [x, y, z];
}

/** A drag: how far, where it is now, and whether it moves the picture rather than what is in it. */
interface Drag {
  readonly by: Point;
  readonly point: Point;
  readonly pans: boolean;
}

function dragVolume(app: App, { scene }: PaneContent, { by, pans }: Drag): void {
  if (scene.mode !== 'volume') return;
  const { volume, pane } = scene;
  changeGaze(app, (gaze) =>
    pans ? shiftGaze(gaze, by, gazeScale(gaze, volume.span, pane)) : turnGaze(gaze, ...by),
  );
}

function dragBy(app: App, pane: PaneIndex, content: PaneContent, drag: Drag): void {
  const { scene } = content;
  if (scene.mode === 'plane') moveCamera(app, pane, panCamera(scene.camera, ...drag.by));
  else if (scene.mode === 'surface') {
    changeView(app, (view) => ({ ...view, orbit: turnOrbit(view.orbit, ...drag.by) }));
  } else if (scene.mode === 'volume') dragVolume(app, content, drag);
  else if (!drag.pans) crossAt(app, content, drag.point);
  else {
    const found = slicePoint(app, content, drag.point);
    if (found !== null) moveSlices(app, panSlices(found.name, found.place.camera, drag.by));
  }
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
export function useTouch(app: App): (lasting: boolean) => void {
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
  /** What the handlers speak of; to be set after each drawing. */
  readonly see: (content: PaneContent | null) => void;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: (event: PointerEvent) => void;
  };
}

/** Drags from pointer down to pointer up; what is seen is moved by `drag`. */
function useDrags(
  drag: (event: PointerEvent, by: Point) => void,
  touch: (lasting: boolean) => void,
): { begin: (event: PointerEvent) => void; follow: (event: PointerEvent) => void; end: () => void } {
  const last = useRef<Point | null>(null);
  return {
    begin: (event) => {
      last.current = [event.clientX, event.clientY];
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    follow: (event) => {
      const from = last.current;
      if (from === null) return;
      last.current = [event.clientX, event.clientY];
      touch(true);
      drag(event, [event.clientX - from[0], event.clientY - from[1]]);
    },
    end: () => {
      if (last.current !== null) touch(false);
      last.current = null;
    },
  };
}

/** Pan, turn or cross by drag (with Shift or the middle button always pan), zoom by wheel, and the cursor. */
export function usePanePointer(
  app: App,
  pane: PaneIndex,
  element: RefObject<HTMLElement | null>,
): PanePointer {
  const seen = useRef<PaneContent | null>(null);
  const touch = useTouch(app);
  useWheel(element, (point, factor) => {
    if (seen.current === null) return;
    touch(false);
    zoomBy(app, pane, seen.current, { point, factor });
  });
  const drag = (event: PointerEvent, by: Point): void => {
    if (seen.current === null || element.current === null) return;
    const pans = event.shiftKey || (event.buttons & 4) !== 0;
    dragBy(app, pane, seen.current, { by, point: pointOf(element.current, event), pans });
  };
  const drags = useDrags(drag, touch);
  const onPointerDown = (event: PointerEvent): void => {
    activatePane(app, pane);
    if (event.button > 1) return;
    drags.begin(event);
    if (seen.current?.scene.mode === 'slices') drag(event, [0, 0]);
  };
  const onPointerMove = (event: PointerEvent): void => {
    drags.follow(event);
    pointCursor(app, seen.current, element.current && pointOf(element.current, event));
  };
  const see = (content: PaneContent | null): void => {
    seen.current = content;
  };
  return { see, handlers: { onPointerDown, onPointerMove, onPointerUp: drags.end } };
}
