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
import { LimitsHeading } from './limits-heading.js';

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
      <LimitsHeading
        subject="Surface"
        of={`${layerTitle(session, layer)} at ${showValue(level)}`}
        automatic={session.view.volume.levels[layer] === undefined}
        hint="The middle of the contrast limits"
        onAutomatic={() => {
          setLevel(app, layer, null);
        }}
      />
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
