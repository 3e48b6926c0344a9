import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import { activatePane, showLayer } from '../actions/view-actions.js';
import {
  availableLayers,
  barLabel,
  displayOf,
  layerData,
  layerSubtitle,
  layerTitle,
  limitsOf,
} from '../state/layer-data.js';
import { compositeOf, type LayerName } from '../state/layers.js';
import type { PaneIndex } from '../state/panes.js';
import { useApp, useSession, useWholeSession } from '../ui/app-context.js';
import { useSize } from '../ui/use-size.js';
import { type BarOf, ColorBar } from './color-bar.js';
import { useMaskPointer } from './mask-pointer.js';
import { onPaneKey } from './pane-keys.js';
import { PaneOverlays } from './pane-overlays.js';
import { usePaneContent } from './pane-scene.js';
import { usePanePointer } from './pane-pointer.js';
import { notePaneSize } from './pane-sizes.js';
import { describePane } from './pane-summary.js';
import type { PaneContent } from './scene-of.js';
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

interface PictureCanvasProps {
  readonly pane: PaneIndex;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly content: PaneContent | null;
}

/** What the pointer does: it draws where a tool is taken up, else it moves what is seen. */
function usePaneHandlers({ pane, box, content }: PictureCanvasProps): ReturnType<typeof useMaskPointer> {
  const app = useApp();
  const pointer = usePanePointer(app, pane, box);
  useEffect(() => {
    pointer.see(content);
  });
  const activate = (): void => {
    activatePane(app, pane);
  };
  return useMaskPointer(app, content, box, { handlers: pointer.handlers, activate });
}

/** The canvas with what lies over it; it takes the pointer and the keys. */
function PictureCanvas(props: PictureCanvasProps): ReactNode {
  const { pane, box, content } = props;
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const handlers = usePaneHandlers(props);
  const scene = content?.scene ?? null;
  const trouble = useStage(canvas, scene);
  const summary = useSession((session) => describePane(session, pane));
  const summaryId = useId();
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
        if (content !== null) onPaneKey(app, pane, content, event);
      }}
      {...handlers}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <p id={summaryId} className="hidden-text">
        {summary}
      </p>
      {content === null ? null : <PaneOverlays content={content} />}
      {trouble === null ? null : <p className="pane-note">This window cannot draw: {trouble}</p>}
      {scene === null && trouble === null ? <PaneWaiting pane={pane} /> : null}
    </div>
  );
}

/** One colour bar for a layer, two for a composite. */
function useColorBars(content: PaneContent | null): readonly BarOf[] {
  const session = useWholeSession();
  if (content === null) return [];
  const members = compositeOf(content.layer) ?? [{ layer: content.layer, colormap: null }];
  return members.flatMap(({ layer, colormap }) => {
    const data = layerData(session, layer);
    if (data === null) return [];
    const display = displayOf(session, layer);
    return {
      data,
      colormap: colormap ?? display.colormap,
      limits: limitsOf(data, layer, display),
      label: colormap === null ? barLabel(session, layer) : layerTitle(session, layer),
    };
  });
}

/** The picture with its colour bar: beside it, or under it where the pane is taller than wide. */
function Picture({ pane }: { readonly pane: PaneIndex }): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const room = useSize(body);
  const tall = room !== null && room.height > room.width;
  useEffect(() => {
    if (size !== null) notePaneSize(pane, size);
  }, [pane, size]);
  const content = useOverlay(usePaneContent(pane, size));
  const bars = useColorBars(content);
  return (
    <div ref={body} className="pane-body" data-tall={tall ? '' : undefined}>
      <PictureCanvas pane={pane} box={box} content={content} />
      <div className="color-bars">
        {bars.map((bar) => (
          <ColorBar key={bar.label} bar={bar} lying={tall} />
        ))}
      </div>
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
