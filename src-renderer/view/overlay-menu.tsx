import { Button, Checkbox, NativeSelect, Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import { perform } from '../actions/commands.js';
import { changeOverlays } from '../actions/stack-actions.js';
import type { Session } from '../state/session.js';
import type { Overlays } from '../state/view-modes.js';
import { showValue } from '../state/wording.js';
import { useApp, useSession } from '../ui/app-context.js';

const residualTitles: Readonly<Record<Overlays['residual'], string>> = {
  none: 'not shown',
  contour: 'contours',
  fade: 'faded',
};

/** Thresholds of the residual, in what noise alone leaves. */
const thresholds = [2, 3, 4, 5];

/** The rms residual that noise alone leaves, where the solver says so and gives a residual. */
function residualNoise({ result }: Session): number | null {
  if (result?.result.fields.residual == null) return null;
  return result.result.document.residual.noiseRms;
}

function ResidualChoice(): ReactNode {
  const app = useApp();
  const noise = useSession(residualNoise);
  const { residual, residualTimes } = useSession(({ view }) => view.overlays);
  if (noise === null) {
    return <p className="dim">This solver gives no residual whose noise is known, so none can be marked.</p>;
  }
  return (
    <>
      <NativeSelect
        size="xs"
        label="Large residuals over λ"
        value={residual}
        data={Object.entries(residualTitles).map(([value, label]) => ({ value, label }))}
        onChange={(event) => {
          changeOverlays(app, { residual: event.currentTarget.value as Overlays['residual'] });
        }}
      />
      <NativeSelect
        size="xs"
        label="Large means beyond"
        value={String(residualTimes)}
        disabled={residual === 'none'}
        data={thresholds.map((times) => ({ value: String(times), label: `${times} × noise` }))}
        onChange={(event) => {
          changeOverlays(app, { residualTimes: Number(event.currentTarget.value) });
        }}
      />
      <p className="dim">
        Noise alone leaves {showValue(noise)} rms; pixels beyond ±{showValue(noise * residualTimes)} are
        marked.
      </p>
    </>
  );
}

function Switches(): ReactNode {
  const app = useApp();
  const { hatch, outline, overlays } = useSession(({ view }) => view);
  const known = useSession(({ result }) => result?.fields.lambdaSd !== undefined);
  return (
    <>
      <Checkbox
        size="xs"
        label="outline of the nucleus"
        checked={outline}
        onChange={() => {
          perform(app, 'outline');
        }}
      />
      <Checkbox
        size="xs"
        label="hatch what is not identifiable"
        checked={hatch}
        onChange={() => {
          perform(app, 'hatch');
        }}
      />
      {known ? (
        <Checkbox
          size="xs"
          label="fade λ where its sd is large"
          checked={overlays.uncertainty}
          onChange={(event) => {
            changeOverlays(app, { uncertainty: event.currentTarget.checked });
          }}
        />
      ) : null}
    </>
  );
}

/** What lies over the maps, and what speaks of doubt. */
export function OverlayMenu(): ReactNode {
  const mapped = useSession(({ result }) => result !== null);
  if (!mapped) return null;
  return (
    <Popover
      width={280}
      position="bottom-end"
      shadow="md"
      transitionProps={{ duration: 0 }}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button size="compact-xs" variant="subtle" color="gray">
          Overlays
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="overlay-menu" aria-label="Overlays">
        <Switches />
        <ResidualChoice />
      </Popover.Dropdown>
    </Popover>
  );
}
