import { normalQuantile } from '../../kernels/normal-distribution.js';
import type { FieldPair } from '../../kernels/no-flux-filter.js';
import type { RimShare } from '../solver.js';
import type { EquationNoise } from './whitening.js';

/**
 * A mask of whole voxels knows the edge of the nucleus to this sd, in voxels: 1/√12 across, less what the blur averages
 * along the edge.
 */
const edgeSd = 0.15;
/** Classes of covered share within which the mean error of the share is measured. */
const classEdges = [0, 0.45, 0.55, 0.65, 0.75, 0.85, 0.92, 0.97, 0.99, 0.997, 0.9995];
const fewestInClass = 50;

/** Relative sd of each voxel's covered share, from how steeply it falls across an edge known to `edgeSd` voxels. */
export function shareError({ share, blur }: RimShare): Float64Array {
  return share.map((value) => {
    const c = Math.min(Math.round(value * 2000) / 2000, 0.9998);
    const slope = Math.exp(-(normalQuantile(c) ** 2) / 2) / Math.sqrt(2 * Math.PI) / blur;
    return (slope * edgeSd) / c;
  });
}

function classOf(share: number): number {
  let k = 0;
  while (k + 1 < classEdges.length && share >= classEdges[k + 1]) k++;
  return k;
}

/**
 * Mean ratio of measured to expected signal in each class of covered share, both channels together: what the measured
 * blur and a mask of whole voxels leave wrong on average. 1 deep inside and in classes of few voxels.
 */
function classFactors(
  [phiH, phiE]: FieldPair,
  [expectedH, expectedE]: FieldPair,
  classes: Uint8Array,
  { sdH, sdE }: EquationNoise,
): number[] {
  const measured = classEdges.map(() => 0);
  const expected = classEdges.map(() => 0);
  const count = classEdges.map(() => 0);
  classes.forEach((k, i) => {
    measured[k] += (phiH[i] * expectedH[i]) / sdH ** 2 + (phiE[i] * expectedE[i]) / sdE ** 2;
    expected[k] += expectedH[i] ** 2 / sdH ** 2 + expectedE[i] ** 2 / sdE ** 2;
    count[k]++;
  });
  const inside = classEdges.length - 1;
  return classEdges.map((_, k) =>
    k === inside || count[k] < fewestInClass || !(measured[k] > 0) ? 1 : measured[k] / expected[k],
  );
}

/**
 * The fields with their rim made as good as the rest: voxels whose covered share is uncertain are drawn towards what
 * the interior and the equation say of them (`expected`), in the proportion in which their own value is to be trusted,
 * after the mean error of their class of share is divided out. Repeated with new expectations this is expectation
 * maximisation for a noise that is larger at the rim.
 */
export function repairRim(
  fields: FieldPair,
  expected: FieldPair,
  rim: RimShare,
  noise: EquationNoise,
): FieldPair {
  const error = shareError(rim);
  const classes = Uint8Array.from(rim.share, classOf);
  const factors = classFactors(fields, expected, classes, noise);
  const repaired = (k: 0 | 1, sd: number): Float64Array =>
    fields[k].map((value, i) => {
      const camera = (sd / rim.share[i]) ** 2;
      const trust = camera / (camera + (error[i] * expected[k][i]) ** 2);
      return expected[k][i] + trust * (value / factors[classes[i]] - expected[k][i]);
    });
  return [repaired(0, noise.sdH), repaired(1, noise.sdE)];
}
