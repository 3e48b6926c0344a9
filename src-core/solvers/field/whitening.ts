import { activeAxes, type Grid } from '../../data/grid.js';
import type { DomainLevel } from '../../kernels/domain-levels.js';

/**
 * The flux-balance equation around a constant rate λ₀, A₀φ_e + (λ − λ₀)φ_e = φ_h with A₀ = λ₀ − a∇² + κ∇⁴, and the
 * noise of both channels (sd per voxel, in units of φ): all that the whitening of the equation's error needs.
 */
export interface EquationNoise {
  readonly level: number;
  readonly a: number;
  readonly kappa: number;
  readonly sdH: number;
  readonly sdE: number;
}

/** A₀ at the squared wave number k² (1/L0²). */
export function rateSymbol({ level, a, kappa }: EquationNoise, k2: number): number {
  return level + a * k2 + kappa * k2 * k2;
}

/**
 * G = 1/(σ_h² + σ_e²A₀²): one over the variance of the equation's error y_h − A₀y_e at wave number k, per voxel. No
 * derivative of noise is ever taken by itself: G falls faster than A₀ grows.
 */
export function errorWeight(noise: EquationNoise, k2: number): number {
  const symbol = rateSymbol(noise, k2);
  return 1 / (noise.sdH ** 2 + (noise.sdE * symbol) ** 2);
}

/**
 * The squared wave number that a mode of the finite-volume −∇² with eigenvalue x has in the continuum:
 * x + Σ spacing²·m/12·x², m the mean of (k_i/k)⁴ over directions (1, 3/8, 1/5 in one, two, three dimensions). Without it
 * a coarse grid diffuses too little at short waves.
 */
export function continuumWave(spacings: readonly number[]): (x: number) => number {
  const share = [0, 1, 3 / 8, 1 / 5][spacings.length];
  const factor = (share * spacings.reduce((sum, h) => sum + h * h, 0)) / 12;
  return (x) => x + factor * x * x;
}

/** Spacings of a level along the axes that it extends along. */
export function levelSpacings({ axes, spacing }: DomainLevel): number[] {
  return axes.map((axis) => spacing[axis]);
}

/** Spacings (unit L0) of a grid along the axes that it extends along. */
export function gridSpacings(grid: Grid, length: number): number[] {
  return activeAxes(grid).map((axis) => grid.spacing[axis] / length);
}
