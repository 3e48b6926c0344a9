import type { ReactNode } from 'react';

interface FactProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly mark?: 'strong' | 'doubtful' | undefined;
}

/** A line of a table: a name and its value. */
export function Fact({ name, value, mark }: FactProps): ReactNode {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={mark}>{value}</td>
    </tr>
  );
}
