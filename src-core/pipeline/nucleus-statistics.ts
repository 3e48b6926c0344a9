import { connectedComponents } from '../density/components.js';
import type { Inference } from '../inference.js';
import { breathe, type Run } from '../run.js';
import { type Distribution, distribution } from '../statistics/distribution.js';

/** What was found in one nucleus: a connected part of the mask. */
export interface NucleusStatistics {
  /** From 1, in the order of the first voxel. */
  readonly nucleus: number;
  readonly voxels: number;
  /** Middle of the nucleus, nm from the corner of the picture. */
  readonly xNm: number;
  readonly yNm: number;
  /** Area of a plane's nucleus; of a stack, its volume over the height of the stack. */
  readonly areaUm2: number;
  readonly volumeUm3: number | null;
  /** Share of its voxels where λ is known. */
  readonly identifiable: number;
  /** λ over those; null where there is none. */
  readonly lambda: Distribution | null;
  /** Root mean square of the equation's residual over its voxels, in the units of φ; null without a residual. */
  readonly residualRms: number | null;
}

function membersOf(labels: Int32Array, count: number): Int32Array[] {
  const sizes = new Int32Array(count + 1);
  for (const label of labels) sizes[label]++;
  const members = Array.from({ length: count }, (_, k) => new Int32Array(sizes[k + 1]));
  const filled = new Int32Array(count + 1);
  labels.forEach((label, i) => {
    if (label > 0) members[label - 1][filled[label]++] = i;
  });
  return members;
}

function sizesOf(voxels: number, { grid }: Inference): Pick<NucleusStatistics, 'areaUm2' | 'volumeUm3'> {
  const [dz, dy, dx] = grid.spacing;
  const area = voxels * dy * dx * 1e-6;
  if (grid.shape[0] === 1) return { areaUm2: area, volumeUm3: null };
  return { areaUm2: area / grid.shape[0], volumeUm3: voxels * dz * dy * dx * 1e-9 };
}

function rmsOf(values: Float32Array, members: Int32Array): number | null {
  let [sum, count] = [0, 0];
  for (const i of members) {
    if (!Number.isFinite(values[i])) continue;
    sum += values[i] ** 2;
    count++;
  }
  return count === 0 ? null : Math.sqrt(sum / count);
}

function describe(inference: Inference, members: Int32Array, nucleus: number): NucleusStatistics {
  const { grid, rate } = inference;
  const [, ny, nx] = grid.shape;
  const known = members.filter((i) => rate.identifiable[i] !== 0);
  const meanOf = (indexOf: (i: number) => number, axis: 1 | 2): number =>
    grid.origin[axis] +
    (members.reduce((sum, i) => sum + indexOf(i), 0) / members.length + 0.5) * grid.spacing[axis];
  return {
    nucleus,
    voxels: members.length,
    xNm: meanOf((i) => i % nx, 2),
    yNm: meanOf((i) => Math.floor(i / nx) % ny, 1),
    ...sizesOf(members.length, inference),
    identifiable: known.length / members.length,
    lambda: known.length === 0 ? null : distribution(Float64Array.from(known, (i) => rate.estimate[i])),
    residualRms: rate.residual === undefined ? null : rmsOf(rate.residual, members),
  };
}

/**
 * Size, place and λ of every nucleus in the mask (face-connected parts), in the order of their first voxel; none for
 * an empty mask. Throws `cancelled`.
 */
export async function nucleusStatistics(inference: Inference, run: Run): Promise<NucleusStatistics[]> {
  const { labels, sizes } = connectedComponents(inference.mask, inference.grid);
  await breathe(run);
  const found: NucleusStatistics[] = [];
  for (const [k, members] of membersOf(labels, sizes.length - 1).entries()) {
    await breathe(run);
    found.push(describe(inference, members, k + 1));
  }
  return found;
}
