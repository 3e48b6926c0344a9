import type { Triple } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import type { DomainLevel } from './domain-levels.js';

/** Where the cells of a level lie, and the box around them, wider by `margin` (the domain's unit) on every side. */
export interface CosineBox {
  /** First cell of the level inside the box along z, y, x, and how many there are, margin not included. */
  readonly first: Triple;
  readonly cells: Triple;
  /** Length of the box along z, y, x; 0 along an axis that the domain does not extend along. */
  readonly length: Triple;
  /** Position of the centre of cell `first` in the box. */
  readonly origin: Triple;
}

/**
 * Cosines that stand in a box around a domain with no slope at its walls, orthonormal over the cells of the box, up to
 * a highest wave number. A field made of them is smooth and free at the edge of the domain, which lies well inside.
 */
export interface CosineBasis {
  readonly level: DomainLevel;
  readonly box: CosineBox;
  /** Number of cosines along z, y, x; a coefficient stands at (z·ny + y)·nx + x. */
  readonly modes: Triple;
  readonly count: number;
  /** k² of every mode, in 1/unit². */
  readonly wave: Float64Array;
  /** Number of cells of the box, margin included (it need not be whole). */
  readonly cellsInBox: number;
  /** Per axis: cos value of mode j at cell i, at j·cells + i. */
  readonly tables: readonly [Float64Array, Float64Array, Float64Array];
}

function cellRange(level: DomainLevel): { first: Triple; cells: Triple } {
  const [, ny, nx] = level.shape;
  const low = [Infinity, Infinity, Infinity];
  const high = [-1, -1, -1];
  for (const at of level.voxel) {
    const position = [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx];
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], position[axis]);
      high[axis] = Math.max(high[axis], position[axis]);
    }
  }
  return {
    first: [low[0], low[1], low[2]],
    cells: [high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1],
  };
}

/** The box around the cells of a level, wider by `margin` on every side. */
export function cosineBox(level: DomainLevel, margin: number): CosineBox {
  const { first, cells } = cellRange(level);
  const along = (axis: 0 | 1 | 2): number =>
    level.axes.includes(axis) ? cells[axis] * level.spacing[axis] + 2 * margin : 0;
  const start = (axis: 0 | 1 | 2): number => margin + level.spacing[axis] / 2;
  return {
    ...{ first, cells },
    length: [along(0), along(1), along(2)],
    origin: [start(0), start(1), start(2)],
  };
}

/** The same box seen from another level of the domain, whose cells are `ratio` (z, y, x) times smaller. */
export function finerBox(box: CosineBox, finer: DomainLevel, coarser: DomainLevel): CosineBox {
  const { first, cells } = cellRange(finer);
  const start = (axis: 0 | 1 | 2): number =>
    box.origin[axis] -
    (box.first[axis] + 0.5) * coarser.spacing[axis] +
    (first[axis] + 0.5) * finer.spacing[axis];
  return { first, cells, length: box.length, origin: [start(0), start(1), start(2)] };
}

function modeCount(length: number, spacing: number, highest: number): number {
  if (length === 0) return 1;
  return Math.max(1, Math.min(Math.floor(length / spacing), Math.floor((highest * length) / Math.PI) + 1));
}

function cosineTable(box: CosineBox, level: DomainLevel, axis: 0 | 1 | 2, modes: number): Float64Array {
  const { cells, length, origin } = box;
  const table = new Float64Array(modes * cells[axis]).fill(1);
  if (length[axis] === 0) return table;
  const spacing = level.spacing[axis];
  for (let j = 0; j < modes; j++) {
    const scale = Math.sqrt(((j === 0 ? 1 : 2) * spacing) / length[axis]);
    for (let i = 0; i < cells[axis]; i++) {
      const at = origin[axis] + i * spacing;
      table[j * cells[axis] + i] = scale * Math.cos((Math.PI * j * at) / length[axis]);
    }
  }
  return table;
}

function waveNumbers(modes: Triple, length: Triple): Float64Array {
  const square = (j: number, axis: number): number =>
    length[axis] === 0 ? 0 : ((Math.PI * j) / length[axis]) ** 2;
  const wave = new Float64Array(modes[0] * modes[1] * modes[2]);
  for (let z = 0, at = 0; z < modes[0]; z++) {
    for (let y = 0; y < modes[1]; y++) {
      for (let x = 0; x < modes[2]; x++, at++) wave[at] = square(z, 0) + square(y, 1) + square(x, 2);
    }
  }
  return wave;
}

/** Cosines in a box up to the wave number `highest` (1/unit), sampled at the cells of a level. */
export function cosineBasis(level: DomainLevel, box: CosineBox, highest: number): CosineBasis {
  const count = (axis: 0 | 1 | 2): number => modeCount(box.length[axis], level.spacing[axis], highest);
  return basisOfModes(level, box, [count(0), count(1), count(2)]);
}

