import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CoreError, type KernelCall, type SimdHost } from '../../src-core/index.js';
import { announce, controlBuffer, controlIn, runPart } from './simd-control.js';
import { instantiate } from './simd-kernels.js';
import type { SimdThreadData } from './simd-thread.js';

/** A SIMD host with threads of its own, to be closed. */
export interface OpenSimdHost extends SimdHost {
  readonly close: () => Promise<void>;
}

const pageBytes = 65536;
/** All that 32-bit addresses reach: taken page by page, as it is needed. */
const mostPages = 65536;
const firstPages = 64;
/** More threads than this do not help matrices of this size. */
const mostThreads = 8;
/** So often the main thread looks whether the helpers are done before it goes to sleep. */
const looks = 200_000;
/** A helper that has not done its part after this time is taken for lost. */
const patienceMs = 20_000;

/** A built file, seen from the built program or from the sources beside it. */
function builtFile(name: string): string {
  const found = ['../../', '../../dist/']
    .map((base) => fileURLToPath(new URL(base + name, import.meta.url)))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new CoreError({
    tag: 'missing',
    message: `${name} is not there: the SIMD kernels were not built.`,
    hint: 'Run "npm run build".',
  });
}

/** The helpers' ends of a control: wait for them, or find them lost. */
function awaitHelpers(state: Int32Array, helpers: number): boolean {
  for (let k = 0; k < looks && Atomics.load(state, 1) < helpers; k++);
  for (let done = Atomics.load(state, 1); done < helpers; done = Atomics.load(state, 1)) {
    if (Atomics.wait(state, 1, done, patienceMs) === 'timed-out') return false;
  }
  return true;
}

/** Memory that grows up to what 32-bit addresses reach, or the system gives. */
function growing(memory: WebAssembly.Memory): SimdHost['reserve'] {
  return (bytes) => {
    const wanted = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
    if (wanted <= 0) return memory.buffer;
    try {
      memory.grow(wanted);
    } catch (cause) {
      const gibibytes = (bytes / 2 ** 30).toFixed(1);
      throw new CoreError(
        {
          tag: 'memory',
          message: `The network needs ${gibibytes} GiB at once, and 4 GiB is the most that the SIMD engine can hold.`,
          hint: 'Use fewer pixels, a narrower network, or derivatives by mollifiers.',
        },
        cause,
      );
    }
    return memory.buffer;
  };
}

/**
 * The SIMD kernels on a memory of their own, with helper threads beside the calling one. A helper that is lost is done
 * without from then on: the call is made again by the calling thread alone, to the same result.
 */
export function openSimdHost(threads = Math.min(mostThreads, availableParallelism())): OpenSimdHost {
  const module = new WebAssembly.Module(readFileSync(builtFile('src-core/compute/simd/kernels.wasm')));
  const memory = new WebAssembly.Memory({ initial: firstPages, maximum: mostPages, shared: true });
  const kernels = instantiate(module, memory);
  const buffer = controlBuffer();
  const control = controlIn(buffer);
  const start = (thread: number): Worker => {
    const workerData: SimdThreadData = { module, memory, control: buffer, thread, threads };
    const worker = new Worker(builtFile('src-main/compute/simd-thread.js'), { workerData });
    worker.unref();
    return worker;
  };
  let helpers = Array.from({ length: threads - 1 }, (_, k) => start(k + 1));
  const close = async (): Promise<void> => {
    const open = helpers;
    helpers = [];
    await Promise.all(open.map((worker) => worker.terminate()));
  };
  const runAlone = (call: KernelCall): void => {
    for (let thread = 0; thread < threads; thread++) runPart(kernels, call, thread, threads);
  };
  return {
    threads,
    first: pageBytes,
    reserve: growing(memory),
    close,
    run: (call) => {
      if (helpers.length === 0 || call.last <= call.grain) {
        runAlone(call);
        return;
      }
      announce(control, call);
      runPart(kernels, call, 0, threads);
      if (awaitHelpers(control.state, helpers.length)) return;
      void close();
      runAlone(call);
    },
  };
}
