/** A matrix inside a flat array: entry (i, j) stands at start + i·down + j·across. */
export interface MatrixPart {
  readonly values: Float64Array;
  readonly start: number;
  readonly down: number;
  readonly across: number;
}

/** Numbers of rows, of terms of every sum, and of columns. */
type ProductShape = readonly [rows: number, terms: number, columns: number];

/** Rows and columns of the result that are made together. */
const tileRows = 4;
const tileColumns = 2;

/** One entry of the product. */
function entry(
  a: MatrixPart,
  b: MatrixPart,
  terms: number,
  [row, column]: readonly [number, number],
): number {
  let sum = 0;
  let i = a.start + row * a.down;
  let j = b.start + column * b.across;
  for (let k = 0; k < terms; k++, i += a.across, j += b.down) sum += a.values[i] * b.values[j];
  return sum;
}

/** Four rows of a product. */
interface Band {
  readonly row: number;
  readonly terms: number;
  readonly columns: number;
}

/** Four rows of the product from `row` on. Tiles of 4 × 2 sums stay in registers, which a plain loop's do not. */
function fourRows(out: MatrixPart, a: MatrixPart, b: MatrixPart, { row, terms, columns }: Band): void {
  const { values: c, down: d } = out;
  const { values: u, across: nextA } = a;
  const { values: v, down: nextB, across: beside } = b;
  const one = a.down;
  const two = 2 * one;
  const three = 3 * one;
  for (let next = 0; next < columns; next += tileColumns) {
    const column = Math.min(next, columns - tileColumns);
    let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0];
    let i = a.start + row * one;
    let j = b.start + column * beside;
    for (let k = 0; k < terms; k++) {
      const left = v[j];
      const right = v[j + beside];
      const p = u[i];
      s00 += p * left;
      s01 += p * right;
      const q = u[i + one];
      s10 += q * left;
      s11 += q * right;
      const r = u[i + two];
      s20 += r * left;
      s21 += r * right;
      const s = u[i + three];
      s30 += s * left;
      s31 += s * right;
      i += nextA;
      j += nextB;
    }
    const at = out.start + row * d + column * out.across;
    const beyond = at + out.across;
    [c[at], c[at + d], c[at + 2 * d], c[at + 3 * d]] = [s00, s10, s20, s30];
    [c[beyond], c[beyond + d], c[beyond + 2 * d], c[beyond + 3 * d]] = [s01, s11, s21, s31];
  }
}

/** out ← a·b; what `out` held there is overwritten. */
export function multiply(
  out: MatrixPart,
  [a, b]: readonly [MatrixPart, MatrixPart],
  [rows, terms, columns]: ProductShape,
): void {
  if (rows < tileRows || columns < tileColumns) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        out.values[out.start + row * out.down + column * out.across] = entry(a, b, terms, [row, column]);
      }
    }
    return;
  }
  // The last tile of a row or column begins early enough to be whole, and makes some entries again.
  for (let row = 0; row < rows; row += tileRows) {
    fourRows(out, a, b, { row: Math.min(row, rows - tileRows), terms, columns });
  }
}
