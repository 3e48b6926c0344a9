import type { Tensor } from './engine.js';

/** A tensor in memory that this side reads: row after row. */
export interface FlatTensor extends Tensor {
  readonly values: Float32Array;
  /** Address of the first element in the memory that it lies in. */
  readonly address: number;
}

/** Where an engine puts its tensors. */
export interface TensorMemory {
  readonly allocate: (rows: number, columns: number) => FlatTensor;
  readonly free: (tensor: FlatTensor) => void;
  readonly use: () => { now: number; most: number };
}

const isFlat = (tensor: Tensor): tensor is FlatTensor => 'values' in tensor && 'address' in tensor;

/** The tensor as one that can be read here; throws where it belongs to an engine of another kind. */
export function flat(tensor: Tensor): FlatTensor {
  if (isFlat(tensor)) return tensor;
  throw new Error('The tensor belongs to another engine.');
}

/** Memory of this process, an array per tensor. */
export function plainMemory(): TensorMemory {
  const live = new Set<Float32Array>();
  let [now, most] = [0, 0];
  return {
    allocate: (rows, columns) => {
      const values = new Float32Array(rows * columns);
      live.add(values);
      now += values.byteLength;
      most = Math.max(most, now);
      return { rows, columns, values, address: 0 };
    },
    free: ({ values }) => {
      if (live.delete(values)) now -= values.byteLength;
    },
    use: () => ({ now, most }),
  };
}
