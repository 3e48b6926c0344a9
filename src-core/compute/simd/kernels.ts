/** The kernels of assembly/index.ts, in the order of their numbers between threads. */
export const kernelNames = [
  'multiply',
  'multiplyParts',
  'combine',
  'affine',
  'hyperbolicTangent',
  'addRow',
  'timesRow',
  'timesColumn',
  'columnSums',
  'correlate',
  'gather',
  'voxelPass',
  'clenshaw',
  'addTerm',
  'denseProduct',
  'transcendental',
] as const;

/** One of them. */
export type KernelName = (typeof kernelNames)[number];

/** A call of a kernel for the range `first` to `last`, which comes after the arguments. */
export interface KernelCall {
  readonly name: KernelName;
  /** Addresses and numbers. */
  readonly args: readonly number[];
  readonly last: number;
  /** A thread's part is a multiple of this. */
  readonly grain: number;
  /** Arguments (by place) of which every thread has its own, so many bytes apart. */
  readonly own?: readonly (readonly [place: number, bytes: number])[];
}

/** The part of a call that is a thread's: from–to, empty where there is none. */
export function partOf(
  { last, grain }: Pick<KernelCall, 'last' | 'grain'>,
  thread: number,
  threads: number,
): readonly [number, number] {
  const grains = Math.ceil(last / grain);
  const from = Math.floor((grains * thread) / threads) * grain;
  const to = Math.floor((grains * (thread + 1)) / threads) * grain;
  return [Math.min(from, last), Math.min(to, last)];
}

/** What runs the kernels: WebAssembly in one memory that all of its threads share. */
export interface SimdHost {
  readonly threads: number;
  /** The memory, at least so many bytes of it; throws the `memory` CoreError where there is no more. */
  readonly reserve: (bytes: number) => ArrayBufferLike;
  /** Bytes at the memory's start that are not to be used. */
  readonly first: number;
  /** Returns when every thread has done its part. */
  readonly run: (call: KernelCall) => void;
}
