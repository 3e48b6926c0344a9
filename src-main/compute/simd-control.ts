import { type KernelCall, type KernelName, kernelNames, partOf } from '../../src-core/index.js';

/** What the threads of a SIMD host share beside the memory of the kernels: which call is on, and who is done with it. */
export interface SimdControl {
  /** 0: number of the call · 1: helpers that are done · 2: kernel · 3: number of arguments · 4: own ones among them. */
  readonly state: Int32Array;
  /** last, grain, arguments, then place and bytes of those that are each thread's own. */
  readonly numbers: Float64Array;
}

const stateBytes = 64;
const mostNumbers = 64;

/** A kernel as WebAssembly exports it. */
export type Kernel = (...args: number[]) => void;

/** The shared buffer of a control. */
export function controlBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(stateBytes + 8 * mostNumbers);
}

/** The control in a shared buffer. */
export function controlIn(buffer: SharedArrayBuffer): SimdControl {
  return {
    state: new Int32Array(buffer, 0, stateBytes / 4),
    numbers: new Float64Array(buffer, stateBytes, mostNumbers),
  };
}

/** Lays a call out for the helpers and starts them. */
export function announce(
  { state, numbers }: SimdControl,
  { name, args, last, grain, own = [] }: KernelCall,
): void {
  numbers.set([last, grain, ...args, ...own.flat()]);
  state[2] = kernelNames.indexOf(name);
  state[3] = args.length;
  state[4] = own.length;
  Atomics.store(state, 1, 0);
  Atomics.add(state, 0, 1);
  Atomics.notify(state, 0);
}

/** The call that was announced. */
export function announced({ state, numbers }: SimdControl): KernelCall {
  const end = 2 + state[3];
  return {
    name: kernelNames[state[2]],
    last: numbers[0],
    grain: numbers[1],
    args: [...numbers.subarray(2, end)],
    own: Array.from(
      { length: state[4] },
      (_, k) => [numbers[end + 2 * k], numbers[end + 2 * k + 1]] as const,
    ),
  };
}

/** Does a thread's part of a call. */
export function runPart(
  kernels: Readonly<Record<KernelName, Kernel>>,
  call: KernelCall,
  thread: number,
  threads: number,
): void {
  const args = [...call.args];
  for (const [place, bytes] of call.own ?? []) args[place] += thread * bytes;
  kernels[call.name](...args, ...partOf(call, thread, threads));
}
