import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import type { App } from '../actions/app.js';
import { activatePane, moveCamera, showLayer } from '../actions/view-actions.js';
import { availableLayers, layerSubtitle, layerTitle } from '../state/layer-data.js';
import { layerKinds, type LayerName } from '../state/layers.js';
import type { PaneIndex } from '../state/panes.js';
import { useStore } from '../state/store.js';
import { useApp, useSession } from '../ui/app-context.js';
import { useSize } from '../ui/use-size.js';
import { ColorBar } from './color-bar.js';
import { useMaskPointer } from './mask-pointer.js';
import { MaskShapes } from './mask-shapes.js';
import { type PaneContent, usePaneContent } from './pane-scene.js';
import { usePanePointer } from './pane-pointer.js';
import { describePane } from './pane-summary.js';
import { zoomCamera } from './plane-camera.js';
import { ScaleBar } from './scale-bar.js';
import type { StageScene } from './stage.js';
import { SurfaceLabels } from './surface-labels.js';
import { useOverlay } from './use-overlay.js';
import { useStage } from './use-stage.js';

/** The layer of a pane, to be chosen, with what it is. */
function PaneHead({ pane, layer }: { readonly pane: PaneIndex; readonly layer: LayerName }): ReactNode {
  const app = useApp();
  const titles = useSession((session) =>
    availableLayers(session)
      .map((name) => `${name}\t${layerTitle(session, name)}`)
      .join('\n'),
  );
  const subtitle = useSession((session) => layerSubtitle(session, layer));
  return (
    <div className="pane-head">
      <select
        className="layer-select"
        aria-label={`Layer of view ${pane + 1}`}
        value={layer}
        onChange={(event) => {
          showLayer(app, pane, event.currentTarget.value as LayerName);
        }}
      >
        {titles.split('\n').map((line) => {
          const [name, title] = line.split('\t');
          return (
            <option key={name} value={name}>
              {title}
            </option>
          );
        })}
      </select>
      <span className="dim">{subtitle}</span>
    </div>
  );
}

function CursorRing({ scene }: { readonly scene: StageScene }): ReactNode {
  const cursor = useStore(useApp().cursor, (position) => position);
  if (cursor === null || scene.mode === 'surface') return null;
  const { camera, pane } = scene;
  const left = pane.width / 2 + (cursor.x - camera.x) / camera.nmPerPixel;
  const top = pane.height / 2 + (cursor.y - camera.y) / camera.nmPerPixel;
  if (left < 0 || top < 0 || left > pane.width || top > pane.height) return null;
  return <div className="cursor-ring" style={{ left, top }} aria-hidden="true" />;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Moves the cursor by pixels of the picture, and zooms, from the keyboard. */
function onPaneKey(app: App, pane: PaneIndex, scene: StageScene, event: KeyboardEvent): void {
  const { size } = scene.picture;
  const step = steps[event.key];
  const factor = event.key === '+' || event.key === '=' ? 1.25 : event.key === '-' ? 0.8 : 0;
  if (factor !== 0) {
    const middle: [number, number] = [scene.pane.width / 2, scene.pane.height / 2];
    moveCamera(app, pane, zoomCamera(scene.camera, scene.pane, middle, factor));
  } else if (Object.hasOwn(steps, event.key)) {
    const many = event.shiftKey ? 10 : 1;
    app.cursor.set((at) => ({
      x: (at?.x ?? scene.camera.x) + many * step[0] * size.pixelX,
      y: (at?.y ?? scene.camera.y) + many * step[1] * size.pixelY,
    }));
  } else return;
  activatePane(app, pane);
  event.preventDefault();
}

function Overlays({ content }: { readonly content: PaneContent }): ReactNode {
  const { scene, data } = content;
  if (scene.mode === 'surface') {
    return (
      <SurfaceLabels picture={scene.picture} orbit={scene.orbit} pane={scene.pane} limits={scene.limits} />
    );
  }
  return (
    <>
      <ScaleBar nmPerPixel={scene.camera.nmPerPixel} width={scene.pane.width} calibrated={data.calibrated} />
      <CursorRing scene={scene} />
      <MaskShapes content={content} />
    </>
  );
}

/** The canvas with what lies over it; it takes the pointer and the keys. */
function PictureCanvas({
  pane,
  box,
  content,
}: {
  readonly pane: PaneIndex;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: PaneContent | null;
}): ReactNode {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointer = usePanePointer(app, pane, box);
  const activate = (): void => {
    activatePane(app, pane);
  };
  const drawing = useMaskPointer(app, content, box, { handlers: pointer.handlers, activate });
  const scene = content?.scene ?? null;
  const trouble = useStage(canvas, scene);
  const summary = useSession((session) => describePane(session, pane));
  const summaryId = useId();
  useEffect(() => {
    pointer.see(scene);
  });
  return (
    <div
      ref={box}
      className="pane-canvas"
      role="application"
      tabIndex={0}
      aria-label={`View ${pane + 1}`}
      aria-describedby={summaryId}
      data-mode={scene?.mode}
      onKeyDown={(event) => {
        if (scene !== null) onPaneKey(app, pane, scene, event);
      }}
      {...drawing}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <p id={summaryId} className="hidden-text">
        {summary}
      </p>
      {content === null ? null : <Overlays content={content} />}
      {trouble === null ? null : <p className="pane-note">This window cannot draw: {trouble}</p>}
      {scene === null && trouble === null ? <PaneWaiting pane={pane} /> : null}
    </div>
  );
}

/** The picture with its colour bar: beside it, or under it where the pane is taller than wide. */
function Picture({ pane }: { readonly pane: PaneIndex }): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const room = useSize(body);
  const tall = room !== null && room.height > room.width;
  const content = useOverlay(usePaneContent(pane, size));
  return (
    <div ref={body} className="pane-body" data-tall={tall ? '' : undefined}>
      <PictureCanvas pane={pane} box={box} content={content} />
      {content === null ? (
        <div className="color-bar" />
      ) : (
        <ColorBar
          colormap={content.scene.colormap}
          limits={content.scene.limits}
          unit={layerKinds[content.layer].unit}
          lying={tall}
        />
      )}
    </div>
  );
}

/** What is said while a layer is on its way, or did not come. */
function PaneWaiting({ pane }: { readonly pane: PaneIndex }): ReactNode {
  const trouble = useSession(({ previewTrouble }) => previewTrouble);
  const title = useSession((session) => layerTitle(session, session.view.layers[pane]));
  return (
    <p className="pane-note" role="status">
      {trouble === null ? `Reading ${title} …` : `No picture: ${trouble.failure.message}`}
    </p>
  );
}

/** One view: its layer, the picture, the colour bar. */
export function Pane({ pane }: { readonly pane: PaneIndex }): ReactNode {
  const layer = useSession(({ view }) => view.layers[pane]);
  const active = useSession(({ view }) => view.panes > 1 && view.active === pane);
  return (
    <div className="pane" data-active={active ? '' : undefined} data-pane={pane} data-layer={layer}>
      <PaneHead pane={pane} layer={layer} />
      <Picture pane={pane} />
    </div>
  );
}
