import { describe, expect, it } from 'vitest';
import { makeGrid, type Triple } from '../../../src-core/data/grid.js';
import { cosineBasis, cosineBox, type CosineBasis } from '../../../src-core/kernels/cosine-basis.js';
import { domainHierarchy } from '../../../src-core/kernels/domain-levels.js';
import { noFluxDomain } from '../../../src-core/kernels/no-flux.js';
import { quietRun } from '../../../src-core/run.js';
import {
  highestWave,
  localModes,
  localVariance,
  logDeterminant,
  priorRoot,
  resolvedWave,
  signalClasses,
} from '../../../src-core/solvers/field/prior.js';
import { type EquationNoise, errorWeight } from '../../../src-core/solvers/field/whitening.js';
import { eliminate, functionOf, matrixOf, product, symmetricEigen } from '../../kernels/dense-matrix.js';
import { matern4 } from './matern.js';

const noise: EquationNoise = { level: 1.4, a: 1, kappa: 0.012, sdH: 0.03, sdE: 0.02 };

async function basisFor(shape: Triple, spacing: Triple, length: number, margin = 1.5 * length) {
  const domain = noFluxDomain(makeGrid(shape, spacing), undefined, 100);
  const { finest } = await domainHierarchy(domain, quietRun);
  const highest = highestWave(length, finest.axes.length);
  return cosineBasis(finest, cosineBox(finest, margin), highest);
}

/** Prior covariance of two cells of the level, by index. */
function covariance({ tables, modes, box, level }: CosineBasis, root: Float64Array, cells: [number, number]) {
  const [, ny, nx] = level.shape;
  const at = cells.map((cell) => [Math.floor(cell / (ny * nx)), Math.floor(cell / nx) % ny, cell % nx]);
  let sum = 0;
  for (let z = 0, k = 0; z < modes[0]; z++) {
    for (let y = 0; y < modes[1]; y++) {
      for (let x = 0; x < modes[2]; x++, k++) {
        const value = (cell: number[]): number =>
          [z, y, x].reduce((v, j, axis) => v * tables[axis].values[j * box.cells[axis] + cell[axis]], 1);
        sum += root[k] ** 2 * value(at[0]) * value(at[1]);
      }
    }
  }
  return sum;
}

describe('prior', () => {
  it.each([
    ['1-D', [1, 1, 40], [1, 1, 20], 1.1],
    ['2-D', [1, 24, 30], [1, 20, 20], 1],
    ['2-D, anisotropic', [1, 20, 30], [1, 30, 20], 1.2],
    ['3-D', [8, 12, 12], [30, 20, 20], 0.9],
  ] as const)('has unit variance on average over its box, %s', async (_, shape, spacing, length) => {
    // Without a margin the level fills the box, so that the average can be taken over its cells.
    const basis = await basisFor(shape, spacing, length, 0);
    const root = priorRoot(basis, length);
    let sum = 0;
    for (let cell = 0; cell < basis.level.count; cell++) sum += covariance(basis, root, [cell, cell]);
    expect(sum / basis.level.count).toBeCloseTo(1, 9);
  });

  it.each([
    ['1-D', [1, 1, 40], [1, 1, 20], 1.1],
    ['2-D', [1, 16, 20], [1, 20, 20], 0.5],
    ['2-D, anisotropic', [1, 12, 18], [1, 30, 20], 0.5],
  ] as const)('is a Matérn field of ν = 4 far from the walls, %s', async (_, shape, spacing, length) => {
    const basis = await basisFor(shape, spacing, length, 8 * length);
    const root = priorRoot(basis, length);
    const [, ny, nx] = shape;
    const middle = Math.floor(ny / 2) * nx + Math.floor(nx / 2);
    const variance = covariance(basis, root, [middle, middle]);
    for (const steps of [1, 3, Math.floor(nx / 2) - 1]) {
      const distance = (steps * spacing[2]) / 100;
      const correlation = covariance(basis, root, [middle, middle - steps]) / variance;
      expect(Math.abs(correlation - matern4(distance / length))).toBeLessThan(0.01);
    }
  });

  it('is built from waves up to where the root has fallen to a thousandth', async () => {
    const basis = await basisFor([1, 40, 40], [1, 10, 10], 0.8);
    const root = priorRoot(basis, 0.8);
    const along = basis.modes[2] - 1;
    expect(root[along] / root[0]).toBeGreaterThan(1e-3);
    expect(root[along] / root[0]).toBeLessThan(2e-3);
  });

  it('splits φ_e into classes of equal volume that keep its mean square', () => {
    const phiE = Float64Array.from({ length: 500 }, (_, i) => 0.1 + 0.2 * Math.abs(Math.sin(i)));
    const volume = Float64Array.from({ length: 500 }, (_, i) => 1 + (i % 4));
    const { square, share } = signalClasses(phiE, volume);
    const total = volume.reduce((sum, v) => sum + v, 0);
    const expected = phiE.reduce((sum, v, i) => sum + volume[i] * v * v, 0) / total;
    expect(square.reduce((sum, v, k) => sum + v * share[k], 0)).toBeCloseTo(expected, 12);
    expect(share.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 12);
    share.forEach((v) => {
      expect(Math.abs(v - 1 / share.length)).toBeLessThan(0.02);
    });
    expect([...square].sort((p, q) => p - q)).toEqual(square);
  });

  it('counts a constant signal as one class however it is split', () => {
    const { square, share } = signalClasses(new Float64Array(7).fill(0.2), new Float64Array(7).fill(1));
    square.forEach((v, k) => {
      if (share[k] > 0) expect(v).toBeCloseTo(0.04, 12);
    });
  });

  it('has the posterior variance of one mode as prior over one plus information', () => {
    const modes = {
      perCell: 1,
      ...{ prior: Float64Array.of(2), information: Float64Array.of(50), wave: Float64Array.of(9) },
    };
    expect(localVariance(modes, 0.04, 0.5)).toBeCloseTo(0.5 / (1 + 0.5 * 0.04 * 50), 12);
    expect(localVariance(modes, 0, 0.5)).toBeCloseTo(0.5, 12);
    expect(resolvedWave(modes, 0.04, 0.5)).toBe(0);
    expect(resolvedWave(modes, 0.08, 0.5)).toBe(3);
  });
});

