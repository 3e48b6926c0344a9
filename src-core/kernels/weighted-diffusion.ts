import { breathe, type Run } from '../run.js';
import type { CoarseLevel, DomainLevel } from './domain-levels.js';

/**
 * The symmetric matrix of Σ over faces of conductance·(difference)² + Σ over cells of mass·value², at a level of a
 * domain; (M u)ᵢ = diagonalᵢ·uᵢ − Σₖ conductanceₖ·u(neighbourₖ). Per slot and cell as in DomainLevel.
 */
export interface DiffusionLevel {
  readonly level: DomainLevel;
  readonly conductance: Float64Array;
  readonly diagonal: Float64Array;
}

/** The matrix at one level, `mass` per voxel. */
export function diffusionOn(level: DomainLevel, conductance: Float64Array, mass: number): DiffusionLevel {
  const { volume, axes } = level;
  const diagonal = new Float64Array(volume.length);
  const slots = 2 * axes.length;
  for (let i = 0, k = 0; i < diagonal.length; i++) {
    let sum = mass * volume[i];
    for (const end = k + slots; k < end; k++) sum += conductance[k];
    diagonal[i] = sum;
  }
  return { level, conductance, diagonal };
}

/** Conductances of merged faces: their sum, halved along an axis where the distance between centres has doubled. */
function mergedConductance(
  finer: Float64Array,
  { finer: fine, parent, count, halved }: CoarseLevel,
): Float64Array {
  const slots = 2 * halved.length;
  const merged = new Float64Array(count * slots);
  for (let i = 0, k = 0; i < fine.count; i++) {
    const self = parent[i];
    for (let slot = 0; slot < slots; slot++, k++) {
      if (parent[fine.neighbour[k]] === self) continue;
      merged[self * slots + slot] += finer[k] * (halved[slot >> 1] ? 0.5 : 1);
    }
  }
  return merged;
}

/** The matrix at the first of some levels, and what stands for it at those below, each merged from the one before. */
export async function diffusionHierarchy(
  levels: readonly [DomainLevel, ...CoarseLevel[]],
  conductance: Float64Array,
  mass: number,
  run: Run,
): Promise<DiffusionLevel[]> {
  const [finest, ...coarser] = levels;
  const all = [diffusionOn(finest, conductance, mass)];
  let current = conductance;
  for (const level of coarser) {
    await breathe(run);
    current = mergedConductance(current, level);
    all.push(diffusionOn(level, current, mass));
  }
  return all;
}

/** What flows into every cell: Σₖ conductanceₖ·u(neighbourₖ), as a new field. */
function inflow(u: Float64Array, { level, conductance: c }: DiffusionLevel): Float64Array {
  const { neighbour: n, axes } = level;
  const slots = 2 * axes.length;
  const flow = new Float64Array(u.length);
  for (let i = 0, k = 0; i < u.length; i++) {
    let sum = 0;
    for (const end = k + slots; k < end; k++) sum += c[k] * u[n[k]];
    flow[i] = sum;
  }
  return flow;
}

/** M u of the matrix, as a new field. */
export function applyDiffusion(u: Float64Array, diffusion: DiffusionLevel): Float64Array {
  const out = inflow(u, diffusion);
  for (let i = 0; i < u.length; i++) out[i] = diffusion.diagonal[i] * u[i] - out[i];
  return out;
}

/** One sweep of Gauss and Seidel over all cells, from the first on (`way` 1) or from the last (−1). */
function sweep(u: Float64Array, right: Float64Array, diffusion: DiffusionLevel, way: 1 | -1): void {
  const { level, conductance: c, diagonal } = diffusion;
  const { neighbour: n, axes } = level;
  const slots = 2 * axes.length;
  let i = way === 1 ? 0 : u.length - 1;
  for (let left = u.length; left > 0; left--, i += way) {
    let sum = 0;
    for (let k = i * slots, end = k + slots; k < end; k++) sum += c[k] * u[n[k]];
    u[i] = (right[i] + sum) / diagonal[i];
  }
}

const coarsestSweeps = 8;

/**
 * One symmetric V-cycle (Gauss-Seidel forward before, backward after) for M u = right from u = 0: a preconditioner. The
 * coarser levels are those that follow `at`.
 */
export async function diffusionCycle(
  right: Float64Array,
  hierarchy: readonly DiffusionLevel[],
  run: Run,
  at = 0,
): Promise<Float64Array> {
  const here = hierarchy[at];
  const u = new Float64Array(right.length);
  const last = at === hierarchy.length - 1;
  for (let k = 0; k < (last ? coarsestSweeps : 1); k++) sweep(u, right, here, 1);
  if (!last) {
    const { level: coarse } = hierarchy[at + 1];
    const { parent } = coarse as CoarseLevel;
    const left = new Float64Array(coarse.count);
    const flow = inflow(u, here);
    for (let i = 0; i < u.length; i++) left[parent[i]] += right[i] - here.diagonal[i] * u[i] + flow[i];
    await breathe(run);
    const correction = await diffusionCycle(left, hierarchy, run, at + 1);
    for (let i = 0; i < u.length; i++) u[i] += correction[parent[i]];
  }
  for (let k = 0; k < (last ? coarsestSweeps : 1); k++) sweep(u, right, here, -1);
  return u;
}
