import type { FlatTensor, TensorMemory } from '../flat-tensor.js';
import type { SimdHost } from './kernels.js';

/** Blocks begin at multiples of this many bytes: a line of the cache. */
const line = 64;

/** Bytes of shared memory handed out by size: what was given back is given out again to the next of the same size. */
export interface Blocks {
  readonly take: (bytes: number) => number;
  readonly giveBack: (address: number, bytes: number) => void;
}

const rounded = (bytes: number): number => Math.max(line, Math.ceil(bytes / line) * line);

/** Blocks of a host's memory. Once all are back the memory is as if new. */
export function blocksOf(host: Pick<SimdHost, 'reserve' | 'first'>): Blocks {
  const free = new Map<number, number[]>();
  const start = rounded(host.first);
  let [top, taken] = [start, 0];
  return {
    take: (bytes) => {
      const size = rounded(bytes);
      const address = free.get(size)?.pop() ?? top;
      if (address === top) {
        host.reserve(top + size);
        top += size;
      }
      taken += size;
      return address;
    },
    giveBack: (address, bytes) => {
      const size = rounded(bytes);
      taken -= size;
      if (taken === 0) {
        free.clear();
        top = start;
        return;
      }
      const list = free.get(size);
      if (list === undefined) free.set(size, [address]);
      else list.push(address);
    },
  };
}

/** Tensors in a host's memory. */
export function simdMemory(host: Pick<SimdHost, 'reserve'>, blocks: Blocks): TensorMemory {
  const live = new Set<number>();
  let [now, most] = [0, 0];
  return {
    allocate: (rows, columns) => {
      const bytes = 4 * rows * columns;
      const address = blocks.take(bytes);
      const values = new Float32Array(host.reserve(address + bytes), address, rows * columns);
      live.add(address);
      now += bytes;
      most = Math.max(most, now);
      return { rows, columns, values, address };
    },
    free: ({ address, values }: FlatTensor) => {
      if (!live.delete(address)) return;
      now -= values.byteLength;
      blocks.giveBack(address, values.byteLength);
    },
    use: () => ({ now, most }),
  };
}
