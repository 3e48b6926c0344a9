import { breathe, type Run } from '../run.js';
import type { CosineTable, Turn } from './cosine-table.js';
import { turnedByMachine } from './machine-turn.js';
import { type MatrixPart, multiply } from './matrix-product.js';

/** Columns are turned in parts of about this many multiplications, with a breath after each. */
const portion = 2 ** 22;

/** Sums and differences (`sign` −1) of the values at cells that mirror one another, those of a column in a row. */
function folded({ values, start, down, across }: MatrixPart, cells: number, columns: number, sign: number) {
  const half = Math.ceil(cells / 2);
  const out = new Float64Array(half * columns);
  for (let column = 0; column < columns; column++) {
    let first = start + column * across;
    let last = first + (cells - 1) * down;
    for (let i = column * half; i < (column + 1) * half; i++, first += down, last -= down) {
      out[i] = values[first] + sign * values[last];
    }
    // The middle cell of an odd number is its own mirror.
    if (cells % 2 === 1) out[(column + 1) * half - 1] = sign === 1 ? values[first - down] : 0;
  }
  return { values: out, start: 0, down: 1, across: half };
}

/** The modes of even or odd number (`first` 0 or 1) among the rows of a matrix of all modes. */
const everyOther = ({ values, start, down, across }: MatrixPart, first: number): MatrixPart => ({
  values,
  start: start + first * down,
  down: 2 * down,
  across,
});

const tablePart = ({ values, cells }: CosineTable): MatrixPart => ({
  values,
  start: 0,
  down: cells,
  across: 1,
});

const transposed = ({ values, start, down, across }: MatrixPart): MatrixPart => ({
  values,
  start,
  down: across,
  across: down,
});

function analyseColumns(out: MatrixPart, values: MatrixPart, table: CosineTable, columns: number): void {
  const { modes, cells, isCentred } = table;
  const all = tablePart(table);
  if (!isCentred) {
    multiply(out, [all, values], [modes, cells, columns]);
    return;
  }
  const half = Math.ceil(cells / 2);
  for (const first of [0, 1]) {
    const mirrored = folded(values, cells, columns, first === 0 ? 1 : -1);
    const rows = (modes + 1 - first) >> 1;
    multiply(everyOther(out, first), [everyOther(all, first), mirrored], [rows, half, columns]);
  }
}

/** out ← even + odd at a cell of the first half, and even − odd at its mirror. */
function unfold(out: MatrixPart, [even, odd]: readonly MatrixPart[], cells: number, columns: number): void {
  const half = Math.ceil(cells / 2);
  for (let column = 0; column < columns; column++) {
    let first = out.start + column * out.across;
    let last = first + (cells - 1) * out.down;
    for (let i = column * half; i < (column + 1) * half; i++, first += out.down, last -= out.down) {
      out.values[last] = even.values[i] - odd.values[i];
      out.values[first] = even.values[i] + odd.values[i];
    }
  }
}

function synthesiseColumns(out: MatrixPart, values: MatrixPart, table: CosineTable, columns: number): void {
  const { modes, cells, isCentred } = table;
  const all = tablePart(table);
  if (!isCentred) {
    multiply(out, [transposed(all), values], [cells, modes, columns]);
    return;
  }
  const half = Math.ceil(cells / 2);
  const parts = [0, 1].map((first): MatrixPart => {
    const part = { values: new Float64Array(half * columns), start: 0, down: 1, across: half };
    const terms = (modes + 1 - first) >> 1;
    multiply(part, [transposed(everyOther(all, first)), everyOther(values, first)], [half, terms, columns]);
    return part;
  });
  unfold(out, parts, cells, columns);
}

/**
 * (outer, from, inner) → (outer, to, inner): the cosines summed by their coefficients, or the field summed against every
 * cosine. Where the cosines lie centred on the cells, mirrored cells are taken together: half the multiplications.
 */
export async function turned(
  values: Float64Array,
  { table, outer, inner, isSynthesis }: Turn,
  run: Run,
): Promise<Float64Array> {
  const { modes, cells } = table;
  const [from, to] = isSynthesis ? [modes, cells] : [cells, modes];
  const made = await turnedByMachine(values, { table, outer, inner, isSynthesis }, run);
  if (made !== null) return made;
  const out = new Float64Array(outer * to * inner);
  // The last axis: its lines are the columns of one matrix.
  const [blocks, columns] = inner === 1 ? [1, outer] : [outer, inner];
  const part = (array: Float64Array, length: number, block: number, column: number): MatrixPart =>
    inner === 1
      ? { values: array, start: column * length, down: 1, across: length }
      : { values: array, start: block * length * inner + column, down: inner, across: 1 };
  const step = Math.max(2, 2 * Math.round(portion / (2 * modes * cells)));
  let done = 0;
  for (let block = 0; block < blocks; block++) {
    for (let column = 0; column < columns; column += step) {
      const width = Math.min(step, columns - column);
      const turn = isSynthesis ? synthesiseColumns : analyseColumns;
      turn(part(out, to, block, column), part(values, from, block, column), table, width);
      done += width;
      if (done >= step) await breathe(run);
      done %= step;
    }
  }
  await breathe(run);
  return out;
}
