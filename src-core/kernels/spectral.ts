import { type Grid, type Triple, voxelCount } from '../data/grid.js';
import type { Run } from '../run.js';
import type { Values } from './direct.js';
import { type AxisMap, axisMap, type Extension, positions } from './edges.js';
import { type Fourier, invertBlock, makeFourier, transformBlock } from './fourier.js';
import type { Stencil } from './mollifier.js';

/** How an axis is cut into overlapping blocks of `size` (a power of two), each giving `step` voxels of the result. */
export interface BlockAxis {
  readonly size: number;
  readonly step: number;
  readonly count: number;
  /** The block is one period of a periodic axis, and nothing overlaps. */
  readonly wraps: boolean;
}

/** Longest side of a block for convolutions along 1, 2 and 3 axes, unless the stencil needs more. */
const longestSide = [0, 1 << 16, 1 << 10, 1 << 7];

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

function blockAxis(n: number, reach: number, extension: Extension, longest: number): BlockAxis {
  if (reach === 0) return { size: 1, step: 1, count: n, wraps: false };
  if (extension === 'periodic' && n > 1 && powerOfTwo(n) === n && n <= longest) {
    return { size: n, step: n, count: 1, wraps: true };
  }
  const whole = powerOfTwo(extension === 'zero' ? n + reach : n + 2 * reach);
  let best: BlockAxis | undefined;
  for (let size = Math.min(whole, powerOfTwo(2 * reach + 2)); size <= whole; size *= 2) {
    if (best !== undefined && size > longest) break;
    const step = size === whole ? n : size - 2 * reach;
    if (step < 1) continue;
    const axis = { size, step, count: Math.ceil(n / step), wraps: false };
    if (best === undefined || work(axis) < work(best)) best = axis;
  }
  return best ?? { size: whole, step: n, count: 1, wraps: false };
}

function work({ size, count }: BlockAxis): number {
  return count * size * (Math.log2(size) + 3);
}

/** The cheapest cut of a grid into blocks for a stencil that reaches `reach` voxels along each axis. */
export function planBlocks(grid: Grid, reach: Triple, extension: Extension): BlockAxis[] {
  const longest = longestSide[reach.filter((r) => r > 0).length];
  return reach.map((r, axis) => blockAxis(grid.shape[axis], r, extension, longest));
}

/** Estimated operations (complex butterflies) of `convolveSpectral` for so many fields and stencils. */
export function spectralWork(blocks: readonly BlockAxis[], fields: number, stencils: number): number {
  const size = blocks.reduce((product, axis) => product * axis.size, 1);
  const count = blocks.reduce((product, axis) => product * axis.count, 1);
  const one = size * (3 + blocks.reduce((sum, axis) => sum + Math.log2(axis.size), 0));
  const kernels = Math.ceil(stencils / 2);
  const packs = stencils === 1 ? Math.ceil(fields / 2) : fields;
  return one * (kernels + count * packs * (1 + kernels));
}

/** What is convolved with what. */
export interface Convolution {
  readonly stencils: readonly Stencil[];
  readonly extension: Extension;
}

/** Largest radius per axis among stencils. */
export function reachOf(stencils: readonly Stencil[]): Triple {
  const along = (axis: number): number => Math.max(0, ...stencils.map((stencil) => stencil.radius[axis]));
  return [along(0), along(1), along(2)];
}

/** Two at a time: the real and the imaginary part of one complex transform. */
function pairs<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / 2) }, (_, i) => items.slice(2 * i, 2 * i + 2));
}

/** Adds a stencil's taps around index 0 of a periodic block, in its real (0) or imaginary (1) part. */
function placeStencil(block: Float64Array, stencil: Stencil, shape: Triple, part: number): void {
  const at = (k: number, axis: number): number => {
    const offset = (k - stencil.radius[axis]) % shape[axis];
    return offset < 0 ? offset + shape[axis] : offset;
  };
  const [kz, ky, kx] = stencil.shape;
  for (let z = 0, i = 0; z < kz; z++) {
    for (let y = 0; y < ky; y++) {
      const row = (at(z, 0) * shape[1] + at(y, 1)) * shape[2];
      for (let x = 0; x < kx; x++) block[2 * (row + at(x, 2)) + part] += stencil.values[i++];
    }
  }
}

/** The Fourier transform of one stencil, or of two as real and imaginary part. */
async function stencilSpectrum(
  stencils: readonly Stencil[],
  fourier: Fourier,
  run: Run,
): Promise<Float64Array> {
  const spectrum = new Float64Array(2 * fourier.shape[0] * fourier.shape[1] * fourier.shape[2]);
  stencils.forEach((stencil, part) => {
    placeStencil(spectrum, stencil, fourier.shape, part);
  });
  await transformBlock(spectrum, fourier, run);
  return spectrum;
}

/** One block of the grid: its first output voxel, its output size, and where its voxels are read from. */
interface Tile {
  readonly start: Triple;
  readonly extent: Triple;
  readonly maps: readonly AxisMap[];
}

