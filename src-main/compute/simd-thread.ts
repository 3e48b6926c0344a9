import { workerData } from 'node:worker_threads';
import { announced, controlIn, runPart } from './simd-control.js';
import { instantiate } from './simd-kernels.js';

/** What a helper thread of a SIMD host is started with. */
export interface SimdThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: SharedArrayBuffer;
  readonly thread: number;
  readonly threads: number;
}

/** So often a helper looks for the next call before it goes to sleep: calls follow each other within microseconds. */
const looks = 20_000;

const { module, memory, control: buffer, thread, threads } = workerData as SimdThreadData;
const kernels = instantiate(module, memory);
const control = controlIn(buffer);
const { state } = control;

for (let seen = 0; ;) {
  for (let k = 0; k < looks && Atomics.load(state, 0) === seen; k++);
  Atomics.wait(state, 0, seen);
  seen = Atomics.load(state, 0);
  runPart(kernels, announced(control), thread, threads);
  Atomics.add(state, 1, 1);
  Atomics.notify(state, 1);
}
