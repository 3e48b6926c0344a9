import { Checkbox, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { changeView, goToPlane, splitView } from '../actions/view-actions.js';
import { planeCount } from '../state/layer-data.js';
import { paneCounts } from '../state/panes.js';
import type { ViewState } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';
import { CommandIcon } from '../ui/command-button.js';
import { fitIcon, resetIcon } from '../ui/icons.js';
import { PointsBox } from './points-bar.js';

function ModeControl(): ReactNode {
  const app = useApp();
  const mode = useSession(({ view }) => view.mode);
  return (
    <SegmentedControl
      size="xs"
      aria-label="Flat or as height"
      value={mode}
      data={[
        { value: 'plane', label: '2-D' },
        { value: 'surface', label: '3-D' },
      ]}
      onChange={(value) => {
        changeView(app, (view) => ({ ...view, mode: value === 'surface' ? 'surface' : 'plane' }));
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

/** A box that switches a part of the view. */
function ViewBox({
  name,
  label,
}: {
  readonly name: 'linked' | 'hatch' | 'outline';
  readonly label: string;
}): ReactNode {
  const app = useApp();
  const checked = useSession(({ view }) => view[name]);
  return (
    <Checkbox
      size="xs"
      label={label}
      checked={checked}
      onChange={(event) => {
        const { checked: next } = event.currentTarget;
        changeView(app, (view: ViewState) => ({ ...view, [name]: next }));
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
  const mapped = useSession(({ result }) => result !== null);
  const flat = useSession(({ view }) => view.mode === 'plane');
  return (
    <div className="toolbar" role="toolbar" aria-label="View">
      <ModeControl />
      <SplitControl />
      {several && flat ? <ViewBox name="linked" label="linked" /> : null}
      <PlaneSlider />
      <span className="spacer" />
      {flat ? <PointsBox /> : null}
      {mapped && flat ? <ViewBox name="outline" label="outline" /> : null}
      {mapped && flat ? <ViewBox name="hatch" label="hatch" /> : null}
      <CommandIcon id="fit">{fitIcon}</CommandIcon>
      <CommandIcon id="reset">{resetIcon}</CommandIcon>
    </div>
  );
}
