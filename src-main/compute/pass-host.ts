import type { PassMachine } from '../../src-core/index.js';
import { openSimdHost } from './simd-host.js';

/**
 * The SIMD kernels for passes over voxels, on one thread; undefined where they were not built or get no memory: plain code
 * does as well, and takes longer.
 */
export function openPassHost(): PassMachine | undefined {
  try {
    return openSimdHost(1);
  } catch {
    return undefined;
  }
}
