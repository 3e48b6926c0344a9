import { makeGrid } from '../../../src-core/data/grid.js';
import { type NoFluxDomain, noFluxDomain } from '../../../src-core/kernels/no-flux.js';
import { randomStream } from '../../../src-core/random.js';
import type { EquationNoise } from '../../../src-core/solvers/field/whitening.js';
import type { RateProblem } from '../../../src-core/solvers/solver.js';
import { functionOf, type Matrix, matrixOf, symmetricEigen, times } from '../../kernels/dense-matrix.js';

/** L0 in nm. */
const length = 150;
const pixel = 30;
const n = 16;
const parameters = { a: 1, wellHeight: 1.2, phiMax: 0.8, kappa: 0.012 };

/** A nucleus of some 150 pixels of L0/5, small enough for dense matrices. */
export const domain: NoFluxDomain = noFluxDomain(
  makeGrid([1, n, n], [pixel, pixel, pixel]),
  Uint8Array.from({ length: n * n }, (_, i) =>
    Math.hypot((Math.floor(i / n) + 0.5 - n / 2) / 6.6, ((i % n) + 0.5 - n / 2) / 7.4) < 1 ? 1 : 0,
  ),
  length,
);

/** Position of a packed pixel in L0. */
export function positionOf(i: number): readonly [number, number] {
  const step = pixel / length;
  return [(Math.floor(domain.voxel[i] / n) + 0.5) * step, ((domain.voxel[i] % n) + 0.5) * step];
}

/** −∇² on the domain, entry by entry from its neighbours. */
const minusLaplacian: Matrix = matrixOf(domain.count, () => 0);
for (let i = 0; i < domain.count; i++) {
  for (let k = 4 * i; k < 4 * i + 4; k++) {
    const j = domain.neighbour[k];
    minusLaplacian[i][j] -= (length / pixel) ** 2;
    minusLaplacian[i][i] += (length / pixel) ** 2;
  }
}
const eigen = symmetricEigen(minusLaplacian);
/** The squared wave number of a mode on square pixels h wide, from its eigenvalue: x + h²x²/16 (h²·(3/8)·2/12). */
const wave = (x: number): number => x + ((pixel / length) ** 2 * x * x) / 16;

/** f(k²) as a dense matrix on the domain. */
export function denseFilter(f: (k2: number) => number): Matrix {
  return functionOf(eigen, (x) => f(wave(x)));
}

/** A₀ = λ₀ − a∇² + κ∇⁴ at k². */
export const symbol = ({ level, a, kappa }: EquationNoise, k2: number): number =>
  level + a * k2 + kappa * k2 ** 2;

/** φ_e with domains, and φ_h that is steady under `rate`, both with white noise of the given sd (said to be 1.3 and 0.8 times it). */
export function smallProblem(
  rate: (y: number, x: number) => number,
  noise: number,
): RateProblem & { truth: Float64Array } {
  const stream = randomStream(21);
  const white = (): Float64Array => Float64Array.from({ length: domain.count }, () => stream.normal());
  const phiE = white().map((_, i) => {
    const [y, x] = positionOf(i);
    return 0.18 + 0.05 * Math.cos(2.9 * y) * Math.cos(2.6 * x + 1);
  });
  const truth = phiE.map((_, i) => rate(...positionOf(i)));
  const transported = times(
    denseFilter((k2) => parameters.a * k2 + parameters.kappa * k2 ** 2),
    phiE,
  );
  const phiH = phiE.map((e, i) => truth[i] * e + transported[i]);
  const noisy = (field: Float64Array): Float64Array => {
    const draw = white();
    return field.map((v, i) => v + noise * draw[i]);
  };
  return {
    ...{ domain, parameters, length, truth },
    phiH: noisy(phiH),
    phiE: noisy(phiE),
    noiseH: white().map((v) => 1.3 * noise * v),
    noiseE: white().map((v) => 0.8 * noise * v),
    equation: 'flux-balance',
    finest: 0,
    rim: null,
  };
}
