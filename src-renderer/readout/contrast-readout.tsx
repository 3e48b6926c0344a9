import type { ReactNode } from 'react';
import type { ColormapName } from '../../src-core/figure/colormap.js';
import { moveLimit } from '../actions/display-actions.js';
import { settleSettings } from '../actions/history-actions.js';
import { activeLayer, setLimits } from '../actions/view-actions.js';
import { displayOf, histogramOf, layerData, layerTitle, limitsOf } from '../state/layer-data.js';
import { compositeOf, type LayerName } from '../state/layers.js';
import { useApp, useSession } from '../ui/app-context.js';
import { QuantityField } from '../ui/quantity-field.js';
import { isCentered } from '../view/scene-of.js';
import { ColormapChoice } from './colormap-choice.js';
import { HistogramPlot } from './histogram-plot.js';
import { LimitsHeading } from './limits-heading.js';

type MoveLimits = (limits: readonly [number, number], which: 0 | 1, gesture: string | null) => void;

function LimitFields({
  limits,
  onLimits,
}: {
  readonly limits: readonly [number, number];
  readonly onLimits: MoveLimits;
}): ReactNode {
  const field = (which: 0 | 1): ReactNode => (
    <QuantityField
      label={which === 0 ? 'from' : 'to'}
      value={limits[which]}
      quantity={{
        kind: 'number',
        least: which === 0 ? -1e12 : limits[0] + 1e-12,
        most: which === 0 ? limits[1] - 1e-12 : 1e12,
      }}
      onChange={(value, gesture) => {
        if (value !== null) onLimits(which === 0 ? [value, limits[1]] : [limits[0], value], which, gesture);
      }}
    />
  );
  return (
    <div className="limit-fields">
      {field(0)}
      {field(1)}
    </div>
  );
}

interface LayerContrastProps {
  readonly layer: LayerName;
  readonly colormap: ColormapName | null;
}

/** Histogram, limits and (unless a composite gives it one) colour map of a layer. */
function LayerContrast({ layer, colormap }: LayerContrastProps): ReactNode {
  const app = useApp();
  const data = useSession((session) => layerData(session, layer));
  const display = useSession((session) => displayOf(session, layer));
  const title = useSession((session) => layerTitle(session, layer));
  const centered = useSession((session) => isCentered(session, layer));
  const histogram = data === null ? undefined : histogramOf(data);
  if (data === null || histogram === undefined) return null;
  const limits = limitsOf(data, layer, display);
  const move: MoveLimits = (moved, which, gesture) => {
    moveLimit(app, layer, { limits: moved, which, centered }, gesture);
  };
  return (
    <section className="readout" aria-label={`Contrast of ${title}`} data-contrast={layer}>
      <LimitsHeading
        subject="Contrast"
        of={title}
        automatic={display.limits === null}
        hint="Limits from the values (C)"
        onAutomatic={() => {
          setLimits(app, layer, null);
        }}
      />
      <HistogramPlot
        histogram={histogram}
        limits={limits}
        colormap={colormap ?? display.colormap}
        onLimits={move}
        onSettle={() => {
          settleSettings(app);
        }}
      />
      <LimitFields limits={limits} onLimits={move} />
      {colormap === null ? <ColormapChoice key={layer} layer={layer} /> : null}
    </section>
  );
}

/** Contrast of the active view: of its layer, or of both that it overlays. */
export function ContrastReadout(): ReactNode {
  const layer = useSession(activeLayer);
  const members = compositeOf(layer);
  if (members === undefined) return <LayerContrast layer={layer} colormap={null} />;
  return members.map((member) => (
    <LayerContrast key={member.layer} layer={member.layer} colormap={member.colormap} />
  ));
}
