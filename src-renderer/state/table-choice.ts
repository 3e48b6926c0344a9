import type { JobSpec } from '../../src-core/job.js';
import type { TablePreview } from '../../src-core/io/table-preview.js';
import type { ColumnChoice, LengthUnit, TableOptions } from '../../src-core/io/table.js';

/** What a column can be read as, in the order that users are asked. */
export const columnRoles = ['x', 'y', 'z', 'precision', 'frame', 'channel', 'molecule'] as const;

/** What a column is read as. */
export type TableRole = (typeof columnRoles)[number];

/** What the user says of a table; null: what the table says itself. */
export interface TableChoice {
  readonly columns: ColumnChoice | null;
  readonly units: LengthUnit | null;
  /** nm of a camera pixel, for positions in px. */
  readonly pixelSizeNm: number | null;
}

/** The options that a job's tables are read with. */
export function tableOptions({ table, calibration }: JobSpec): TableOptions {
  return {
    ...(table.columns && { columns: table.columns }),
    ...(table.units && { units: table.units }),
    ...(calibration.pixelSizeNm !== null && { pixelSize: calibration.pixelSizeNm }),
  };
}

/** A choice as options for reading. */
export function optionsOf({ columns, units, pixelSizeNm }: TableChoice): TableOptions {
  return {
    ...(columns && { columns }),
    ...(units && { units }),
    ...(pixelSizeNm !== null && { pixelSize: pixelSizeNm }),
  };
}

/** The choice that a job's settings stand for. */
export function choiceOf({ table, calibration }: JobSpec): TableChoice {
  return {
    columns: table.columns,
    units: table.units,
    pixelSizeNm: calibration.pixelSizeNm,
  };
}

/** The job with its tables read by a choice. */
export function withChoice(job: JobSpec, { columns, units, pixelSizeNm }: TableChoice): JobSpec {
  return {
    ...job,
    table: { ...job.table, columns, units },
    calibration: { ...job.calibration, pixelSizeNm },
  };
}

/** A choice being made: the index of a column for each role (null: none), a unit (null: not said). */
export interface TableDraft {
  readonly roles: Readonly<Record<TableRole, number | null>>;
  readonly units: LengthUnit | null;
  readonly pixelSizeNm: number | null;
}

/** The choice that is shown first: what was chosen before, else what was recognised. */
export function firstDraft(preview: TablePreview, choice: TableChoice | null): TableDraft {
  const indexOf = (role: TableRole): number | null => {
    const wanted = choice?.columns?.[role];
    if (wanted === undefined) return preview.guess[role] ?? null;
    const index = preview.columns.findIndex((column) => column.choice === wanted || column.name === wanted);
    return index < 0 ? null : index;
  };
  const roles = Object.fromEntries(columnRoles.map((role) => [role, indexOf(role)]));
  return {
    roles: roles as TableDraft['roles'],
    units: choice?.units ?? null,
    pixelSizeNm: choice?.pixelSizeNm ?? null,
  };
}

/** The unit in the header of the column that is read as x; null where it says none. */
export function headerUnit(preview: TablePreview, { roles }: TableDraft): LengthUnit | null {
  return roles.x === null ? null : preview.columns[roles.x].unit;
}

/** Side of a camera pixel, nm: as chosen, else as the file says; null where neither does. */
function pixelOf({ pixelSizeNm }: TablePreview, draft: TableDraft): number | null {
  return draft.pixelSizeNm ?? pixelSizeNm;
}

/** What still stands in the way of reading the table by this draft; null where nothing does. */
export function draftProblem(preview: TablePreview, draft: TableDraft): string | null {
  const { x, y } = draft.roles;
  if (x === null || y === null) return 'Choose the columns of x and y.';
  const used = columnRoles.map((role) => draft.roles[role]).filter((index) => index !== null);
  const twice = used.find((index, i) => used.indexOf(index) !== i);
  if (twice !== undefined) return `${columnTitle(preview, twice)} is chosen twice.`;
  const dumb = (['x', 'y', 'z', 'precision', 'frame', 'molecule'] as const).find((role) => {
    const index = draft.roles[role];
    return index !== null && preview.columns[index].numbers === 0;
  });
  if (dumb !== undefined) return `The column chosen for ${dumb} holds no numbers.`;
  const unit = draft.units ?? headerUnit(preview, draft);
  if (unit === null) return 'Say which unit the positions are in.';
  if (unit === 'px' && pixelOf(preview, draft) === null)
    return 'Positions in pixels need the size of a camera pixel.';
  return null;
}

/** What a column is called: its name, or its number where it has none. */
export function columnTitle(preview: TablePreview, index: number): string {
  const { name } = preview.columns[index];
  return name === '' ? `Column ${index + 1}` : name;
}

/** A draft as a choice: roles that differ from what is recognised are named, and so is that there is none. */
export function choiceOfDraft(preview: TablePreview, draft: TableDraft): TableChoice {
  const named = columnRoles.flatMap((role) => {
    const index = draft.roles[role];
    const recognised = preview.guess[role] ?? null;
    if (index === recognised && preview.header) return [];
    if (index === null) return recognised === null ? [] : [[role, ''] as const];
    return [[role, preview.columns[index].choice] as const];
  });
  const guessed = columnRoles.every((role) => draft.roles[role] === (preview.guess[role] ?? null));
  const unit = draft.units ?? headerUnit(preview, draft);
  return {
    columns: guessed || named.length === 0 ? null : Object.fromEntries(named),
    units: draft.units,
    pixelSizeNm: unit === 'px' ? draft.pixelSizeNm : null,
  };
}

const nmPer: Readonly<Record<'nm' | 'um', number>> = { nm: 1, um: 1000 };

/** How far the positions of the first rows reach in x and y, nm; null while unit or columns are open. */
export function draftExtent(preview: TablePreview, draft: TableDraft): readonly [number, number] | null {
  const unit = draft.units ?? headerUnit(preview, draft);
  const { x, y } = draft.roles;
  if (unit === null || x === null || y === null) return null;
  const scale = unit === 'px' ? pixelOf(preview, draft) : nmPer[unit];
  if (scale === null) return null;
  const reach = (index: number): number =>
    (preview.columns[index].largest - preview.columns[index].least) * scale;
  return [reach(x), reach(y)];
}

/** Name under which a choice for tables like this one is kept. */
export function headerKey({ header, columns }: TablePreview): string {
  return header ? columns.map(({ name }) => name).join('\t') : `${columns.length} columns without names`;
}