/** A given number of cosines along z, y, x in a box, sampled at the cells of a level. */
export function basisOfModes(level: DomainLevel, box: CosineBox, modes: Triple): CosineBasis {
  const table = (axis: 0 | 1 | 2): Float64Array => cosineTable(box, level, axis, modes[axis]);
  const cellsAlong = (axis: 0 | 1 | 2): number =>
    box.length[axis] === 0 ? 1 : box.length[axis] / level.spacing[axis];
  return {
    ...{ level, box, modes },
    count: modes[0] * modes[1] * modes[2],
    wave: waveNumbers(modes, box.length),
    cellsInBox: cellsAlong(0) * cellsAlong(1) * cellsAlong(2),
    tables: [table(0), table(1), table(2)],
  };
}

/** An array of (outer, from, inner) values, and the table that turns `from` into `to`. */
interface Contraction {
  readonly outer: number;
  readonly from: number;
  readonly to: number;
  readonly inner: number;
  /** table[f·fromStep + t·toStep] */
  readonly table: Float64Array;
  readonly fromStep: number;
  readonly toStep: number;
}

/** (outer, from, inner) → (outer, to, inner), each the sum over `from` weighted by the table. */
async function contract(values: Float64Array, part: Contraction, run: Run): Promise<Float64Array> {
  const { outer, from, to, inner, table, fromStep, toStep } = part;
  const out = new Float64Array(outer * to * inner);
  for (let o = 0; o < outer; o++) {
    for (let t = 0; t < to; t++) {
      const target = (o * to + t) * inner;
      for (let f = 0; f < from; f++) {
        const weight = table[f * fromStep + t * toStep];
        const source = (o * from + f) * inner;
        for (let i = 0; i < inner; i++) out[target + i] += weight * values[source + i];
      }
    }
    await breathe(run);
  }
  return out;
}

/** (rows, from) → (rows, to), the last axis contracted: the table is read along its rows. */
async function contractLast(values: Float64Array, part: Contraction, run: Run): Promise<Float64Array> {
  const { outer: rows, from, to, table, fromStep, toStep } = part;
  const out = new Float64Array(rows * to);
  const aligned = toStep === 1;
  for (let r = 0; r < rows; r++) {
    for (let f = 0; aligned && f < from; f++) {
      const value = values[r * from + f];
      for (let t = 0; t < to; t++) out[r * to + t] += value * table[f * fromStep + t];
    }
    for (let t = 0; !aligned && t < to; t++) {
      let sum = 0;
      for (let f = 0; f < from; f++) sum += values[r * from + f] * table[f * fromStep + t * toStep];
      out[r * to + t] = sum;
    }
    if (r % 64 === 0) await breathe(run);
  }
  return out;
}

/** The field (one value per cell of the level) that coefficients stand for. */
export async function synthesise(
  coefficients: Float64Array,
  basis: CosineBasis,
  run: Run,
): Promise<Float64Array> {
  const { modes, box, tables, level } = basis;
  const [mz, my, mx] = modes;
  const [cz, cy, cx] = box.cells;
  const along = (axis: 0 | 1 | 2) => ({ table: tables[axis], fromStep: box.cells[axis], toStep: 1 });
  const z =
    mz === 1 && cz === 1
      ? coefficients
      : await contract(coefficients, { outer: 1, from: mz, to: cz, inner: my * mx, ...along(0) }, run);
  const y = await contract(z, { outer: cz, from: my, to: cy, inner: mx, ...along(1) }, run);
  const full = await contractLast(y, { outer: cz * cy, from: mx, to: cx, inner: 1, ...along(2) }, run);
  const field = new Float64Array(level.count);
  eachCell(basis, (cell, at) => (field[cell] = full[at]));
  return field;
}

/** The transpose of `synthesise`: Σ over the cells of field · cosine, for every mode. */
export async function analyse(field: Float64Array, basis: CosineBasis, run: Run): Promise<Float64Array> {
  const { modes, box, tables } = basis;
  const [mz, my, mx] = modes;
  const [cz, cy, cx] = box.cells;
  const full = new Float64Array(cz * cy * cx);
  eachCell(basis, (cell, at) => (full[at] = field[cell]));
  const along = (axis: 0 | 1 | 2) => ({ table: tables[axis], fromStep: 1, toStep: box.cells[axis] });
  const x = await contractLast(full, { outer: cz * cy, from: cx, to: mx, inner: 1, ...along(2) }, run);
  const y = await contract(x, { outer: cz, from: cy, to: my, inner: mx, ...along(1) }, run);
  if (mz === 1 && cz === 1) return y;
  return contract(y, { outer: 1, from: cz, to: mz, inner: my * mx, ...along(0) }, run);
}

/** Every cell of the level with its index in the box's block of cells. */
function eachCell({ level, box }: CosineBasis, visit: (cell: number, at: number) => void): void {
  const [, ny, nx] = level.shape;
  const { first, cells } = box;
  for (let cell = 0; cell < level.count; cell++) {
    const at = level.voxel[cell];
    const z = Math.floor(at / (ny * nx)) - first[0];
    const y = (Math.floor(at / nx) % ny) - first[1];
    visit(cell, (z * cells[1] + y) * cells[2] + (at % nx) - first[2]);
  }
}
