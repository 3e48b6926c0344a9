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

function withDiagonal(level: DomainLevel, conductance: Float64Array, mass: Float64Array): DiffusionLevel {
  const slots = conductance.length / mass.length;
  const diagonal = Float64Array.from(mass);
  for (let k = 0; k < conductance.length; k++) diagonal[Math.floor(k / slots)] += conductance[k];
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
  const massOf = ({ volume }: DomainLevel): Float64Array => volume.map((v) => mass * v);
  const all = [withDiagonal(finest, conductance, massOf(finest))];
  let current = conductance;
  for (const level of coarser) {
    await breathe(run);
    current = mergedConductance(current, level);
    all.push(withDiagonal(level, current, massOf(level)));
  }
  return all;
}

/** What flows into cell i: Σₖ conductanceₖ·u(neighbourₖ). */
function inflow(u: Float64Array, { level, conductance }: DiffusionLevel, i: number): number {
  const { neighbour: n, axes } = level;
  const end = (i + 1) * 2 * axes.length;
  let sum = 0;
  for (let k = end - 2 * axes.length; k < end; k++) sum += conductance[k] * u[n[k]];
  return sum;
}

/** M u of the matrix, as a new field. */
export function applyDiffusion(u: Float64Array, diffusion: DiffusionLevel): Float64Array {
  return u.map((v, i) => diffusion.diagonal[i] * v - inflow(u, diffusion, i));
}

function sweepForward(u: Float64Array, right: Float64Array, diffusion: DiffusionLevel): void {
  for (let i = 0; i < u.length; i++) u[i] = (right[i] + inflow(u, diffusion, i)) / diffusion.diagonal[i];
}

function sweepBackward(u: Float64Array, right: Float64Array, diffusion: DiffusionLevel): void {
  for (let i = u.length - 1; i >= 0; i--) u[i] = (right[i] + inflow(u, diffusion, i)) / diffusion.diagonal[i];
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
  for (let sweep = 0; sweep < (last ? coarsestSweeps : 1); sweep++) sweepForward(u, right, here);
  if (!last) {
    const { level: coarse } = hierarchy[at + 1];
    const { parent } = coarse as CoarseLevel;
    const left = new Float64Array(coarse.count);
    for (let i = 0; i < u.length; i++)
      left[parent[i]] += right[i] - here.diagonal[i] * u[i] + inflow(u, here, i);
    await breathe(run);
    const correction = await diffusionCycle(left, hierarchy, run, at + 1);
    for (let i = 0; i < u.length; i++) u[i] += correction[parent[i]];
  }
  for (let sweep = 0; sweep < (last ? coarsestSweeps : 1); sweep++) sweepBackward(u, right, here);
  return u;
}
