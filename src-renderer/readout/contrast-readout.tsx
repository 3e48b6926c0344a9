import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { colormapNames, type ColormapName } from '../../src-core/figure/colormap.js';
import { settleSettings } from '../actions/history-actions.js';
import { activeLayer, changeDisplay, setLimits } from '../actions/view-actions.js';
import { displayOf, histogramOf, layerData, layerTitle, limitsOf } from '../state/layer-data.js';
import { layerKinds, type LayerName } from '../state/layers.js';
import { useApp, useSession } from '../ui/app-context.js';
import { QuantityField } from '../ui/quantity-field.js';
import { HistogramPlot } from './histogram-plot.js';

const mapTitles: Readonly<Record<ColormapName, string>> = {
  viridis: 'viridis',
  magma: 'magma',
  inferno: 'inferno',
  cividis: 'cividis',
  grey: 'grey',
  rdbu: 'blue – red, diverging',
};

function ColormapChoice({ layer }: { readonly layer: LayerName }): ReactNode {
  const app = useApp();
  const { colormap } = useSession((session) => displayOf(session, layer));
  const { center } = layerKinds[layer];
  return (
    <NativeSelect
      size="xs"
      aria-label="Colour map"
      value={colormap}
      data={colormapNames
        .filter((name) => name !== 'rdbu' || center !== null)
        .map((name) => ({
          value: name,
          label: name === 'rdbu' && center !== null ? `${mapTitles[name]} at ${center}` : mapTitles[name],
        }))}
      onChange={(event) => {
        const chosen = event.currentTarget.value as ColormapName;
        changeDisplay(app, layer, (display) => ({ ...display, colormap: chosen }));
      }}
    />
  );
}

function LimitFields({
  layer,
  limits,
}: {
  readonly layer: LayerName;
  readonly limits: readonly [number, number];
}): ReactNode {
  const app = useApp();
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
        if (value !== null)
          setLimits(app, layer, which === 0 ? [value, limits[1]] : [limits[0], value], gesture);
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

/** Histogram, limits and colour map of the active view. */
export function ContrastReadout(): ReactNode {
  const app = useApp();
  const layer = useSession(activeLayer);
  const data = useSession((session) => layerData(session, layer));
  const display = useSession((session) => displayOf(session, layer));
  const title = useSession((session) => layerTitle(session, layer));
  const histogram = data === null ? undefined : histogramOf(data);
  if (data === null || histogram === undefined) return null;
  const limits = limitsOf(data, layer, display);
  return (
    <section className="readout" aria-labelledby="contrast-title">
      <h2 id="contrast-title">
        Contrast · <span className="as-is">{title}</span>
        <button
          type="button"
          className="link"
          disabled={display.limits === null}
          title="Limits from the values (C)"
          onClick={() => {
            setLimits(app, layer, null);
          }}
        >
          auto
        </button>
      </h2>
      <HistogramPlot
        histogram={histogram}
        limits={limits}
        colormap={display.colormap}
        onLimits={(moved, gesture) => {
          setLimits(app, layer, moved, gesture);
        }}
        onSettle={() => {
          settleSettings(app);
        }}
      />
      <LimitFields layer={layer} limits={limits} />
      <ColormapChoice layer={layer} />
    </section>
  );
}
