import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Remedy } from '../../src-core/errors.js';
import type { Grant } from '../../src-main/api.js';
import { openTable, type TableGiven } from '../actions/source-actions.js';
import { readQuantity } from '../state/quantity.js';
import { remediesOf } from '../state/setting-fields.js';
import { useApp, useSession } from '../ui/app-context.js';
import { Choice, FieldRow } from '../ui/field.js';
import { lengthQuantity } from './quantities.js';

type Given = NonNullable<TableGiven>;

const unitWords = { nm: 'nm', um: 'µm', px: 'camera pixels' } as const;

/** One button for each unit that positions may be in. */
function UnitButtons({ grant, given }: { readonly grant: Grant; readonly given: Given }): ReactNode {
  const app = useApp();
  return (['nm', 'um', 'px'] as const).map((units) => (
    <Button
      key={units}
      size="xs"
      variant="default"
      onClick={() => void openTable(app, grant, { ...given, units })}
    >
      It is in {unitWords[units]}
    </Button>
  ));
}

/** Which columns hold x and y, chosen among those that there are. */
function ColumnChoices({
  grant,
  given,
  choices,
}: {
  readonly grant: Grant;
  readonly given: Given;
  readonly choices: readonly string[];
}): ReactNode {
  const app = useApp();
  const [x, setX] = useState(given.columns?.x ?? choices[0]);
  const [y, setY] = useState(given.columns?.y ?? choices.at(1) ?? choices[0]);
  const options = choices.map((name) => ({ value: name, label: name }));
  return (
    <div className="table-choices">
      <Choice label="x column" value={x} options={options} onChange={setX} />
      <Choice label="y column" value={y} options={options} onChange={setY} />
      <Button
        size="xs"
        variant="filled"
        disabled={x === y}
        onClick={() => void openTable(app, grant, { ...given, columns: { ...given.columns, x, y } })}
      >
        Open with these columns
      </Button>
    </div>
  );
}

/** How large a camera pixel is, for positions that are counted in them. */
function CameraPixel({ grant, given }: { readonly grant: Grant; readonly given: Given }): ReactNode {
  const app = useApp();
  const [typed, setTyped] = useState('');
  const entry = readQuantity(typed, lengthQuantity);
  const open = (): void => {
    if (entry.kind === 'value') void openTable(app, grant, { ...given, pixelSize: entry.value });
  };
  return (
    <form
      className="table-choices"
      onSubmit={(event) => {
        event.preventDefault();
        open();
      }}
    >
      <FieldRow
        label={<label htmlFor="camera-pixel">Camera pixel</label>}
        problem={entry.kind === 'problem' ? entry.problem : null}
      >
        <div className="quantity">
          <input
            id="camera-pixel"
            type="text"
            inputMode="decimal"
            placeholder="100 nm"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
        </div>
      </FieldRow>
      <Button type="submit" size="xs" variant="filled" disabled={entry.kind !== 'value'}>
        Open with this pixel
      </Button>
    </form>
  );
}

function choicesIn(remedies: readonly Remedy[]): readonly string[] {
  return remedies.find(({ setting }) => setting === 'table.columns')?.choices ?? [];
}

/** What a table that was not opened does not say itself, to be said here: columns, unit, size of a camera pixel. */
export function TableChoices(): ReactNode {
  const trouble = useSession(({ sourceTrouble }) => sourceTrouble);
  if (trouble === null || trouble.grant === null) return null;
  const { grant, failure, table: given = {} } = trouble;
  const remedies = remediesOf(failure);
  const choices = choicesIn(remedies);
  const asks = (name: Remedy['setting']): boolean => remedies.some(({ setting }) => setting === name);
  return (
    <>
      {choices.length < 2 ? null : <ColumnChoices grant={grant} given={given} choices={choices} />}
      {asks('table.units') ? <UnitButtons grant={grant} given={given} /> : null}
      {asks('calibration.pixelSizeNm') ? <CameraPixel grant={grant} given={given} /> : null}
    </>
  );
}
