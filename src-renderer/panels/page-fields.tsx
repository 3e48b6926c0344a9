import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import { lookLimits } from '../../src-core/figure/page-look.js';
import { changeChoices, changeLook } from '../actions/page-actions.js';
import { availableLayers, layerTitle } from '../state/layer-data.js';
import type { LayerName } from '../state/layers.js';
import type { PageSpec } from '../state/page.js';
import { isMappable, planPage } from '../actions/page-plan.js';
import type { Quantity } from '../state/quantity.js';
import { useApp, useSession } from '../ui/app-context.js';
import { Choice, Segments } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';

type Look = PageSpec['look'];

const quantityOf = ([least, most]: readonly [number, number], unit: string): Quantity => ({
  kind: 'number',
  least,
  most,
  unit,
});
const widthQuantity = quantityOf(lookLimits.widthMm, 'mm');
const dpiQuantity = quantityOf(lookLimits.dpi, 'dpi');
const textQuantity = quantityOf(lookLimits.fontPt, 'pt');

/** Values that are asked for often, as a row of buttons under their field. */
function Presets({
  label,
  values,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly values: readonly (readonly [value: number, title: string])[];
  readonly value: number;
  readonly onChoose: (value: number) => void;
}): ReactNode {
  return (
    <div className="presets" role="group" aria-label={label}>
      {values.map(([preset, title]) => (
        <button
          key={preset}
          type="button"
          title={title}
          aria-pressed={preset === value}
          onClick={() => {
            onChoose(preset);
          }}
        >
          {preset}
        </button>
      ))}
    </div>
  );
}

const widths = [
  [85, 'one column, 85 mm'],
  [120, 'one and a half columns, 120 mm'],
  [174, 'two columns, 174 mm'],
  [180, 'two columns, 180 mm'],
] as const;

const resolutions = [
  [150, 'for the screen, 150 dpi'],
  [300, 'for photographs in print, 300 dpi'],
  [600, 'for print with fine lines, 600 dpi'],
] as const;

type Change = (part: Partial<Look>) => void;

function WidthField({ widthMm, change }: { readonly widthMm: number; readonly change: Change }): ReactNode {
  return (
    <>
      <QuantityField
        label="Width"
        value={widthMm}
        quantity={widthQuantity}
        onChange={(value) => {
          if (value !== null) change({ widthMm: value });
        }}
      />
      <Presets
        label="Widths in mm"
        values={widths}
        value={widthMm}
        onChoose={(value) => {
          change({ widthMm: value });
        }}
      />
    </>
  );
}

function ResolutionField({ dpi, change }: { readonly dpi: number; readonly change: Change }): ReactNode {
  return (
    <>
      <QuantityField
        label="Resolution"
        value={dpi}
        quantity={dpiQuantity}
        onChange={(value) => {
          if (value !== null) change({ dpi: Math.round(value) });
        }}
      />
      <Presets
        label="Resolutions in dpi"
        values={resolutions}
        value={dpi}
        onChoose={(value) => {
          change({ dpi: value });
        }}
      />
    </>
  );
}

function SizeFields({ look, format }: { readonly look: Look; readonly format: 'png' | 'svg' }): ReactNode {
  const app = useApp();
  const change: Change = (part) => {
    changeLook(app, part);
  };
  return (
    <>
      <WidthField widthMm={look.widthMm} change={change} />
      {format === 'svg' ? null : <ResolutionField dpi={look.dpi} change={change} />}
      <QuantityField
        label="Text"
        value={look.fontPt}
        quantity={textQuantity}
        onChange={(fontPt) => {
          if (fontPt !== null) change({ fontPt });
        }}
      />
    </>
  );
}

const parts = [
  ['showTitle', 'title'],
  ['showCaption', 'caption'],
  ['letters', 'letters'],
] as const;

function PartBoxes({ look }: { readonly look: Look }): ReactNode {
  const app = useApp();
  return (
    <div className="page-parts" role="group" aria-label="Parts of the page">
      {parts.map(([part, label]) => (
        <Checkbox
          key={part}
          size="xs"
          label={label}
          checked={look[part]}
          onChange={(event) => {
            changeLook(app, { [part]: event.currentTarget.checked });
          }}
        />
      ))}
      <Checkbox
        size="xs"
        label="white ground"
        checked={look.background === 'white'}
        onChange={(event) => {
          changeLook(app, { background: event.currentTarget.checked ? 'white' : 'transparent' });
        }}
      />
    </div>
  );
}

const noSize = (): null => null;

/** Which layer a single map shows. */
export function LayerChoice(): ReactNode {
  const app = useApp();
  const layer = useSession(({ page }) => page.choices.layer);
  const titles = useSession((session) =>
    availableLayers(session)
      .filter(isMappable)
      .map((name) => `${name}\t${layerTitle(session, name)}`)
      .join('\n'),
  );
  const there = useSession((session) => planPage(session, noSize) !== null);
  return (
    <Choice
      label="Layer"
      value={layer}
      options={titles.split('\n').map((line) => {
        const [value, label] = line.split('\t');
        return { value: value as LayerName, label };
      })}
      note={there ? 'With the colours and limits it has in the view.' : 'This layer is not there yet.'}
      onChange={(chosen) => {
        changeChoices(app, { layer: chosen, name: null });
      }}
    />
  );
}

/** How the page is set. */
export function PageFields(): ReactNode {
  const app = useApp();
  const look = useSession(({ page }) => page.choices.look);
  const format = useSession(({ page }) => page.choices.format);
  return (
    <>
      <Segments
        label="Format"
        value={format}
        options={[
          { value: 'png', label: 'PNG' },
          { value: 'svg', label: 'SVG' },
        ]}
        onChange={(chosen) => {
          changeChoices(app, { format: chosen });
        }}
      />
      <SizeFields look={look} format={format} />
      <PartBoxes look={look} />
    </>
  );
}
