import type { ReactNode } from 'react';
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
import { useTouch } from '../view/pane-pointer.js';
import { shapeLayer, shownMode, surfaceLevel } from '../view/scene-of.js';
import { HistogramHandle } from './histogram-handle.js';
import { HistogramPlot } from './histogram-plot.js';

/** The layer that the surface is of, while one is drawn. */
function surfaceLayer(session: Session): LayerName | null {
  if (shownMode(session) !== 'volume' || session.view.volume.style !== 'isosurface') return null;
  const layer = shapeLayer(session, activeLayer(session));
  return compositeOf(layer)?.[0].layer ?? layer;
}

function LevelHeading({ layer, level }: { readonly layer: LayerName; readonly level: number }): ReactNode {
  const app = useApp();
  const title = useSession((session) => layerTitle(session, layer));
  const automatic = useSession(({ view }) => view.volume.levels[layer] === undefined);
  return (
    <h2>
      Surface ·{' '}
      <span className="as-is">
        {title} at {showValue(level)}
      </span>
      <button
        type="button"
        className="link"
        disabled={automatic}
        title="The middle of the contrast limits"
        onClick={() => {
          setLevel(app, layer, null);
        }}
      >
        auto
      </button>
    </h2>
  );
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
      <LevelHeading layer={layer} level={level} />
      <div className="level-plot">
        <HistogramPlot
          histogram={histogram}
          limits={limitsOf(data, layer, display)}
          colormap={display.colormap}
        />
        <HistogramHandle
          name="Level of the surface"
          histogram={histogram}
          value={level}
          onMove={(next) => {
            touch(false);
            setLevel(app, layer, Math.min(histogram.high, Math.max(histogram.low, next)));
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
