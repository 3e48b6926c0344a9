import type { ReactNode } from 'react';
import type { TablePreview } from '../../src-core/io/table-preview.js';
import { columnRoles, columnTitle, type TableDraft, type TableRole } from '../state/table-choice.js';

function roleAt({ roles }: TableDraft, index: number): TableRole | undefined {
  return columnRoles.find((role) => roles[role] === index);
}

const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell.replace(',', '.')));

/** A cell; one that should be a number and is none stands out. */
function Cell({ cell, role }: { readonly cell: string; readonly role: TableRole | undefined }): ReactNode {
  const isWrong = role !== undefined && role !== 'channel' && !isNumber(cell);
  return (
    <td data-role={role} className={isWrong ? 'no-number' : undefined}>
      {cell === '' ? '—' : cell}
    </td>
  );
}

/** The first rows of a table as they are parted into cells, with what each column is read as. */
export function TableRows({
  preview,
  draft,
}: {
  readonly preview: TablePreview;
  readonly draft: TableDraft;
}): ReactNode {
  const roles = preview.columns.map((_, index) => roleAt(draft, index));
  return (
    <div className="table-rows" tabIndex={0} role="region" aria-label="First rows of the table">
      <table>
        <thead>
          <tr>
            <th scope="col">row</th>
            {preview.columns.map((_, index) => (
              <th key={index} scope="col" data-role={roles[index]}>
                <span className="role-badge">{roles[index]}</span>
                {columnTitle(preview, index)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map((row, index) => (
            <tr key={index}>
              <th scope="row">{index + 1}</th>
              {row.map((cell, column) => (
                <Cell key={column} cell={cell} role={roles[column]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
