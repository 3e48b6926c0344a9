import type { BinaryKind, Correlation, Engine, Product, SumKind, Tensor, UnaryKind } from '../engine.js';
import { flat, type FlatTensor, type TensorMemory } from '../flat-tensor.js';
import { outcomeShape } from '../plain-correlation.js';
import { plainEngine, productShape, requireFit } from '../plain-engine.js';
import type { SimdHost } from './kernels.js';
import { type Blocks, blocksOf, simdMemory } from './simd-memory.js';

/** As in assembly/matrix-product.ts. */
const depth = 128;
const rowsInBlock = 32;
const tileFloats = 32;
/** So many parts long sums are made of, whatever the number of threads: the same numbers come out on any machine. */
const mostParts = 8;
/** As in assembly/pointwise.ts. */
const combined: { readonly [K in BinaryKind]: number } = { add: 0, subtract: 1, times: 2, slope: 3 };
/** As in assembly/transcendental.ts. */
const transcendentals: { readonly [K in Exclude<UnaryKind, 'tanh'>]: number } = {
  ...{ sine: 0, cosine: 1, exponential: 2, reciprocal: 3 },
};
/** Fewer elements than this are not worth waking a thread for, nor a call into WebAssembly. */
const small = 4096;

interface Parts {
  readonly host: SimdHost;
  readonly blocks: Blocks;
  readonly memory: TensorMemory;
  readonly plain: Engine;
}

/** Runs with a block of memory that is given back. */
function withBlock<T>(blocks: Blocks, bytes: number, use: (address: number) => T): T {
  const address = blocks.take(bytes);
  try {
    return use(address);
  } finally {
    blocks.giveBack(address, bytes);
  }
}

const scratchBytes = (columns: number): number => {
  const width = Math.ceil(columns / 8) * 8;
  return 4 * (width + tileFloats + rowsInBlock * depth + depth * width);
};

/** Where A's and B's elements lie: address, and floats from row to row and column to column. */
function placesOf({ a, b, transposeA, transposeB }: Product): { ofA: number[]; ofB: number[] } {
  const [own, other] = [flat(a), flat(b)];
  return {
    ofA: [own.address, ...(transposeA === true ? [1, own.columns] : [own.columns, 1])],
    ofB: [other.address, ...(transposeB === true ? [1, other.columns] : [other.columns, 1])],
  };
}

/** The sum of the parts that lie at an address one after the other. */
function addParts(out: Float32Array, { host }: Parts, at: number, count: number): void {
  const parts = new Float32Array(host.reserve(at), at, count * out.length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = i; k < parts.length; k += out.length) sum += parts[k];
    out[i] = sum;
  }
}

/** A product with a long inner side and few rows: parts of it are summed by the threads, and then the parts. */
function longProduct(product: Product, parts: Parts): FlatTensor {
  const { host, blocks, memory } = parts;
  const { rows, columns, inner } = productShape(product);
  const out = memory.allocate(rows, columns);
  const { ofA, ofB } = placesOf(product);
  const length = Math.ceil(inner / Math.min(mostParts, Math.ceil(inner / depth)));
  const count = Math.ceil(inner / length);
  const partBytes = 4 * rows * columns;
  const scratch = scratchBytes(columns);
  withBlock(blocks, count * partBytes + host.threads * scratch, (at) => {
    const args = [at, rows, columns, ...ofA, ...ofB, inner, length, at + count * partBytes];
    host.run({ name: 'multiplyParts', args, last: count, grain: 1, own: [[11, scratch]] });
    addParts(out.values, parts, at, count);
  });
  return out;
}

function simdProduct(product: Product, parts: Parts): FlatTensor {
  const { host, blocks, memory } = parts;
  const { rows, columns, inner } = productShape(product);
  if (product.bias === undefined && product.tanh !== true && inner > 4 * rows && inner >= 4 * depth) {
    return longProduct(product, parts);
  }
  const out = memory.allocate(rows, columns);
  const { ofA, ofB } = placesOf(product);
  const scratch = scratchBytes(columns);
  const bias = product.bias === undefined ? 0 : flat(product.bias).address;
  withBlock(blocks, host.threads * scratch, (at) => {
    const args = [out.address, columns, ...ofA, ...ofB, inner, bias, Number(product.tanh === true), at];
    host.run({ name: 'multiply', args, last: rows, grain: rowsInBlock, own: [[11, scratch]] });
  });
  return out;
}

