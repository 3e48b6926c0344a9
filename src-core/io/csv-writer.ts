/** One column of a table to write. */
export interface TableColumn {
  readonly name: string;
  readonly values: ArrayLike<number> | ArrayLike<string>;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The shortest decimal that reads back as the same float32. */
function shortFloat(value: number): string {
  for (const digits of [7, 8]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

function cellsOf(values: TableColumn['values']): (row: number) => string {
  if (values instanceof Float32Array) return (row) => shortFloat(values[row]);
  return (row) => (row < values.length ? quoted(String(values[row])) : '');
}

/**
 * A table as csv after RFC 4180: a header, then one line a row, lines ended by CR LF, cells quoted where they must
 * be. Numbers are written with as many digits as read back the same; NaN is "NaN". Columns that are shorter than the
 * longest leave their last cells empty.
 */
export function writeTable(columns: readonly TableColumn[]): string {
  const rows = Math.max(0, ...columns.map((column) => column.values.length));
  const writers = columns.map((column) => cellsOf(column.values));
  const lines = [columns.map((column) => quoted(column.name)).join(',')];
  for (let row = 0; row < rows; row++) {
    const cells = writers.map((write, i) => (row < columns[i].values.length ? write(row) : ''));
    lines.push(cells.join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}
