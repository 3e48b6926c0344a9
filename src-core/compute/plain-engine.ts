import type { BinaryKind, Correlation, Engine, Product, SumKind, Tensor, UnaryKind } from './engine.js';
import { flat, type FlatTensor, plainMemory, type TensorMemory } from './flat-tensor.js';
import { plainCorrelation, plainScatter } from './plain-correlation.js';

const unaryOf: { readonly [K in UnaryKind]: (v: number) => number } = {
  tanh: Math.tanh,
  sine: Math.sin,
  cosine: Math.cos,
  exponential: Math.exp,
  reciprocal: (v) => 1 / v,
};

const binaryOf: { readonly [K in BinaryKind]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  times: (a, b) => a * b,
  slope: (a, b) => a * (1 - b * b),
};

/** Throws where b is neither of a's shape nor repeats to it. */
export function requireFit(a: Tensor, b: Tensor): void {
  const fits = (own: number, other: number): boolean => own === other || other === 1;
  if (fits(a.rows, b.rows) && fits(a.columns, b.columns)) return;
  throw new Error(`${b.rows} × ${b.columns} does not fit ${a.rows} × ${a.columns}.`);
}

/** Rows, columns and inner length of a product; throws where the matrices do not fit. */
export function productShape({ a, b, transposeA, transposeB, bias }: Product): {
  rows: number;
  columns: number;
  inner: number;
} {
  const [rows, inner] = transposeA === true ? [a.columns, a.rows] : [a.rows, a.columns];
  const [other, columns] = transposeB === true ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inner === other && (bias === undefined || (bias.rows === 1 && bias.columns === columns))) {
    return { rows, columns, inner };
  }
  throw new Error(`A product of ${rows} × ${inner} with ${other} × ${columns} and its bias does not fit.`);
}

function plainProduct(product: Product, { allocate }: TensorMemory): FlatTensor {
  const { rows, columns, inner } = productShape(product);
  const [a, b] = [flat(product.a), flat(product.b)];
  const bias = product.bias === undefined ? null : flat(product.bias).values;
  const out = allocate(rows, columns);
  const [aRow, aInner] = product.transposeA === true ? [1, a.columns] : [a.columns, 1];
  const [bInner, bColumn] = product.transposeB === true ? [1, b.columns] : [b.columns, 1];
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) sums[j] = bias === null ? 0 : bias[j];
    for (let k = 0; k < inner; k++) {
      const value = a.values[i * aRow + k * aInner];
      for (let j = 0, at = k * bInner; j < columns; j++, at += bColumn) sums[j] += value * b.values[at];
    }
    for (let j = 0; j < columns; j++) {
      out.values[i * columns + j] = product.tanh === true ? Math.tanh(sums[j]) : sums[j];
    }
  }
  return out;
}

function plainBinary(kind: BinaryKind, a: FlatTensor, b: FlatTensor, { allocate }: TensorMemory): FlatTensor {
  requireFit(a, b);
  const { rows, columns } = a;
  const out = allocate(rows, columns);
  const of = binaryOf[kind];
  const rowStep = b.rows === 1 ? 0 : b.columns;
  const columnStep = b.columns === 1 ? 0 : 1;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, i++) {
      out.values[i] = of(a.values[i], b.values[r * rowStep + c * columnStep]);
    }
  }
  return out;
}

function plainSum(kind: SumKind, a: FlatTensor, { allocate }: TensorMemory): FlatTensor {
  const out = allocate(kind === 'rows' ? a.rows : 1, kind === 'columns' ? a.columns : 1);
  const sums = new Float64Array(out.values.length);
  const [rowStep, columnStep] = [Number(kind === 'rows'), Number(kind === 'columns')];
  for (let r = 0, i = 0; r < a.rows; r++) {
    for (let c = 0; c < a.columns; c++, i++) sums[r * rowStep + c * columnStep] += a.values[i];
  }
  out.values.set(sums);
  return out;
}

function plainRepeat(a: FlatTensor, out: FlatTensor): FlatTensor {
  requireFit(out, a);
  const rowStep = a.rows === 1 ? 0 : a.columns;
  const columnStep = a.columns === 1 ? 0 : 1;
  for (let r = 0, i = 0; r < out.rows; r++) {
    for (let c = 0; c < out.columns; c++, i++) out.values[i] = a.values[r * rowStep + c * columnStep];
  }
  return out;
}

function plainTransposed(a: FlatTensor, out: FlatTensor): FlatTensor {
  for (let r = 0; r < a.rows; r++) {
    for (let c = 0; c < a.columns; c++) out.values[c * a.rows + r] = a.values[r * a.columns + c];
  }
  return out;
}

function unaryInto(kind: UnaryKind, a: FlatTensor, out: FlatTensor): FlatTensor {
  const of = unaryOf[kind];
  for (let i = 0; i < a.values.length; i++) out.values[i] = of(a.values[i]);
  return out;
}

function affineInto(a: FlatTensor, out: FlatTensor, [scale, shift]: readonly [number, number]): FlatTensor {
  for (let i = 0; i < a.values.length; i++) out.values[i] = scale * a.values[i] + shift;
  return out;
}

/** The engine of plain TypeScript: what the others are held against. Sums in float64, values in float32. */
export function plainEngine(memory: TensorMemory = plainMemory()): Engine {
  const { allocate } = memory;
  const like = ({ rows, columns }: Tensor): FlatTensor => allocate(rows, columns);
  const filled = (values: Float32Array, rows: number, columns: number): FlatTensor => {
    const out = allocate(rows, columns);
    out.values.set(values);
    return out;
  };
  return {
    ...{ name: 'cpu', threads: 1 },
    upload: filled,
    read: (tensor) => Float32Array.from(flat(tensor).values),
    free: (tensor) => {
      memory.free(flat(tensor));
    },
    multiply: (product) => plainProduct(product, memory),
    unary: (kind, a) => unaryInto(kind, flat(a), like(a)),
    binary: (kind, a, b) => plainBinary(kind, flat(a), flat(b), memory),
    affine: (a, scale, shift) => affineInto(flat(a), like(a), [scale, shift]),
    sum: (kind, a) => plainSum(kind, flat(a), memory),
    repeat: (a, rows, columns) => plainRepeat(flat(a), allocate(rows, columns)),
    transpose: (a) => plainTransposed(flat(a), allocate(a.columns, a.rows)),
    slice: (a, first, last) =>
      filled(flat(a).values.subarray(first * a.columns, last * a.columns), last - first, a.columns),
    place: (a, first, rows) => {
      const out = allocate(rows, a.columns);
      out.values.fill(0);
      out.values.set(flat(a).values, first * a.columns);
      return out;
    },
    correlate: (u, kernels: Correlation) => plainCorrelation(flat(u), kernels, memory),
    scatter: (g, kernels: Correlation) => plainScatter(flat(g), kernels, memory),
    memory: memory.use,
  };
}
