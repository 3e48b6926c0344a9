import { CoreError, type PassMachine } from '../../src-core/index.js';
import { openSimdHost } from './simd-host.js';

/** The SIMD kernels for passes over voxels, on one thread; undefined where they were not built: plain code does as well. */
export function openPassHost(): PassMachine | undefined {
  try {
    return openSimdHost(1);
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}
