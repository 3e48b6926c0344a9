import type { Triple } from '../data/grid.js';
import type { Run } from '../run.js';
import type { CosineTable } from './cosine-table.js';
import { turned } from './cosine-turn.js';
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
  /** Whether the box is one period: cosines and sines that repeat with it stand in it then, and it has no margin. */
  readonly isPeriodic: boolean;
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
  /** Along z, y, x. */
  readonly tables: readonly [CosineTable, CosineTable, CosineTable];
  /** Where each cell of the level stands in the box's block of cells. */
  readonly place: Int32Array;
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

/** The box around the cells of a level, wider by `margin` on every side; of a periodic level one period of it. */
export function cosineBox(level: DomainLevel, widerBy: number): CosineBox {
  const { period } = level;
  const isPeriodic = period !== null;
  const margin = isPeriodic ? 0 : widerBy;
  const { first, cells } = cellRange(level);
  const along = (axis: 0 | 1 | 2): number =>
    level.axes.includes(axis) ? (period?.[axis] ?? cells[axis] * level.spacing[axis] + 2 * margin) : 0;
  const start = (axis: 0 | 1 | 2): number => margin + level.spacing[axis] / 2;
  return {
    ...{ first, cells, isPeriodic },
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
  const { length, isPeriodic } = box;
  return { first, cells, length, origin: [start(0), start(1), start(2)], isPeriodic };
}

interface WaveRange {
  readonly highest: number;
  readonly isPeriodic: boolean;
}

/** Wave number of mode j: half waves in a box with walls; in a period whole ones, the cosine before the sine. */
function waveOf(j: number, length: number, isPeriodic: boolean): number {
  return ((isPeriodic ? 2 * Math.ceil(j / 2) : j) * Math.PI) / length;
}

function modeCount(length: number, spacing: number, { highest, isPeriodic }: WaveRange): number {
  if (length === 0) return 1;
  if (isPeriodic)
    return 1 + 2 * Math.floor(Math.min(highest * length, Math.PI * (length / spacing - 1)) / (2 * Math.PI));
  return Math.max(1, Math.min(Math.floor(length / spacing), Math.floor((highest * length) / Math.PI) + 1));
}

function cosineTable(box: CosineBox, level: DomainLevel, axis: 0 | 1 | 2, modes: number): CosineTable {
  const cells = box.cells[axis];
  const length = box.length[axis];
  const spacing = level.spacing[axis];
  const origin = box.origin[axis];
  const values = new Float64Array(modes * cells).fill(1);
  const middle = origin + ((cells - 1) / 2) * spacing;
  const { isPeriodic } = box;
  const isCentred = length > 0 && !isPeriodic && Math.abs(2 * middle - length) < 1e-12 * length;
  for (let j = 0; length > 0 && j < modes; j++) {
    const scale = Math.sqrt(((j === 0 ? 1 : 2) * spacing) / length);
    for (let i = 0; i < cells; i++) {
      const phase = waveOf(j, length, isPeriodic) * (origin + i * spacing);
      values[j * cells + i] =
        scale * (isPeriodic && j > 0 && j % 2 === 0 ? Math.sin(phase) : Math.cos(phase));
    }
  }
  return { modes, cells, values, isCentred };
}

function places({ shape: [, ny, nx], voxel }: DomainLevel, { first, cells }: CosineBox): Int32Array {
  return voxel.map((at) => {
    const z = Math.floor(at / (ny * nx)) - first[0];
    const y = (Math.floor(at / nx) % ny) - first[1];
    return (z * cells[1] + y) * cells[2] + (at % nx) - first[2];
  });
}

function waveNumbers(modes: Triple, { length, isPeriodic }: CosineBox): Float64Array {
  const square = (j: number, axis: number): number =>
    length[axis] === 0 ? 0 : waveOf(j, length[axis], isPeriodic) ** 2;
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
  const count = (axis: 0 | 1 | 2): number =>
    modeCount(box.length[axis], level.spacing[axis], { highest, isPeriodic: box.isPeriodic });
  return basisOfModes(level, box, [count(0), count(1), count(2)]);
}

/** A given number of cosines along z, y, x in a box, sampled at the cells of a level. */
export function basisOfModes(level: DomainLevel, box: CosineBox, modes: Triple): CosineBasis {
  const table = (axis: 0 | 1 | 2): CosineTable => cosineTable(box, level, axis, modes[axis]);
  const cellsAlong = (axis: 0 | 1 | 2): number =>
    box.length[axis] === 0 ? 1 : box.length[axis] / level.spacing[axis];
  return {
    ...{ level, box, modes },
    count: modes[0] * modes[1] * modes[2],
    wave: waveNumbers(modes, box),
    cellsInBox: cellsAlong(0) * cellsAlong(1) * cellsAlong(2),
    tables: [table(0), table(1), table(2)],
    place: places(level, box),
  };
}

function gathered(full: Float64Array, place: Int32Array): Float64Array {
  const field = new Float64Array(place.length);
  for (let cell = 0; cell < place.length; cell++) field[cell] = full[place[cell]];
  return field;
}

/** The field (one value per cell of the level) that coefficients stand for. */
export async function synthesise(
  coefficients: Float64Array,
  { tables, modes, place }: CosineBasis,
  run: Run,
): Promise<Float64Array> {
  const [tz, ty, tx] = tables;
  const turn = (values: Float64Array, table: CosineTable, outer: number, inner: number) =>
    turned(values, { table, outer, inner, isSynthesis: true }, run);
  const isFlat = tz.modes === 1 && tz.cells === 1;
  const z = isFlat ? coefficients : await turn(coefficients, tz, 1, modes[1] * modes[2]);
  const y = await turn(z, ty, tz.cells, modes[2]);
  return gathered(await turn(y, tx, tz.cells * ty.cells, 1), place);
}

/** The transpose of `synthesise`: Σ over the cells of field · cosine, for every mode. */
export async function analyse(
  field: Float64Array,
  { tables, modes, place }: CosineBasis,
  run: Run,
): Promise<Float64Array> {
  const [tz, ty, tx] = tables;
  const turn = (values: Float64Array, table: CosineTable, outer: number, inner: number) =>
    turned(values, { table, outer, inner, isSynthesis: false }, run);
  const full = new Float64Array(tz.cells * ty.cells * tx.cells);
  for (let cell = 0; cell < place.length; cell++) full[place[cell]] = field[cell];
  const x = await turn(full, tx, tz.cells * ty.cells, 1);
  const y = await turn(x, ty, tz.cells, modes[2]);
  return tz.modes === 1 && tz.cells === 1 ? y : turn(y, tz, 1, modes[1] * modes[2]);
}
