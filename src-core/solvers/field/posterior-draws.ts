import { analyse, synthesise } from '../../kernels/cosine-basis.js';
import { conjugateGradients, type SymmetricSystem } from '../../kernels/conjugate-gradients.js';
import { addScaled, scaled, timesEach } from '../../kernels/vectors.js';
import { randomStream, type RandomStream } from '../../random.js';
import type { Run } from '../../run.js';
import { applyInformation, type EquationDesign } from './equation-data.js';
import { levelRoot, type LevelRoot, whitenedOnLevel } from './error-root.js';
import { projectOut } from './loose-rows.js';
import { posteriorPreconditioner } from './mode-overlap.js';
import { type ScalePrior, voxelSynthesis } from './scale-view.js';

/** The posterior of λ − λ₀ that is drawn from. */
export interface DrawnPosterior {
  readonly data: EquationDesign;
  readonly scale: ScalePrior;
  /** Amplitude of the prior over the noise inflation. */
  readonly relative: number;
}

/** A draw is solved for to this relative residual: the sd changes by under 1 % below it. */
const stop = { limit: 200, tolerance: 0.02 };

/** The noise of the data as the coefficients see it: of covariance M, the information on them. */
async function informationDraw(
  { data: { frame, phiE }, scale: { basis, root } }: DrawnPosterior,
  ofError: LevelRoot,
  stream: RandomStream,
  run: Run,
): Promise<Float64Array> {
  const { level, loose } = frame;
  const white = level.volume.map((volume) => stream.normal() / Math.sqrt(volume));
  const own = await whitenedOnLevel(white, ofError, run);
  const carried = loose === null ? own : projectOut(own, loose, level);
  const right = timesEach(timesEach(carried, phiE), level.volume);
  return timesEach(await analyse(right, basis, run), root);
}

/** (1 + r²M) on coefficients, and about its inverse: G as if it did not mix the waves that the nucleus cuts out. */
async function posteriorPrecision(
  { data, scale, relative }: DrawnPosterior,
  run: Run,
): Promise<SymmetricSystem> {
  const { basis, root } = scale;
  const variance = relative * relative;
  const weight = data.frame.level.volume;
  const apply = async (z: Float64Array, r: Run): Promise<Float64Array> => {
    const field = await synthesise(timesEach(z, root), basis, r);
    const seen = await analyse(await applyInformation(field, data, r), basis, r);
    const out = scaled(timesEach(root, seen), variance);
    addScaled(out, z, 1);
    return out;
  };
  return { apply, precondition: await posteriorPreconditioner(data, scale, { weight, relative }, run) };
}

/**
 * Mean square, over independent draws, of the error of the posterior mean of λ at every voxel of the finest level: its
 * posterior variance but for the draws' number. Perturb and optimise (Papandreou and Yuille 2010): with z = S⁻¹δ/r,
 * whose precision is 1 + r²M, a draw solves (1 + r²M)z = ε + r·Bᵀn, with ε and n white and BᵀB = M. The noise is not
 * inflated. Same seed, same draws.
 */
export async function drawnVariance(
  posterior: DrawnPosterior,
  { count, seed }: { count: number; seed: number },
  run: Run,
): Promise<Float64Array> {
  const { data, scale, relative } = posterior;
  const system = await posteriorPrecision(posterior, run);
  const toVoxels = voxelSynthesis(scale, data.frame);
  const ofError = levelRoot(data.frame);
  const stream = randomStream(seed);
  const sum = new Float64Array(data.frame.levels.finest.count);
  for (let k = 0; k < count; k++) {
    const seen = await informationDraw(posterior, ofError, stream, run);
    const right = seen.map((v) => stream.normal() + relative * v);
    const { x } = await conjugateGradients(system, [right, new Float64Array(right.length)], stop, run);
    const drawn = await toVoxels(scaled(timesEach(x, scale.root), relative), run);
    for (let i = 0; i < sum.length; i++) sum[i] += (drawn[i] * drawn[i]) / count;
  }
  return sum;
}
