import { analyse, synthesise } from '../../kernels/cosine-basis.js';
import { conjugateGradients, type SymmetricSystem } from '../../kernels/conjugate-gradients.js';
import { randomStream, type RandomStream } from '../../random.js';
import type { Run } from '../../run.js';
import { applyInformation, type EquationData } from './equation-data.js';
import { levelRoot, type LevelRoot, whitenedOnLevel } from './error-root.js';
import { projectOut } from './loose-rows.js';
import { type ScaleView, voxelSynthesis } from './scale-view.js';

/** The posterior of λ − λ₀ that is drawn from. */
export interface DrawnPosterior {
  readonly data: EquationData;
  readonly scale: ScaleView;
  /** Amplitude of the prior over the noise inflation. */
  readonly relative: number;
}

/** A draw is solved for to this relative residual (at 0.01 variances come out up to a sixth too small). */
const stop = { limit: 200, tolerance: 1e-3 };

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
  const right = carried.map((v, i) => v * phiE[i] * level.volume[i]);
  return (await analyse(right, basis, run)).map((v, k) => v * root[k]);
}

/** (1 + r²M) on coefficients, and what it is where the nucleus is taken as uniform, to precondition with. */
function posteriorPrecision({ data, scale, relative }: DrawnPosterior): SymmetricSystem {
  const { basis, root, modes } = scale;
  const { volume } = data.frame.level;
  const whole = volume.reduce((sum, v) => sum + v, 0);
  const square = data.phiE.reduce((sum, v, i) => sum + volume[i] * v * v, 0) / whole;
  const variance = relative * relative;
  const uniform = modes.prior.map((v, k) => 1 + variance * square * v * modes.information[k]);
  const apply = async (z: Float64Array, run: Run): Promise<Float64Array> => {
    const field = await synthesise(
      z.map((v, k) => v * root[k]),
      basis,
      run,
    );
    const seen = await analyse(await applyInformation(field, data, run), basis, run);
    return z.map((v, k) => v + variance * root[k] * seen[k]);
  };
  return { apply, precondition: (z) => Promise.resolve(z.map((v, k) => v / uniform[k])) };
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
  const system = posteriorPrecision(posterior);
  const toVoxels = voxelSynthesis(scale, data.frame);
  const ofError = levelRoot(data.frame);
  const stream = randomStream(seed);
  const sum = new Float64Array(data.frame.levels.finest.count);
  for (let k = 0; k < count; k++) {
    const seen = await informationDraw(posterior, ofError, stream, run);
    const right = seen.map((v) => stream.normal() + relative * v);
    const { x } = await conjugateGradients(system, [right, new Float64Array(right.length)], stop, run);
    const drawn = await toVoxels(
      x.map((v, i) => relative * scale.root[i] * v),
      run,
    );
    for (let i = 0; i < sum.length; i++) sum[i] += (drawn[i] * drawn[i]) / count;
  }
  return sum;
}