describe('log determinant', () => {
  const [ny, nx, pixel] = [10, 12, 20];
  const phi = 0.2;

  /** log det(1 + φG^½ C G^½φ) with C the Matérn covariance and G from the matrix −∇² of a rectangle. */
  function denseLogDeterminant(length: number, sd: number): number {
    const domain = noFluxDomain(makeGrid([1, ny, nx], [1, pixel, pixel]), undefined, 100);
    const h = pixel / 100;
    const laplacian = matrixOf(domain.count, () => 0);
    for (let i = 0; i < domain.count; i++) {
      for (let k = 4 * i; k < 4 * i + 4; k++) {
        laplacian[i][domain.neighbour[k]] -= 1 / h ** 2;
        laplacian[i][i] += 1 / h ** 2;
      }
    }
    const root = functionOf(symmetricEigen(laplacian), (x) =>
      Math.sqrt(errorWeight(noise, x + (h * h * x * x) / 16)),
    );
    const prior = matrixOf(domain.count, (i, j) => {
      const [dy, dx] = [Math.floor(i / nx) - Math.floor(j / nx), (i % nx) - (j % nx)];
      return (sd * phi) ** 2 * matern4((h * Math.hypot(dy, dx)) / length);
    });
    const inner = product(product(root, prior), root);
    return eliminate(
      inner.map((row, i) => row.map((v, j) => v + (i === j ? 1 : 0))),
      new Float64Array(domain.count),
    ).logDeterminant;
  }

  // What the edge adds is left out, so that it falls short by more the fewer length scales the domain is wide.
  it.each([
    [0.3, 0.4, 0.15],
    [0.6, 0.4, 0.3],
    [0.6, 0.1, 0.25],
    [1.2, 0.4, 0.55],
  ])('of a free rectangle of 2 by 2.4 L0, ℓ = %f, sd %f: short by at most %f', async (length, sd, most) => {
    const basis = await basisFor([1, ny, nx], [1, pixel, pixel], length);
    const modes = localModes(basis, priorRoot(basis, length), noise, 1);
    const classes = signalClasses(new Float64Array(ny * nx).fill(phi), new Float64Array(ny * nx).fill(1));
    const local = logDeterminant(modes, classes, sd, ny * nx);
    const dense = denseLogDeterminant(length, sd);
    expect(local / dense).toBeGreaterThan(1 - most);
    expect(local / dense).toBeLessThan(1);
  });

  it('is exact where the box is the domain: the sum over the cosines', async () => {
    const length = 0.6;
    const basis = await basisFor([1, ny, nx], [1, pixel, pixel], length, 0);
    const root = priorRoot(basis, length);
    const modes = localModes(basis, root, noise, 1);
    const classes = signalClasses(new Float64Array(ny * nx).fill(phi), new Float64Array(ny * nx).fill(1));
    const expected = basis.wave.reduce(
      (sum, k2, k) => sum + Math.log(1 + (0.3 * phi * root[k]) ** 2 * errorWeight(noise, k2)),
      0,
    );
    expect(logDeterminant(modes, classes, 0.3, ny * nx)).toBeCloseTo(expected, 8);
    expect(logDeterminant(modes, classes, 0, ny * nx)).toBe(0);
  });
});
