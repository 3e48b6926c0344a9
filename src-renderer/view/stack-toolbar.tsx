import { NativeSelect, SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatLength } from '../../src-core/figure/ticks.js';
import { perform } from '../actions/commands.js';
import { changeClip, changeVolume } from '../actions/stack-actions.js';
import { clipAxes, volumeStyles } from '../actions/view-commands.js';
import { layerData, type LayerData } from '../state/layer-data.js';
import { boxExtent, shownBox } from '../state/layer-stacks.js';
import type { Session } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';
import { type ClipPlane, clipDepth } from './clip.js';
import { useTouch } from './pane-pointer.js';
import type { VolumeStyle } from './scene.js';
import { shownMode } from './scene-of.js';

const styleLabels: Readonly<Record<VolumeStyle, string>> = {
  isosurface: 'Surface',
  cloud: 'Volume',
  maximum: 'Maximum',
};

/** Height is the fourth way: of the plane in view, not of the stack. */
function StyleControl(): ReactNode {
  const app = useApp();
  const style = useSession(({ view }) => (view.mode === 'surface' ? 'height' : view.volume.style));
  return (
    <SegmentedControl
      size="xs"
      aria-label="How stacks are drawn"
      value={style}
      data={[
        ...volumeStyles.map((value) => ({ value, label: styleLabels[value] })),
        { value: 'height', label: 'Height' },
      ]}
      onChange={(value) => {
        perform(app, value === 'height' ? 'surface' : `volume-${value}`);
      }}
      transitionDuration={100}
    />
  );
}

const clipLabels: Readonly<Record<ClipPlane['axis'], string>> = {
  none: 'no cut',
  x: 'cut across x',
  y: 'cut across y',
  z: 'cut across z',
  view: 'cut across view',
};

function activeData(session: Session): LayerData | null {
  const { layers, active } = session.view;
  return layerData(session, layers[active]);
}

/** How deep the cut is, in words. */
function cutDepth(session: Session): string {
  const { clip, gaze } = session.view.volume;
  const data = activeData(session);
  if (data === null) return '';
  const { span } = boxExtent(shownBox(data, session.view.fit), data);
  const depth = clipDepth(clip, span, gaze);
  return data.calibrated ? formatLength(depth) : `${Math.round(depth)} px`;
}

function DepthSlider(): ReactNode {
  const app = useApp();
  const touch = useTouch(app);
  const position = useSession(({ view }) => view.volume.clip.position);
  const depth = useSession(cutDepth);
  return (
    <label className="z-slider">
      <input
        type="range"
        min={0}
        max={1}
        step={0.005}
        value={position}
        aria-label="Depth of the cut"
        aria-valuetext={depth}
        onChange={(event) => {
          touch(false);
          changeClip(app, { position: Number(event.currentTarget.value) });
        }}
      />
      <output className="cut-depth">{depth}</output>
    </label>
  );
}

function ClipControl(): ReactNode {
  const app = useApp();
  const axis = useSession(({ view }) => view.volume.clip.axis);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label="Cut"
        value={axis}
        data={clipAxes.map((value) => ({ value, label: clipLabels[value] }))}
        onChange={(event) => {
          perform(app, `clip-${event.currentTarget.value}`);
        }}
      />
      {axis === 'none' ? null : (
        <>
          <DepthSlider />
          <button
            type="button"
            className="link"
            onClick={() => {
              perform(app, 'clip-flip');
            }}
          >
            flip
          </button>
        </>
      )}
    </>
  );
}

function OpacitySlider(): ReactNode {
  const app = useApp();
  const touch = useTouch(app);
  const opacity = useSession(({ view }) => view.volume.opacity);
  return (
    <label className="z-slider">
      opacity{' '}
      <input
        type="range"
        min={0.05}
        max={1}
        step={0.01}
        value={opacity}
        aria-valuetext={`${Math.round(100 * opacity)} %`}
        onChange={(event) => {
          touch(false);
          const { value } = event.currentTarget;
          changeVolume(app, () => ({ opacity: Number(value) }));
        }}
      />
    </label>
  );
}

/** Under the toolbar while a stack is shown in 3-D: how, and what is cut away of it. */
export function StackToolbar(): ReactNode {
  const mode = useSession(shownMode);
  const stacked = useSession((session) => (activeData(session)?.grid.shape[0] ?? 1) > 1);
  const cloud = useSession(({ view }) => view.volume.style === 'cloud');
  if (!stacked || (mode !== 'volume' && mode !== 'surface')) return null;
  return (
    <div className="toolbar stack-toolbar" role="toolbar" aria-label="3-D">
      <StyleControl />
      {mode === 'volume' ? <ClipControl /> : null}
      {mode === 'volume' && cloud ? <OpacitySlider /> : null}
    </div>
  );
}
