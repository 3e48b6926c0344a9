import type { DomainLevel } from '../../kernels/domain-levels.js';

/**
 * The prior on λ with sharp borders: log p = −β Σ over cells of volume·(|∇δ|² + ε²)^(p/2)·(2/p)/2 with p = ½ and |∇δ| per
 * cell width, its square a mean over about a cell to each side. A border costs about as much wherever it runs and
 * however steep it is, ramps cost more than steps, and an even λ nothing.
 */
const power = 0.5;
/** Variance, in cells², of the mean that |∇δ|² is taken over. */
const reach = 0.49;

/** Faces of a level: how a squared difference across each counts in |∇δ|², per squared cell width. */
function faceShares({ weight, spacing, axes }: DomainLevel): Float64Array {
  const width = Math.min(...axes.map((axis) => spacing[axis]), Infinity);
  const shares = new Float64Array(weight.length);
  for (let k = 0; k < shares.length; k++) shares[k] = weight[k] * width * width;
  return shares;
}

/** v after diffusion over `reach`: symmetric in the volumes' sum, as the prior asks of a mean. */
function localMean(
  v: Float64Array,
  { neighbour, axes, count }: DomainLevel,
  shares: Float64Array,
): Float64Array {
  const slots = 2 * axes.length;
  const steps = Math.ceil(reach * 2.5);
  const step = reach / (2 * steps);
  let current = v;
  for (let pass = 0; pass < steps; pass++) {
    const before = current;
    current = new Float64Array(count);
    for (let i = 0, k = 0; i < count; i++) {
      let sum = before[i];
      for (let slot = 0; slot < slots; slot++, k++)
        sum += step * shares[k] * (before[neighbour[k]] - before[i]);
      current[i] = sum;
    }
  }
  return current;
}

/** |∇δ|² per cell width: half the squares of the differences to both sides along every axis, as a local mean. */
export function squaredSlope(delta: Float64Array, level: DomainLevel): Float64Array {
  const { neighbour, axes, count } = level;
  const shares = faceShares(level);
  const slots = 2 * axes.length;
  const square = new Float64Array(count);
  for (let i = 0, k = 0; i < count; i++) {
    for (let slot = 0; slot < slots; slot++, k++) {
      square[i] += 0.5 * shares[k] * (delta[neighbour[k]] - delta[i]) ** 2;
    }
  }
  return localMean(square, level, shares);
}

/**
 * Conductance of every face (per slot) of the quadratic that lies above the prior's −log and touches it at a δ of the
 * given squared slope (half-quadratic, as in Geman and Reynolds 1992): its minimiser has more of the posterior.
 */
export function faceConductance(
  slope: Float64Array,
  level: DomainLevel,
  { beta, epsilon }: { beta: number; epsilon: number },
): Float64Array {
  const shares = faceShares(level);
  const own = slope.map((v) => beta * (v + epsilon * epsilon) ** (power / 2 - 1));
  const mean = localMean(own, level, shares);
  const { neighbour, volume } = level;
  const slots = 2 * level.axes.length;
  for (let i = 0, k = 0; i < mean.length; i++) {
    for (const end = k + slots; k < end; k++) {
      const j = neighbour[k];
      shares[k] = 0.25 * shares[k] * (mean[i] + mean[j]) * (volume[i] + volume[j]);
    }
  }
  return shares;
}