/** The last `reach` entries of a block hold the positions before its start. */
function blockPositions(axis: BlockAxis, start: number, reach: number): Int32Array {
  const tail = axis.wraps ? 0 : reach;
  return positions(start, start + axis.size).map((p, j) => (j < axis.size - tail ? p : p - axis.size));
}

function* tiles(grid: Grid, blocks: readonly BlockAxis[], convolution: Convolution): Generator<Tile> {
  const reach = reachOf(convolution.stencils);
  const cut = blocks.map((axis, a) =>
    Array.from({ length: axis.count }, (_, k) => {
      const start = k * axis.step;
      const map = axisMap(blockPositions(axis, start, reach[a]), grid.shape[a], convolution.extension);
      return { start, extent: Math.min(axis.step, grid.shape[a] - start), map };
    }),
  );
  for (const z of cut[0]) {
    for (const y of cut[1]) {
      for (const x of cut[2]) {
        yield {
          start: [z.start, y.start, x.start],
          extent: [z.extent, y.extent, x.extent],
          maps: [z.map, y.map, x.map],
        };
      }
    }
  }
}

/** Writes a field, extended past its frame, into the real (0) or imaginary (1) part of a block. */
function loadBlock(block: Float64Array, values: Values, maps: readonly AxisMap[], part: number): void {
  const [planes, rows, columns] = maps;
  const width = columns.source.length;
  let at = part;
  for (let z = 0; z < planes.source.length; z++) {
    for (let y = 0; y < rows.source.length; y++, at += 2 * width) {
      const sign = planes.sign[z] * rows.sign[y];
      const row = (planes.source[z] * rows.count + rows.source[y]) * columns.count;
      for (let x = 0; x < width; x++) {
        block[at + 2 * x] = sign === 0 ? 0 : sign * columns.sign[x] * values[row + columns.source[x]];
      }
    }
  }
}

/** Copies the part of a block that is result to its place in the output. */
function storeBlock(
  out: Float64Array,
  grid: Grid,
  block: Float64Array,
  place: { tile: Tile; shape: Triple; part: number },
): void {
  const { tile, shape, part } = place;
  const [, ny, nx] = grid.shape;
  for (let z = 0; z < tile.extent[0]; z++) {
    for (let y = 0; y < tile.extent[1]; y++) {
      const to = ((tile.start[0] + z) * ny + tile.start[1] + y) * nx + tile.start[2];
      const from = 2 * (z * shape[1] + y) * shape[2] + part;
      for (let x = 0; x < tile.extent[2]; x++) out[to + x] = block[from + 2 * x];
    }
  }
}

/** out ← a·b, complex. */
function multiply(out: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < a.length; i += 2) {
    const re = a[i] * b[i] - a[i + 1] * b[i + 1];
    out[i + 1] = a[i] * b[i + 1] + a[i + 1] * b[i];
    out[i] = re;
  }
}

/**
 * Every field convolved with every stencil by Fourier transforms: result[field][stencil].
 * The grid is cut into overlapping blocks with power-of-two sides, so memory stays bounded and nothing wraps around
 * that should not; a periodic axis whose length is a power of two is one period long. Stencils share the transform of
 * the field. Two real stencils (or, with one stencil, two real fields) travel as one complex array, since the
 * convolution of a complex array with a real one keeps its parts apart.
 */
export async function convolveSpectral(
  fields: readonly Values[],
  grid: Grid,
  convolution: Convolution,
  run: Run,
): Promise<Float64Array[][]> {
  const { stencils, extension } = convolution;
  const results = fields.map(() => stencils.map(() => new Float64Array(voxelCount(grid))));
  const blocks = planBlocks(grid, reachOf(stencils), extension);
  const shape: Triple = [blocks[0].size, blocks[1].size, blocks[2].size];
  const fourier = makeFourier(shape);
  const spectra: Float64Array[] = [];
  for (const pair of pairs(stencils)) spectra.push(await stencilSpectrum(pair, fourier, run));
  const packs = stencils.length === 1 ? pairs(fields) : fields.map((field) => [field]);
  const data = new Float64Array(2 * shape[0] * shape[1] * shape[2]);
  const product = new Float64Array(data.length);
  for (const tile of tiles(grid, blocks, convolution)) {
    for (let p = 0; p < packs.length; p++) {
      data.fill(0);
      packs[p].forEach((field, part) => {
        loadBlock(data, field, tile.maps, part);
      });
      await transformBlock(data, fourier, run);
      for (let s = 0; s < spectra.length; s++) {
        multiply(product, data, spectra[s]);
        await invertBlock(product, fourier, tile.extent, run);
        const outs =
          stencils.length === 1 ? results.slice(2 * p, 2 * p + 2).flat() : results[p].slice(2 * s, 2 * s + 2);
        outs.forEach((out, part) => {
          storeBlock(out, grid, product, { tile, shape, part });
        });
      }
    }
  }
  return results;
}
