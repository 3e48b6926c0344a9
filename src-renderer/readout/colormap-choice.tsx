import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import {
  type ColormapFamily,
  colormapNames,
  familyOf,
  isInverted,
  isMisleading,
  misleadingReason,
} from '../../src-core/figure/colormap.js';
import { centerLayer, chooseColormap, invertColormap } from '../actions/display-actions.js';
import { displayOf } from '../state/layer-data.js';
import { layerKinds, type LayerName } from '../state/layers.js';
import { useApp, useSession } from '../ui/app-context.js';
import { warningIcon } from '../ui/icons.js';
import { isCentered } from '../view/scene-of.js';

const mapTitles: Readonly<Record<ColormapFamily, string>> = {
  viridis: 'viridis',
  magma: 'magma',
  inferno: 'inferno',
  cividis: 'cividis',
  batlow: 'batlow',
  grey: 'grey',
  magenta: 'magenta',
  green: 'green',
  vik: 'vik, diverging',
  rdbu: 'blue – red, diverging',
  jet: 'jet (misleading) …',
};

/** Says why a map misleads before it is used. */
function MisleadingCard({
  onUse,
  onKeep,
  kept,
}: {
  readonly onUse: () => void;
  readonly onKeep: () => void;
  readonly kept: ColormapFamily;
}): ReactNode {
  return (
    <div className="misleading-card" role="alert">
      <p>{misleadingReason}</p>
      <div className="buttons">
        <Button size="compact-xs" variant="filled" onClick={onKeep}>
          Keep {kept}
        </Button>
        <Button size="compact-xs" variant="default" onClick={onUse}>
          Use it anyway
        </Button>
      </div>
    </div>
  );
}

function MapSwitches({ layer }: { readonly layer: LayerName }): ReactNode {
  const app = useApp();
  const { colormap } = useSession((session) => displayOf(session, layer));
  const centered = useSession((session) => isCentered(session, layer));
  const { center, symbol } = layerKinds[layer];
  return (
    <div className="map-switches">
      <Checkbox
        size="xs"
        label="invert"
        checked={isInverted(colormap)}
        onChange={() => {
          invertColormap(app, layer);
        }}
      />
      {center === null ? null : (
        <Checkbox
          size="xs"
          label={`centre at ${symbol} = ${center}`}
          checked={centered}
          onChange={(event) => {
            centerLayer(app, layer, event.currentTarget.checked);
          }}
        />
      )}
    </div>
  );
}

function MisleadingNote(): ReactNode {
  return (
    <p className="misleading-note" title={misleadingReason}>
      {warningIcon} jet misleads; figures made with it say so.
    </p>
  );
}

/** The colour map of a layer: which, inverted or not, and whether it is centred. */
export function ColormapChoice({ layer }: { readonly layer: LayerName }): ReactNode {
  const app = useApp();
  const { colormap } = useSession((session) => displayOf(session, layer));
  const [doubtful, setDoubtful] = useState<ColormapFamily | null>(null);
  const family = familyOf(colormap);
  const take = (chosen: ColormapFamily): void => {
    setDoubtful(null);
    chooseColormap(app, layer, chosen);
  };
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Colour map"
        value={family}
        data={colormapNames.map((name) => ({ value: name, label: mapTitles[name] }))}
        onChange={(event) => {
          const chosen = event.currentTarget.value as ColormapFamily;
          if (isMisleading(chosen)) setDoubtful(chosen);
          else take(chosen);
        }}
      />
      {doubtful === null ? null : (
        <MisleadingCard
          kept={family}
          onKeep={() => {
            setDoubtful(null);
          }}
          onUse={() => {
            take(doubtful);
          }}
        />
      )}
      {isMisleading(colormap) ? <MisleadingNote /> : null}
      <MapSwitches layer={layer} />
    </>
  );
}