/** scale·a + shift. */
function simdAffine(
  a: FlatTensor,
  [scale, shift]: readonly [number, number],
  { host, memory, plain }: Parts,
): Tensor {
  if (a.values.length < small) return plain.affine(a, scale, shift);
  const out = memory.allocate(a.rows, a.columns);
  const args = [out.address, a.address, scale, shift];
  host.run({ name: 'affine', args, last: out.values.length, grain: 1024 });
  return out;
}

function simdBinary(kind: BinaryKind, [a, b]: readonly [FlatTensor, FlatTensor], parts: Parts): Tensor {
  const { host, memory, plain } = parts;
  requireFit(a, b);
  if (kind === 'times' && b.values.length === 1 && a.values.length >= small) {
    return simdAffine(a, [b.values[0], 0], parts);
  }
  const same = a.rows === b.rows && a.columns === b.columns;
  const kernel = kind === 'add' ? 'addRow' : b.rows === 1 ? 'timesRow' : 'timesColumn';
  const isRow = b.rows === 1 && b.columns === a.columns;
  const isColumn = b.columns === 1 && b.rows === a.rows;
  const fits = same || (kind === 'add' && isRow) || (kind === 'times' && (isRow || isColumn));
  if (a.values.length < small || !fits) return plain.binary(kind, a, b);
  const out = memory.allocate(a.rows, a.columns);
  if (same) {
    const args = [combined[kind], out.address, a.address, b.address];
    host.run({ name: 'combine', args, last: a.values.length, grain: 1024 });
  } else {
    const args = [out.address, a.address, b.address, a.columns];
    host.run({ name: kernel, args, last: a.rows, grain: 16 });
  }
  return out;
}

function simdColumnSums(a: FlatTensor, { host, blocks, memory }: Parts): FlatTensor {
  const { rows, columns } = a;
  const out = memory.allocate(1, columns);
  const length = Math.max(64, Math.ceil(rows / mostParts));
  const count = Math.ceil(rows / length);
  withBlock(blocks, 8 * count * columns, (at) => {
    host.run({ name: 'columnSums', args: [at, a.address, columns, rows, length], last: count, grain: 1 });
    const sums = new Float64Array(host.reserve(at), at, count * columns);
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = j; k < sums.length; k += columns) sum += sums[k];
      out.values[j] = sum;
    }
  });
  return out;
}

/** Calls `use` with the address of the kernels' taps, and with the taps themselves to be changed. */
function withTaps(
  { values }: Correlation,
  { host, blocks }: Parts,
  use: (address: number, taps: Float32Array) => void,
): void {
  withBlock(blocks, values.byteLength, (at) => {
    const taps = new Float32Array(host.reserve(at), at, values.length);
    taps.set(values);
    use(at, taps);
  });
}

function simdCorrelation(u: FlatTensor, kernels: Correlation, parts: Parts): FlatTensor {
  const [nz, ny, nx] = outcomeShape(kernels);
  const { shape, taps, kernels: count } = kernels;
  const out = parts.memory.allocate(count, nz * ny * nx);
  const tapPlane = taps[1] * taps[2];
  withTaps(planeByPlane(kernels), parts, (at) => {
    for (let z = 0; z < nz; z++) {
      for (let t = 0; t < taps[0]; t++) {
        const from = u.address + 4 * (z + t) * shape[1] * shape[2];
        const to = out.address + 4 * z * ny * nx;
        const args = [
          to,
          from,
          at + 4 * t * count * tapPlane,
          count,
          taps[1],
          taps[2],
          nx,
          shape[2],
          nz * ny * nx,
        ];
        parts.host.run({ name: 'correlate', args: [...args, Number(t > 0)], last: ny, grain: 1 });
      }
    }
  });
  return out;
}

