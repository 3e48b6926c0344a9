import { CoreError, type KernelName, kernelNames } from '../../src-core/index.js';
import type { Kernel } from './simd-control.js';

const isKernel = (value: unknown): value is Kernel => typeof value === 'function';

/** The kernels of a module on a memory; throws where one is missing. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Readonly<Record<KernelName, Kernel>> {
  const abort = (): never => {
    throw new CoreError({ tag: 'memory', message: 'A SIMD kernel gave up.' });
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const kernelOf = (name: KernelName): Kernel => {
    const kernel = exports[name];
    if (isKernel(kernel)) return kernel;
    throw new Error(`The SIMD kernels have no ${name}.`);
  };
  return Object.fromEntries(kernelNames.map((name) => [name, kernelOf(name)])) as Record<KernelName, Kernel>;
}
