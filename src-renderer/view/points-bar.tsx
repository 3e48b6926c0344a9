import { Checkbox, SegmentedControl } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { changePoints, fetchPoints, togglePoints } from '../actions/points-actions.js';
import { channelList } from '../state/channels.js';
import { layerTitle } from '../state/layer-data.js';
import { hasPoints, pointsKey, pointsOfChannels, pointsRequest } from '../state/points.js';
import { type Session, settingsOf } from '../state/session.js';
import { groupDigits, showShare, showValue } from '../state/wording.js';
import { useApp, useSession, useWholeSession } from '../ui/app-context.js';
import { QuantityField } from '../ui/quantity-field.js';

/** Switches the localisations on and off, where there are any. */
export function PointsBox(): ReactNode {
  const app = useApp();
  const there = useSession(hasPoints);
  const shown = useSession(({ points }) => points.shown);
  if (!there) return null;
  return (
    <Checkbox
      size="xs"
      label="points"
      checked={shown}
      onChange={() => {
        togglePoints(app);
      }}
    />
  );
}

/** How many points are shown of how many, and how exact they are. */
function pointsLine(session: Session): string {
  const clouds = [...new Set(pointsOfChannels(session).map(({ shown }) => shown.cloud))];
  if (clouds.length === 0) return 'Reading the localisations …';
  const [shown, total] = [
    clouds.reduce((sum, cloud) => sum + cloud.shown, 0),
    clouds.reduce((sum, cloud) => sum + cloud.total, 0),
  ];
  const share =
    shown < total
      ? ` of ${groupDigits(total)} localisations (${showShare(shown / total)})`
      : ' localisations';
  const precision = clouds.flatMap(({ medianPrecision }) => medianPrecision ?? []).at(0);
  return `${groupDigits(shown)}${share}${precision === undefined ? '' : ` · precision ${showValue(precision)} nm (median)`}`;
}

/** Whether a table that is shown says how precise its positions are. */
function saysPrecision(session: Session): boolean {
  return pointsOfChannels(session).some(({ shown }) => shown.cloud.medianPrecision !== null);
}

function SizeControl(): ReactNode {
  const app = useApp();
  const { size, pixels } = useSession(({ points }) => points);
  const precise = useSession(saysPrecision);
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="Size of the points"
        title={precise ? 'Twice the precision is the diameter' : 'The table gives no precision'}
        value={precise ? size : 'fixed'}
        data={[
          { value: 'precision', label: 'by precision', disabled: !precise },
          { value: 'fixed', label: 'fixed' },
        ]}
        onChange={(value) => {
          changePoints(app, { size: value === 'fixed' ? 'fixed' : 'precision' });
        }}
        transitionDuration={100}
      />
      {size === 'fixed' || !precise ? (
        <label className="points-slider">
          <input
            type="range"
            aria-label="Diameter of the points"
            min={1}
            max={12}
            step={0.5}
            value={pixels}
            aria-valuetext={`${pixels} screen pixels`}
            onChange={(event) => {
              changePoints(app, { pixels: Number(event.currentTarget.value) });
            }}
          />
          <output>{pixels} px</output>
        </label>
      ) : null}
    </>
  );
}

function OpacitySlider(): ReactNode {
  const app = useApp();
  const opacity = useSession(({ points }) => points.opacity);
  return (
    <label className="points-slider">
      opacity
      <input
        type="range"
        min={0.05}
        max={1}
        step={0.05}
        value={opacity}
        aria-valuetext={showShare(opacity)}
        onChange={(event) => {
          changePoints(app, { opacity: Number(event.currentTarget.value) });
        }}
      />
    </label>
  );
}

const put = <T,>([a, b]: readonly [T, T], slot: 0 | 1, value: T): readonly [T, T] =>
  slot === 0 ? [value, b] : [a, value];

/** What a channel of points is called: as its file calls it, or by its mark where both are called alike. */
function channelTitle(session: Session, slot: 0 | 1): string {
  const [a, b] = [layerTitle(session, 'channel-a'), layerTitle(session, 'channel-b')];
  const marks = settingsOf(session)?.job.channels.kind === 'two-channel';
  if (marks && a === b) return slot === 0 ? 'heterochromatin' : 'euchromatin';
  return slot === 0 ? a : b;
}

/** A channel of points: whether it is shown, and in which colour. */
function ChannelBox({ slot }: { readonly slot: 0 | 1 }): ReactNode {
  const app = useApp();
  const { visible, colors } = useSession(({ points }) => points);
  const title = useSession((session) => channelTitle(session, slot));
  return (
    <span className="points-channel">
      <input
        type="color"
        aria-label={`Colour of the points of ${title}`}
        value={colors[slot]}
        onChange={(event) => {
          changePoints(app, { colors: put(colors, slot, event.currentTarget.value) });
        }}
      />
      <Checkbox
        size="xs"
        label={title}
        checked={visible[slot]}
        onChange={(event) => {
          changePoints(app, { visible: put(visible, slot, event.currentTarget.checked) });
        }}
      />
    </span>
  );
}

function zRangeOf(session: Session): readonly [number, number] | null {
  const ranges = pointsOfChannels(session).flatMap(({ shown }) =>
    shown.cloud.zRange ? [shown.cloud.zRange] : [],
  );
  if (ranges.length === 0) return null;
  const [low, high] = [Math.min(...ranges.map(([a]) => a)), Math.max(...ranges.map(([, b]) => b))];
  return low < high ? [low, high] : null;
}

/** Only points between two z, for tables that have z. */
function DepthFields({ range }: { readonly range: readonly [number, number] }): ReactNode {
  const app = useApp();
  const zWindow = useSession(({ points }) => points.zWindow) ?? range;
  const quantity = { kind: 'length', least: range[0], most: range[1] } as const;
  const set = (side: 0 | 1, value: number | null): void => {
    const next = put(zWindow, side, value ?? range[side]);
    const whole = next[0] <= range[0] && next[1] >= range[1];
    changePoints(app, { zWindow: whole ? null : next });
  };
  return (
    <div className="points-depth">
      {(['z from', 'to'] as const).map((label, side) => (
        <QuantityField
          key={label}
          label={label}
          value={Number(zWindow[side].toPrecision(4))}
          quantity={quantity}
          empty="all"
          onChange={(value) => {
            set(side === 0 ? 0 : 1, value);
          }}
        />
      ))}
    </div>
  );
}

/** How the localisations lie over the maps. */
export function PointsBar(): ReactNode {
  const app = useApp();
  const session = useWholeSession();
  const shown = session.points.shown && hasPoints(session) && session.view.mode === 'plane';
  const wanted = ([0, 1] as const).map((file) => pointsKey(pointsRequest(session, file))).join('\n');
  useEffect(() => {
    if (shown) void fetchPoints(app);
  }, [app, shown, wanted]);
  const settings = settingsOf(session);
  if (!shown || settings === null) return null;
  const depth = zRangeOf(session);
  return (
    <div className="mask-bar" role="group" aria-label="Localisations">
      <div className="mask-row">
        {channelList(settings.job.channels).map((_, index) => (
          <ChannelBox key={index} slot={index === 0 ? 0 : 1} />
        ))}
        <SizeControl />
        <OpacitySlider />
        {depth === null ? null : <DepthFields range={depth} />}
      </div>
      <div className="mask-row dim" role="status" data-points-line>
        {pointsLine(session)}
      </div>
    </div>
  );
}
