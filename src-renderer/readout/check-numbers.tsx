import type { ReactNode } from 'react';

interface CheckNumbersProps<T> {
  /** What the columns are of. */
  readonly corner: string;
  readonly columns: readonly { readonly title: string; readonly of: T }[];
  /** Each row: its title, and what it shows of a column. */
  readonly rows: readonly (readonly [title: string, show: (of: T) => string])[];
}

/** The numbers of a check, the same of each column. */
export function CheckNumbers<T>({ corner, columns, rows }: CheckNumbersProps<T>): ReactNode {
  return (
    <table className="check-numbers">
      <thead>
        <tr>
          <th scope="col">{corner}</th>
          {columns.map(({ title }) => (
            <th scope="col" key={title}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, show]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {columns.map(({ title, of }) => (
              <td key={title}>{show(of)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
