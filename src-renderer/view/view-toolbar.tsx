import { Checkbox, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { perform } from '../actions/commands.js';
import { changeView, goToPlane, splitView } from '../actions/view-actions.js';
import { planeCount } from '../state/layer-data.js';
import { paneCounts } from '../state/panes.js';
import type { Session } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';
import { CommandIcon } from '../ui/command-button.js';
import { fitIcon, resetIcon } from '../ui/icons.js';
import { PointsBox } from './points-bar.js';
import { OverlayMenu } from './overlay-menu.js';
import { shownMode } from './scene-of.js';

/** What the mode button stands for: flat, slices, or any of the ways in 3-D. */
function modeButton(session: Session): string {
  const mode = shownMode(session);
  return mode === 'plane' || mode === 'slices' ? mode : 'space';
}

function ModeControl(): ReactNode {
  const app = useApp();
  const mode = useSession(modeButton);
  const stacked = useSession((session) => planeCount(session) > 1);
  const style = useSession(({ view }) => view.volume.style);
  const commands: Readonly<Record<string, string>> = {
    plane: 'plane',
    slices: 'slices',
    space: stacked ? `volume-${style}` : 'surface',
  };
  return (
    <SegmentedControl
      size="xs"
      aria-label="Flat, in slices, or in 3-D"
      value={mode}
      data={[
        { value: 'plane', label: '2-D' },
        ...(stacked ? [{ value: 'slices', label: 'Slices' }] : []),
        { value: 'space', label: '3-D' },
      ]}
      onChange={(value) => {
        perform(app, commands[value]);
      }}
      transitionDuration={100}
    />
  );
}

function SplitControl(): ReactNode {
  const app = useApp();
  const panes = useSession(({ view }) => view.panes);
  return (
    <SegmentedControl
      size="xs"
      aria-label="Views side by side"
      value={String(panes)}
      data={paneCounts.map(String)}
      onChange={(value) => {
        const chosen = paneCounts.find((count) => String(count) === value);
        if (chosen !== undefined) splitView(app, chosen);
      }}
      transitionDuration={100}
    />
  );
}

function LinkedBox(): ReactNode {
  const app = useApp();
  const linked = useSession(({ view }) => view.linked);
  return (
    <Checkbox
      size="xs"
      label="linked"
      checked={linked}
      onChange={(event) => {
        const { checked } = event.currentTarget;
        changeView(app, (view) => ({ ...view, linked: checked }));
      }}
    />
  );
}

/** The plane of the stack, with a slider and its keys. */
function PlaneSlider(): ReactNode {
  const app = useApp();
  const planes = useSession(planeCount);
  const z = useSession(({ view }) => view.z);
  if (planes === 1) return null;
  return (
    <label className="z-slider" title="[ and ] step through the planes">
      z{' '}
      <input
        type="range"
        min={0}
        max={planes - 1}
        value={Math.min(z, planes - 1)}
        aria-valuetext={`plane ${z + 1} of ${planes}`}
        onChange={(event) => {
          goToPlane(app, Number(event.currentTarget.value));
        }}
      />
      <output>
        {Math.min(z, planes - 1) + 1} of {planes}
      </output>
    </label>
  );
}

/** What can be changed about the view: how, how many, which plane, what lies over it. */
export function ViewToolbar(): ReactNode {
  const several = useSession(({ view }) => view.panes > 1);
  const mode = useSession(shownMode);
  return (
    <div className="toolbar" role="toolbar" aria-label="View">
      <ModeControl />
      <SplitControl />
      {several && mode === 'plane' ? <LinkedBox /> : null}
      {mode === 'volume' ? null : <PlaneSlider />}
      <span className="spacer" />
      {mode === 'plane' ? <PointsBox /> : null}
      <OverlayMenu />
      <CommandIcon id="fit">{fitIcon}</CommandIcon>
      <CommandIcon id="reset">{resetIcon}</CommandIcon>
    </div>
  );
}
