import type { ReactNode } from 'react';
import type { FileDescription } from '../../src-main/engine/messages.js';
import { columnRoles } from '../state/table-choice.js';
import { groupDigits } from '../state/wording.js';
import { CommandButton } from '../ui/command-button.js';

/** What a table of localisations holds. */
export type TableDescription = Extract<FileDescription, { kind: 'table' }>;

const unitTitles = { nm: 'nm', um: 'µm', px: 'camera pixels' } as const;
const sayers = { file: 'as the header says', user: 'as you said', assumed: 'assumed' } as const;

/** How a table was read: its columns, its unit and who said so, with the way to change it. */
export function TableReadingFacts({ description }: { readonly description: TableDescription }): ReactNode {
  const { format, reading } = description;
  if (reading === undefined) return <p className="facts">{format} · localisation table</p>;
  const { columns, units, unitsFrom, count } = reading;
  const named = columnRoles.flatMap((role) =>
    columns[role] === undefined ? [] : [`${role}: ${columns[role]}`],
  );
  return (
    <>
      <p className="facts">
        {format} · {groupDigits(count)} localisations · {unitTitles[units]}, {sayers[unitsFrom]}
      </p>
      <p className="field-note">{named.join(' · ')}</p>
      <div className="buttons table-change" data-setting="table.columns table.units calibration.pixelSizeNm">
        <CommandButton id="table-columns">Change …</CommandButton>
      </div>
    </>
  );
}
