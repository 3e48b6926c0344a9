import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { setLevel } from '../actions/stack-actions.js';
import { activeLayer } from '../actions/view-actions.js';
import {
  displayOf,
  histogramOf,
  layerData,
  type LayerData,
  layerTitle,
  limitsOf,
} from '../state/layer-data.js';
import { compositeOf, type LayerName } from '../state/layers.js';
import type { Session } from '../state/session.js';
import { showValue } from '../state/wording.js';
import { useApp, useSession, useWholeSession } from '../ui/app-context.js';
import type { Histogram } from '../view/histogram.js';
import { useTouch } from '../view/pane-pointer.js';
import { shapeLayer, shownMode, surfaceLevel } from '../view/scene-of.js';
import { HistogramPlot } from './histogram-plot.js';

interface LevelProps {
  readonly histogram: Histogram;
  readonly level: number;
  readonly onLevel: (level: number) => void;
}

/** The level as a handle on the histogram, moved by drag and by arrow keys. */
function LevelHandle({ histogram: { low, high }, level, onLevel }: LevelProps): ReactNode {
  const handle = useRef<HTMLDivElement>(null);
  const range = high - low;
  const move = (value: number): void => {
    onLevel(Number(Math.min(high, Math.max(low, value)).toPrecision(5)));
  };
  const drag = (event: PointerEvent): void => {
    const box = handle.current?.parentElement?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(low + ((event.clientX - box.left) / box.width) * range);
  };
  const press = (event: KeyboardEvent): void => {
    if (!event.key.startsWith('Arrow')) return;
    const direction = event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : -1;
    move(level + (direction * range) / (event.shiftKey ? 10 : 100));
    event.preventDefault();
  };
  return (
    <div
      ref={handle}
      className="limit-handle"
      role="slider"
      tabIndex={0}
      aria-label="Level of the surface"
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={level}
      aria-valuetext={showValue(level)}
      style={{ left: `${(100 * (level - low)) / range}%` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={press}
    />
  );
}

/** The layer that the surface is of, while one is drawn. */
function surfaceLayer(session: Session): LayerName | null {
  if (shownMode(session) !== 'volume' || session.view.volume.style !== 'isosurface') return null;
  const layer = shapeLayer(session, activeLayer(session));
  return compositeOf(layer)?.[0].layer ?? layer;
}

function LevelSection({ layer, data }: { readonly layer: LayerName; readonly data: LayerData }): ReactNode {
  const app = useApp();
  const session = useWholeSession();
  const touch = useTouch(app);
  const histogram = histogramOf(data);
  if (histogram === undefined) return null;
  const display = displayOf(session, layer);
  const level = surfaceLevel(session, layer);
  return (
    <section className="readout" aria-label="Surface">
      <h2>
        Surface ·{' '}
        <span className="as-is">
          {layerTitle(session, layer)} at {showValue(level)}
        </span>
        <button
          type="button"
          className="link"
          disabled={session.view.volume.levels[layer] === undefined}
          title="The middle of the contrast limits"
          onClick={() => {
            setLevel(app, layer, null);
          }}
        >
          auto
        </button>
      </h2>
      <div className="level-plot">
        <HistogramPlot
          histogram={histogram}
          limits={limitsOf(data, layer, display)}
          colormap={display.colormap}
        />
        <LevelHandle
          histogram={histogram}
          level={level}
          onLevel={(next) => {
            touch(false);
            setLevel(app, layer, next);
          }}
        />
      </div>
    </section>
  );
}

/** The level of the surface that is drawn in 3-D, on the histogram of its values. */
export function LevelReadout(): ReactNode {
  const layer = useSession(surfaceLayer);
  const data = useSession((session) => (layer === null ? null : layerData(session, layer)));
  return layer === null || data === null ? null : <LevelSection layer={layer} data={data} />;
}