/** The same kernels' taps by plane of z, then kernel. */
function planeByPlane(kernels: Correlation): Correlation {
  const [tz, ty, tx] = kernels.taps;
  if (tz === 1) return kernels;
  const values = new Float32Array(kernels.values.length);
  for (let k = 0; k < kernels.kernels; k++) {
    for (let z = 0; z < tz; z++) {
      const from = (k * tz + z) * ty * tx;
      values.set(kernels.values.subarray(from, from + ty * tx), (z * kernels.kernels + k) * ty * tx);
    }
  }
  return { ...kernels, values };
}

/** The planes of the gradient at one z, each with zeros around. */
function padPlanes(field: Float32Array, g: FlatTensor, kernels: Correlation, z: number): void {
  const [nz, ny, nx] = outcomeShape(kernels);
  const [, ty, tx] = kernels.taps;
  const wide = nx + 2 * (tx - 1);
  for (let k = 0; k < kernels.kernels; k++) {
    for (let y = 0; y < ny; y++) {
      const from = ((k * nz + z) * ny + y) * nx;
      const row = k * (ny + 2 * (ty - 1)) + y + ty - 1;
      field.set(g.values.subarray(from, from + nx), row * wide + tx - 1);
    }
  }
}

/** The adjoint gathers with the taps of every plane turned about, from planes with zeros around. */
function simdScatter(g: FlatTensor, kernels: Correlation, parts: Parts): FlatTensor {
  const [nz, ny, nx] = outcomeShape(kernels);
  const { shape, kernels: count } = kernels;
  const [tz, ty, tx] = kernels.taps;
  const [high, wide] = [ny + 2 * (ty - 1), nx + 2 * (tx - 1)];
  const out = parts.memory.allocate(1, shape[0] * shape[1] * shape[2]);
  out.values.fill(0);
  withBlock(parts.blocks, 4 * count * high * wide, (padded) => {
    const field = new Float32Array(parts.host.reserve(padded), padded, count * high * wide).fill(0);
    withTaps(planeByPlane(kernels), parts, (at, taps) => {
      for (let k = 0; k < count * tz; k++) taps.subarray(k * ty * tx, (k + 1) * ty * tx).reverse();
      for (let z = 0; z < nz; z++) {
        padPlanes(field, g, kernels, z);
        for (let t = 0; t < tz; t++) {
          const to = out.address + 4 * (z + t) * shape[1] * shape[2];
          const sizes = [count, ty, tx, shape[2], wide, high * wide];
          const args = [to, padded, at + 4 * t * count * ty * tx, ...sizes, 1];
          parts.host.run({ name: 'gather', args, last: shape[1], grain: 1 });
        }
      }
    });
  });
  return out;
}

function simdUnary(kind: UnaryKind, a: FlatTensor, { host, memory, plain }: Parts): Tensor {
  if (a.values.length < small) return plain.unary(kind, a);
  const out = memory.allocate(a.rows, a.columns);
  const places = [out.address, a.address];
  const elements = { last: a.values.length, grain: 1024 };
  if (kind === 'tanh') host.run({ name: 'hyperbolicTangent', args: places, ...elements });
  else host.run({ name: 'transcendental', args: [transcendentals[kind], ...places], ...elements });
  return out;
}

/** The engine of our own WebAssembly kernels (128-bit SIMD), on all threads of its host. */
export function simdEngine(host: SimdHost): Engine {
  const blocks = blocksOf(host);
  const memory = simdMemory(host, blocks);
  const plain = plainEngine(memory);
  const parts: Parts = { host, blocks, memory, plain };
  return {
    ...plain,
    ...{ name: 'simd', threads: host.threads },
    multiply: (product) => simdProduct(product, parts),
    unary: (kind, a) => simdUnary(kind, flat(a), parts),
    binary: (kind, a, b) => simdBinary(kind, [flat(a), flat(b)], parts),
    affine: (a, scale, shift) => simdAffine(flat(a), [scale, shift], parts),
    sum: (kind: SumKind, a) => {
      if (kind !== 'columns' || flat(a).values.length < small) return plain.sum(kind, a);
      return simdColumnSums(flat(a), parts);
    },
    correlate: (u, kernels) => simdCorrelation(flat(u), kernels, parts),
    scatter: (g, kernels) => simdScatter(flat(g), kernels, parts),
  };
}
