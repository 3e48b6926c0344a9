import { filterField, filterPair } from '../kernels/no-flux-filter.js';
import { chromatinFields, chromatinModel } from '../models/chromatin.js';
import { equationResidual } from '../models/model.js';
import type { Run } from '../run.js';
import type { NoFluxMollifier } from './no-flux-mollifier.js';
import type { RateProblem, RateSolution } from './solver.js';
import { interiorVoxels } from './width-choice.js';

/** φ_e must stand this many sd above zero for λ = …/φ_e to mean anything. */
const signalToNoise = 3;

/**
 * Where λ is identifiable: mollified φ_e (`smoothE`) at least 3 sd of its own noise above zero. The local noise sd is
 * the root of the mollified square of the mollified noise draw. Packed; 1 or 0.
 */
export async function identifiableVoxels(
  smoothE: Float64Array,
  smoothNoiseE: Float64Array,
  tools: { mollifier: NoFluxMollifier; width: number },
  run: Run,
): Promise<Uint8Array> {
  const { mollifier, width } = tools;
  const square = smoothNoiseE.map((v) => v * v);
  const variance = await filterField(square, mollifier.domain, mollifier.series(2 * width), run);
  return Uint8Array.from(smoothE, (value, i) =>
    value > 0 && value * value > signalToNoise ** 2 * Math.max(variance[i], 0) ? 1 : 0,
  );
}

function rmsAt(values: Float64Array, at: Int32Array): number {
  let sum = 0;
  for (const i of at) sum += values[i] * values[i];
  return Math.sqrt(sum / Math.max(1, at.length));
}

/**
 * Residual of the equation with the solved λ at half the mollifier's width: the part of the data at scales that the
 * solution smoothed away. Also its rms well inside the nucleus, and the rms that the noise draw alone leaves there.
 */
export async function judgeResidual(
  problem: RateProblem,
  rate: Float64Array,
  tools: { mollifier: NoFluxMollifier; width: number },
  run: Run,
): Promise<Pick<RateSolution, 'residual' | 'residualRms' | 'residualNoiseRms'>> {
  const series = [tools.mollifier.series(tools.width / 2)];
  const [[phiH, phiE]] = await filterPair([problem.phiH, problem.phiE], problem.domain, series, run);
  const [[noiseH, noiseE]] = await filterPair([problem.noiseH, problem.noiseE], problem.domain, series, run);
  const model = chromatinModel(problem.equation, problem.parameters);
  const residualOf = async (h: Float64Array, e: Float64Array): Promise<Float64Array> => {
    const fields = await chromatinFields(model, { phiH: h, phiE: e }, problem.domain, problem.parameters);
    return equationResidual(model.terms(fields), [rate]);
  };
  const residual = await residualOf(phiH, phiE);
  const noisy = await residualOf(
    phiH.map((v, i) => v + noiseH[i]),
    phiE.map((v, i) => v + noiseE[i]),
  );
  const interior = interiorVoxels(problem);
  return {
    residual,
    residualRms: rmsAt(residual, interior),
    residualNoiseRms: rmsAt(
      noisy.map((v, i) => v - residual[i]),
      interior,
    ),
  };
}
