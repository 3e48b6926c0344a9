import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { commandOf, perform, showKey } from '../actions/commands.js';
import { changeTools } from '../actions/mask-tool-actions.js';
import { maskFacts, nearestPlane, type DrawnMask } from '../mask/drawn-mask.js';
import { polygonArea } from '../mask/shapes.js';
import { drawingOf } from '../state/drawing.js';
import { layerData } from '../state/layer-data.js';
import { liveStroke } from '../state/live-stroke.js';
import { brushDiameter, type MaskTool, maskToolNames } from '../state/mask-tools.js';
import type { Quantity } from '../state/quantity.js';
import type { Session } from '../state/session.js';
import { useStore } from '../state/store.js';
import { groupDigits, showValue } from '../state/wording.js';
import { useApp, useSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { QuantityField } from '../ui/quantity-field.js';
import { ToolIcon } from './mask-icons.js';

function ToolButton({ tool }: { readonly tool: MaskTool }): ReactNode {
  const app = useApp();
  const chosen = useSession(({ maskTools }) => maskTools.tool === tool);
  const { id, title, keys } = commandOf(`mask-tool-${tool}`);
  const name = title.replace('Mask: ', '');
  return (
    <Tooltip label={`${name} (${showKey(keys[0])})`} openDelay={400}>
      <ActionIcon
        variant="subtle"
        color="gray"
        className="mask-tool"
        aria-label={name}
        aria-pressed={chosen}
        onClick={() => {
          perform(app, id);
        }}
      >
        <ToolIcon tool={tool} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Pixel of the mask in nm. */
function pixelOf(session: Session): number {
  const layer = layerData(session, session.view.layers[session.view.active]);
  return drawingOf(session)?.grid.spacing[2] ?? layer?.grid.spacing[2] ?? 1;
}

/** The diameter of brush and eraser, in nm and in pixels. */
function BrushSize(): ReactNode {
  const app = useApp();
  const tools = useSession(({ maskTools }) => maskTools);
  const pixel = useSession(pixelOf);
  if (tools.tool !== 'brush' && tools.tool !== 'eraser') return null;
  const diameter = brushDiameter(tools, pixel);
  const range: Quantity = { kind: 'length', least: pixel, most: 4096 * pixel };
  const set = (brushNm: number): void => {
    changeTools(app, { brushNm: Math.min(range.most, Math.max(range.least, brushNm)) });
  };
  return (
    <div className="brush-size" title="Shift and the wheel over a map change it too">
      <QuantityField
        label="Size"
        value={Number(diameter.toPrecision(3))}
        quantity={range}
        onChange={(value) => {
          if (value !== null) set(value);
        }}
      />
      <input
        type="range"
        aria-label="Size of the brush"
        min={0}
        max={1}
        step={0.005}
        value={Math.log(diameter / pixel) / Math.log(512)}
        aria-valuetext={`${showValue(diameter / pixel)} pixels`}
        onChange={(event) => {
          set(pixel * 512 ** Number(event.currentTarget.value));
        }}
      />
      <output>{showValue(diameter / pixel)} px</output>
    </div>
  );
}

function EffectControl(): ReactNode {
  const app = useApp();
  const effect = useSession(({ maskTools }) => maskTools.effect);
  const erases = useSession(({ maskTools }) => maskTools.tool === 'eraser');
  return (
    <SegmentedControl
      size="xs"
      aria-label="Add, or take away"
      title="Alt does the other (X)"
      disabled={erases}
      value={erases ? 'subtract' : effect}
      data={[
        { value: 'add', label: 'add' },
        { value: 'subtract', label: 'take away' },
      ]}
      onChange={(value) => {
        changeTools(app, { effect: value === 'subtract' ? 'subtract' : 'add' });
      }}
      transitionDuration={100}
    />
  );
}

function PlanesControl(): ReactNode {
  const app = useApp();
  const planes = useSession(({ maskTools }) => maskTools.planes);
  const count = useSession((session) => drawingOf(session)?.planes.length ?? 1);
  if (count === 1) return null;
  return (
    <SegmentedControl
      size="xs"
      aria-label="Planes that a shape goes into"
      value={planes}
      data={[
        { value: 'this', label: 'this plane' },
        { value: 'all', label: `all ${count}` },
      ]}
      onChange={(value) => {
        changeTools(app, { planes: value === 'all' ? 'all' : 'this' });
      }}
      transitionDuration={100}
    />
  );
}

const hints: Readonly<Record<MaskTool, string>> = {
  move: 'Drag moves the map, the wheel zooms.',
  brush: 'Drag paints · Alt takes away · Shift wheel: size · middle button moves the map',
  eraser: 'Drag takes away · Alt adds · Shift wheel: size',
  polygon: 'Click corners · Enter or double-click closes · Backspace takes one back · Esc gives up',
  lasso: 'Drag around · Alt takes away',
};

/** The area that the polygon so far would cover, and what the tool does. */
function ToolHint(): ReactNode {
  const tool = useSession(({ maskTools }) => maskTools.tool);
  const outline = useSession(({ maskTools }) => maskTools.outline);
  const trouble = useSession(({ maskTools }) => maskTools.trouble);
  if (trouble !== null) {
    return (
      <span className="bad" role="alert">
        {trouble}
      </span>
    );
  }
  const corners =
    outline.length === 0
      ? ''
      : `${outline.length} ${outline.length === 1 ? 'corner' : 'corners'}, ${showValue(polygonArea(outline) / 1e6)} µm² · `;
  return (
    <span className="dim mask-hint" title={hints[tool]}>
      {corners}
      {hints[tool]}
    </span>
  );
}

const counted = (count: number, one: string, many: string): string =>
  `${groupDigits(count)} ${count === 1 ? one : many}`;

/** Area, parts and holes of what is drawn, the stroke of now included. */
export function MaskFactsLine({ drawing }: { readonly drawing: DrawnMask }): ReactNode {
  const live = useStore(liveStroke, (stroke) => stroke);
  const shown = useSession(({ view }) => view.z);
  const calibrated = useSession(
    (session) => layerData(session, session.view.layers[session.view.active])?.calibrated ?? true,
  );
  const z = nearestPlane(drawing, shown);
  const planes =
    live?.z === z ? drawing.planes.map((plane, i) => (i === z ? live.plane : plane)) : drawing.planes;
  const facts = maskFacts({ ...drawing, planes }, z);
  const volume = facts.volumeUm3 === null ? '' : ` · ${showValue(facts.volumeUm3)} µm³ in all planes`;
  return (
    <span data-mask-facts data-pixels={facts.pixels}>
      {calibrated ? `${showValue(facts.areaUm2)} µm²` : counted(facts.pixels, 'pixel', 'pixels')} ·{' '}
      {counted(facts.parts, 'part', 'parts')} · {counted(facts.holes, 'hole', 'holes')}
      {calibrated ? volume : ''}
    </span>
  );
}

/** The drawing tools, over the maps. */
export function MaskBar(): ReactNode {
  const open = useSession(({ maskTools }) => maskTools.open);
  const drawing = useSession(drawingOf);
  if (!open) return null;
  return (
    <div className="mask-bar">
      <div className="mask-row" role="toolbar" aria-label="Drawing the mask">
        {maskToolNames.map((tool) => (
          <ToolButton key={tool} tool={tool} />
        ))}
        <BrushSize />
        <EffectControl />
        <PlanesControl />
        <span className="spacer" />
        <CommandButton id="mask-done">Done</CommandButton>
      </div>
      <div className="mask-row" role="status">
        {drawing === null ? null : <MaskFactsLine drawing={drawing} />}
        <ToolHint />
      </div>
    </div>
  );
}
