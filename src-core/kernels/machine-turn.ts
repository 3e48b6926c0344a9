import { breathe, type PassMachine, type Run } from '../run.js';
import type { CosineTable, Turn } from './cosine-table.js';
import { inFreeMemory, type MachineArray } from './pass-memory.js';

/** A matrix in a machine's memory; strides in bytes. */
interface HeldMatrix {
  readonly address: number;
  readonly down: number;
  readonly across: number;
}

/** Numbers of rows, of terms of every sum, and of columns. */
type ProductShape = readonly [rows: number, terms: number, columns: number];

/** A product: out, then its two factors. */
interface Product {
  readonly matrices: readonly [out: HeldMatrix, a: HeldMatrix, b: HeldMatrix];
  readonly shape: ProductShape;
}

/** So many multiplications are made between two breaths: a few milliseconds. */
const portion = 2 ** 23;
/** A kernel makes this many columns at once. */
const fewestColumns = 4;
const bytes = 8;

/** Modes of even and of odd number, or all of them at once: first, step, and how many. */
interface ModeClass {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

function modeClasses({ modes, isCentred }: CosineTable): readonly ModeClass[] {
  if (!isCentred) return [{ first: 0, step: 1, count: modes }];
  return [0, 1].map((first) => ({ first, step: 2, count: (modes + 1 - first) >> 1 }));
}

/** Cells that differ once mirrored ones are taken together. */
const foldedCells = ({ cells, isCentred }: CosineTable): number => (isCentred ? Math.ceil(cells / 2) : cells);

/** (cells, modes of a class) side by side, class after class: what the last axis is summed against. */
function besideOneAnother(table: CosineTable): Float64Array {
  const { modes, cells, values } = table;
  const half = foldedCells(table);
  const out = new Float64Array(half * modes);
  let start = 0;
  for (const { first, step, count } of modeClasses(table)) {
    for (let n = 0; n < count; n++) {
      const from = (first + n * step) * cells;
      for (let i = 0; i < half; i++) out[start + i * count + n] = values[from + i];
    }
    start += half * count;
  }
  return out;
}

const sideways = new WeakMap<CosineTable, Float64Array>();

/** A table as the turn wants it, made once. */
function tableFor(table: CosineTable, { inner, isSynthesis }: Turn): Float64Array {
  if (inner > 1 || isSynthesis) return table.values;
  const known = sideways.get(table) ?? besideOneAnother(table);
  sideways.set(table, known);
  return known;
}

/** Sums and differences of what mirrored cells hold; the middle of an odd number is its own mirror. */
function fold(even: Float64Array, odd: Float64Array, values: Float64Array, turn: Turn): void {
  const { outer, inner } = turn;
  const { cells } = turn.table;
  const half = foldedCells(turn.table);
  for (let block = 0; block < outer; block++) {
    for (let i = 0; i < half; i++) {
      const isMiddle = 2 * i + 1 === cells;
      let first = (block * cells + i) * inner;
      let last = (block * cells + cells - 1 - i) * inner;
      const start = (block * half + i) * inner;
      for (let at = start; at < start + inner; at++, first++, last++) {
        even[at] = isMiddle ? values[first] : values[first] + values[last];
        odd[at] = isMiddle ? 0 : values[first] - values[last];
      }
    }
  }
}

/** Even + odd at a cell of the first half, even − odd at its mirror. */
function unfold(out: Float64Array, even: Float64Array, odd: Float64Array, turn: Turn): void {
  const { outer, inner } = turn;
  const { cells } = turn.table;
  const half = foldedCells(turn.table);
  for (let block = 0; block < outer; block++) {
    for (let i = 0; i < half; i++) {
      let first = (block * cells + i) * inner;
      let last = (block * cells + cells - 1 - i) * inner;
      const start = (block * half + i) * inner;
      for (let at = start; at < start + inner; at++, first++, last++) {
        out[last] = even[at] - odd[at];
        out[first] = even[at] + odd[at];
      }
    }
  }
}

/** The product of one class of modes along the last axis: the lines are its rows. */
function lastAxisProduct(
  { table, outer, isSynthesis }: Turn,
  [modesAt, cellsAt, tableAt]: readonly number[],
  own: ModeClass,
  before: number,
): Product {
  const { first, step, count } = own;
  const cells = foldedCells(table);
  const modes = {
    address: modesAt + bytes * first,
    down: bytes * table.modes,
    across: bytes * step,
  };
  const lines = { address: cellsAt, down: bytes * cells, across: bytes };
  if (isSynthesis) {
    const rows = { address: tableAt + bytes * table.cells * first, down: bytes * table.cells * step };
    return { matrices: [lines, modes, { ...rows, across: bytes }], shape: [outer, count, cells] };
  }
  const beside = { address: tableAt + bytes * cells * before, down: bytes * count, across: bytes };
  return { matrices: [modes, lines, beside], shape: [outer, cells, count] };
}

/** The products of one class of modes along another axis: one per block, what lies further in is its columns. */
function blockProduct(
  { table, inner, isSynthesis }: Turn,
  [modesAt, cellsAt, tableAt]: readonly number[],
  { first, step, count }: ModeClass,
  block: number,
): Product {
  const cells = foldedCells(table);
  const line = bytes * inner;
  const modes = {
    address: modesAt + line * (block * table.modes + first),
    down: line * step,
    across: bytes,
  };
  const rows = { address: cellsAt + line * block * cells, down: line, across: bytes };
  const address = tableAt + bytes * table.cells * first;
  const along = bytes * table.cells * step;
  return isSynthesis
    ? { matrices: [rows, { address, down: bytes, across: along }, modes], shape: [cells, count, inner] }
    : { matrices: [modes, { address, down: along, across: bytes }, rows], shape: [count, cells, inner] };
}

async function multiply(machine: PassMachine, { matrices, shape }: Product, run: Run): Promise<void> {
  const [out, a, b] = matrices;
  const [rows, terms, columns] = shape;
  const step = 4 * Math.max(1, Math.round(portion / (4 * terms * columns)));
  for (let row = 0; row < rows; row += step) {
    const args = [out.address + row * out.down, out.down, out.across];
    args.push(a.address + row * a.down, a.down, a.across, b.address, b.down, terms, columns);
    const last = Math.min(step, rows - row);
    machine.run({ name: 'denseProduct', args, last, grain: 4 });
    if (last === step) await breathe(run);
  }
}

/** Places of the modes' values, of the cells' (folded, of even and odd modes), and of the table. */
interface TurnMemory {
  readonly modes: MachineArray;
  readonly cells: MachineArray;
  readonly folded: readonly MachineArray[];
  readonly table: MachineArray;
}

async function productsOf(machine: PassMachine, turn: Turn, memory: TurnMemory, run: Run): Promise<void> {
  let before = 0;
  const places = memory.folded.length > 0 ? memory.folded : [memory.cells];
  for (const [k, own] of modeClasses(turn.table).entries()) {
    const at = [memory.modes.address, places[k].address, memory.table.address];
    if (turn.inner === 1) await multiply(machine, lastAxisProduct(turn, at, own, before), run);
    else {
      for (let block = 0; block < turn.outer; block++) {
        await multiply(machine, blockProduct(turn, at, own, block), run);
        await breathe(run);
      }
    }
    before += own.count;
  }
}

/** Whether every product of a turn has columns enough for the kernel. */
function fits(turn: Turn): boolean {
  const { table, inner, outer } = turn;
  if (inner > 1) return inner >= fewestColumns;
  const fewest = Math.min(foldedCells(table), ...modeClasses(table).map(({ count }) => count));
  return fewest >= fewestColumns && outer > 0;
}

/**
 * `turned` by the run's machine, to the same bytes. null where the run has none, or none that is free and has room, and
 * where there is too little to do for it: then plain code has to do it.
 */
export async function turnedByMachine(
  values: Float64Array,
  turn: Turn,
  run: Run,
): Promise<Float64Array | null> {
  const { passes: machine } = run;
  if (machine === undefined || !fits(turn)) return null;
  const { table, outer, inner, isSynthesis } = turn;
  const cosines = tableFor(table, turn);
  const half = table.isCentred ? outer * foldedCells(table) * inner : 0;
  const lengths = [outer * table.modes * inner, outer * table.cells * inner, half, half, cosines.length];
  return inFreeMemory(machine, lengths, async (arrays) => {
    const [modes, cells, even, odd, held] = arrays;
    const memory = { modes, cells, folded: table.isCentred ? [even, odd] : [], table: held };
    (isSynthesis ? modes : cells).values.set(values);
    held.values.set(cosines);
    if (table.isCentred && !isSynthesis) fold(even.values, odd.values, cells.values, turn);
    await productsOf(machine, turn, memory, run);
    if (table.isCentred && isSynthesis) unfold(cells.values, even.values, odd.values, turn);
    await breathe(run);
    return (isSynthesis ? cells : modes).values.slice();
  });
}
