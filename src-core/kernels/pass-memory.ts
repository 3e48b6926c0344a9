import type { PassMachine } from '../run.js';
import type { RegularRuns } from './regular-runs.js';

/** What a pass between the runs of a level is made of, its sums in one of three orders (see assembly/voxel-pass.ts). */
export interface PassStencil {
  readonly runs: RegularRuns;
  readonly neighbour: Int32Array;
  /** Per slot, and the diagonal per cell; or one weight per axis for all cells. */
  readonly weights:
    | { readonly weight: Float64Array; readonly diagonal: Float64Array; readonly inOrder: boolean }
    | readonly number[];
}

/** Stencils lie one after the other in a machine's memory; all are dropped at once, and those in use written again. */
interface Shelf {
  top: number;
  generation: number;
  isTaken: boolean;
  readonly known: WeakMap<object, { readonly address: number; readonly generation: number }>;
}

const shelves = new WeakMap<PassMachine, Shelf>();
const headerBytes = 72;
/** Stencils take at most about this much of a machine's memory. */
const mostBytes = 2 ** 29;

const aligned = (bytes: number): number => 16 * Math.ceil(bytes / 16);

function shelfOf(machine: PassMachine): Shelf {
  const shelf: Shelf = shelves.get(machine) ?? {
    top: aligned(machine.first),
    generation: 0,
    isTaken: false,
    known: new WeakMap(),
  };
  shelves.set(machine, shelf);
  return shelf;
}

/** First cell, end, and number of cells in the gaps before, of every gap between the runs; and of all gaps. */
function gapsOf({ loose }: RegularRuns): { gap: Int32Array; cells: number } {
  const gap = new Int32Array((3 * loose.length) / 2);
  let cells = 0;
  for (let r = 0, k = 0; r < loose.length; r += 2, k += 3) {
    gap.set([loose[r], loose[r + 1], cells], k);
    cells += loose[r + 1] - loose[r];
  }
  return { gap, cells };
}

/** The entries of the cells in gaps, `each` per cell, one after the other. */
function inGaps<T extends Int32Array | Float64Array>(
  out: T,
  values: T,
  { loose }: RegularRuns,
  each: number,
): T {
  for (let r = 0, at = 0; r < loose.length; r += 2) {
    const part = values.subarray(each * loose[r], each * loose[r + 1]);
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The arrays of a stencil in the order of its header. */
function partsOf({ runs, neighbour, weights }: PassStencil): (Int32Array | Float64Array)[] {
  const { gap, cells } = gapsOf(runs);
  const slots = runs.places;
  const own = inGaps(new Int32Array(cells * slots), neighbour, runs, slots);
  const empty = new Float64Array(0);
  const [weight, diagonal] =
    'weight' in weights
      ? [
          inGaps(new Float64Array(cells * slots), weights.weight, runs, slots),
          inGaps(new Float64Array(cells), weights.diagonal, runs, 1),
        ]
      : [empty, empty];
  return [runs.place, runs.weight, gap, own, weight, diagonal];
}

function writeHeader(
  buffer: ArrayBufferLike,
  address: number,
  { runs, weights }: PassStencil,
  starts: readonly number[],
): void {
  const slots = runs.places;
  const order = !('weight' in weights) ? 0 : weights.inOrder ? 1 : 2;
  const head = [slots, order, runs.place.length / slots, runs.loose.length / 2, ...starts];
  new Int32Array(buffer, address, head.length).set(head);
  if ('weight' in weights) return;
  const rates = [weights[0], weights[1], weights[2] ?? 0];
  new Float64Array(buffer, address + 4 * head.length).set([
    ...rates,
    weights.reduce((sum, rate) => sum + rate, 0),
  ]);
}

function write(machine: PassMachine, shelf: Shelf, stencil: PassStencil): number {
  const parts = partsOf(stencil);
  const address = shelf.top;
  const starts: number[] = [];
  let end = aligned(address + headerBytes);
  for (const part of parts) {
    starts.push(end);
    end = aligned(end + part.byteLength);
  }
  const buffer = machine.reserve(end);
  parts.forEach((part, k) => {
    new Uint8Array(buffer, starts[k], part.byteLength).set(
      new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    );
  });
  writeHeader(buffer, address, stencil, starts);
  shelf.top = end;
  return address;
}

/** Where a stencil lies in a machine's memory; written there if it does not. */
function stencilAddress(machine: PassMachine, owner: object, stencil: () => PassStencil): number {
  const shelf = shelfOf(machine);
  const seen = shelf.known.get(owner);
  if (seen?.generation === shelf.generation) return seen.address;
  if (shelf.top > mostBytes) {
    shelf.generation++;
    shelf.top = aligned(machine.first);
  }
  const address = write(machine, shelf, stencil());
  shelf.known.set(owner, { address, generation: shelf.generation });
  return address;
}

/** Numbers in a machine's memory, and where they lie. */
export interface MachineArray {
  readonly address: number;
  readonly values: Float64Array;
}

/** Arrays of the given lengths behind the stencils, as they were left. */
function takeArrays(machine: PassMachine, lengths: readonly number[]): MachineArray[] {
  const starts: number[] = [];
  let end = shelfOf(machine).top;
  for (const length of lengths) {
    starts.push(end);
    end = aligned(end + 8 * length);
  }
  const buffer = machine.reserve(end);
  return starts.map((address, k) => ({
    address,
    values: new Float64Array(buffer, address, lengths[k]),
  }));
}

/** A level or domain, and how its stencil is made. */
export interface StencilOwner {
  readonly owner: object;
  readonly stencil: () => PassStencil;
}

/** What `use` makes of what `take` took; null where another work has the memory just now, or there is no room. */
async function whileTaken<R, T>(
  machine: PassMachine,
  take: () => R,
  use: (taken: R) => Promise<T>,
): Promise<T | null> {
  const shelf = shelfOf(machine);
  if (shelf.isTaken) return null;
  let taken: R;
  try {
    taken = take();
  } catch {
    return null;
  }
  shelf.isTaken = true;
  try {
    return await use(taken);
  } finally {
    shelf.isTaken = false;
  }
}

/**
 * What `use` makes of a stencil's address and of arrays of the given lengths, all 0, that are its own until it is done;
 * null where another work has the memory just now, or there is no room.
 */
export function inMemory<T>(
  machine: PassMachine,
  { owner, stencil }: StencilOwner,
  lengths: readonly number[],
  use: (stencil: number, arrays: readonly MachineArray[]) => Promise<T>,
): Promise<T | null> {
  const take = () => {
    const address = stencilAddress(machine, owner, stencil);
    const arrays = takeArrays(machine, lengths);
    for (const { values } of arrays) values.fill(0);
    return { address, arrays };
  };
  return whileTaken(machine, take, ({ address, arrays }) => use(address, arrays));
}

/** The same without a stencil, and the arrays as they were left. */
export function inFreeMemory<T>(
  machine: PassMachine,
  lengths: readonly number[],
  use: (arrays: readonly MachineArray[]) => Promise<T>,
): Promise<T | null> {
  return whileTaken(machine, () => takeArrays(machine, lengths), use);
}
