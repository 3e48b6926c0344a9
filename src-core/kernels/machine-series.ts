import { breathe, type PassMachine, type Run } from '../run.js';
import { inMemory, type MachineArray, type StencilOwner } from './pass-memory.js';
import type { Pass } from './regular-runs.js';

/** A series in Chebyshev polynomials of T₁ = scale·∇² − 1, highest degree last. */
export interface ScaledSeries<S> {
  readonly series: S;
  readonly scale: number;
}

/** Fewer cells than this are not worth a machine. */
const fewestCells = 256;
/** So many cells are passed between two breaths: a few milliseconds. */
const turn = 2 ** 22;
/** From so many cells on a pass is long enough to be shared between threads. */
const sharedFrom = 2 ** 16;
/** A kernel's cells are told in this many parts. */
const parts = 1024;

const isShared = ({ threads }: PassMachine, cells: number): boolean => threads > 1 && cells >= sharedFrom;

/** Degrees between two breaths: an even number, so that two fields have changed places and are back. */
const degreesPerTurn = (cells: number): number => 2 * Math.max(1, Math.round(turn / (2 * cells)));

function passOnce(
  machine: PassMachine,
  [out, u, other]: readonly MachineArray[],
  stencil: number,
  { laplacian, current, source, kept }: Pass,
): void {
  const args = [out.address, u.address, other.address, stencil, laplacian, current, source, kept];
  const grain = isShared(machine, u.values.length) ? 1 : parts;
  machine.run({ name: 'voxelPass', args, last: parts, grain });
}

/** Degrees `from` down to `to` of Clenshaw's sum: in one call, or degree by degree by all threads. */
function clenshawTurn(
  machine: PassMachine,
  [now, next, u, coefficients]: readonly MachineArray[],
  { stencil, scale }: { stencil: number; scale: number },
  [from, to]: readonly [number, number],
): void {
  if (!isShared(machine, u.values.length)) {
    const args = [now.address, next.address, u.address, stencil, coefficients.address, scale, from, to];
    machine.run({ name: 'clenshaw', args, last: 1, grain: 1 });
    return;
  }
  let fields = [next, now];
  for (let degree = from; degree >= to; degree--) {
    const times = degree === 0 ? 1 : 2;
    const source = coefficients.values[degree];
    passOnce(machine, [...fields, u], stencil, {
      laplacian: times * scale,
      current: -times,
      source,
      kept: -1,
    });
    fields = [fields[1], fields[0]];
  }
}

/**
 * Clenshaw's sum of a series of −∇² applied to u, as `filterField` and `filterOnLevel` make it and to the same bytes. null
 * where the run has no machine, or none that is free and has room: then plain code has to do it.
 */
export async function sumByMachine(
  u: Float64Array,
  level: StencilOwner,
  { series, scale }: ScaledSeries<Float64Array>,
  run: Run,
): Promise<Float64Array | null> {
  const { passes: machine } = run;
  const n = u.length;
  if (machine === undefined || n < fewestCells) return null;
  return inMemory(machine, level, [n, n, n, series.length], async (stencil, arrays) => {
    const [now, next, from, coefficients] = arrays;
    from.values.set(u);
    coefficients.values.set(series);
    const step = degreesPerTurn(n);
    for (let degree = series.length - 1; degree >= 0; degree -= step) {
      clenshawTurn(machine, arrays, { stencil, scale }, [degree, Math.max(0, degree - step + 1)]);
      await breathe(run);
    }
    const sum = series.length % 2 === 0 ? now : next;
    return sum.values.slice();
  });
}

function addTerms(
  machine: PassMachine,
  sums: readonly MachineArray[],
  term: MachineArray,
  factors: readonly (number | undefined)[],
): void {
  const last = term.values.length;
  const grain = isShared(machine, last) ? 64 : last;
  sums.forEach(({ address }, k) => {
    const factor = factors[k];
    if (factor !== undefined)
      machine.run({ name: 'addTerm', args: [address, term.address, factor], last, grain });
  });
}

/**
 * Several series of −∇² applied to u in one sweep of the polynomials, as new fields, to the same bytes as `filterPair` and
 * `filterBandsOnLevel` make them. null as in `sumByMachine`.
 */
export async function sweepByMachine(
  u: Float64Array,
  level: StencilOwner,
  { series, scale }: ScaledSeries<readonly Float64Array[]>,
  run: Run,
): Promise<Float64Array[] | null> {
  const { passes: machine } = run;
  const n = u.length;
  if (machine === undefined || n < fewestCells) return null;
  const degrees = Math.max(...series.map((each) => each.length));
  return inMemory(machine, level, [n, n, n, ...series.map(() => n)], async (stencil, arrays) => {
    const sums = arrays.slice(3);
    arrays[0].values.set(u);
    for (let degree = 0; degree < degrees; degree++) {
      const [out, now, before] = [0, 2, 1].map((k) => arrays[(degree + k) % 3]);
      const times = degree === 1 ? 1 : 2;
      const pass = { laplacian: times * scale, current: -times, source: degree === 1 ? 0 : -1, kept: 0 };
      if (degree > 0) passOnce(machine, [out, now, before], stencil, pass);
      const factors = series.map((each) => each[degree]);
      addTerms(machine, sums, out, factors);
      await breathe(run);
    }
    return sums.map(({ values }) => values.slice());
  });
}
