import { activeAxes, type Grid, type Triple } from '../data/grid.js';
import { solvePositive } from '../kernels/cholesky.js';
import { breathe, type Run } from '../run.js';
import { type MaskFaces, maskFaces } from './mask-faces.js';

/** The surface is fitted to faces under a Gaussian of this sd in the widest spacing, as far as `cut` sd of it. */
const reach = 2.5;
const cut = 1.75;
/** A face tells of the surface to a twelfth of this squared, in spacings across it, however steep it stands. */
const steepest = 0.1;
/** Weight of what is expected of a surface without any face: slope of a half, radii of the fit's own reach. */
const expected = 1 / 120;
const breathEvery = 128;
const allAxes = [0, 1, 2] as const;
/** Terms of a polynomial of degree two on the tangent plane. */
const termCount = 6;

/** The faces around a voxel, how much each counts, and where it stands: room that is used again for the next voxel. */
interface NearFaces {
  count: number;
  at: Triple;
  face: Int32Array;
  weight: Float64Array;
  /** Six per face: how much each of the terms 1, u, v, u²/2, uv, v²/2 counts. */
  terms: Float64Array;
  /** Height above the tangent plane. */
  height: Float64Array;
  readonly matrix: readonly Float64Array[];
}

/** Axes of a local frame: outward normal and two tangents. */
interface Tangents {
  readonly normal: Triple;
  readonly first: Triple;
  readonly second: Triple;
}

/** What all fits of a mask share. */
interface SurfaceFit {
  readonly faces: MaskFaces;
  readonly grid: Grid;
  /** sd of the Gaussian weight, nm, and how many voxels it reaches along each axis. */
  readonly sd: number;
  readonly voxels: Triple;
  readonly near: NearFaces;
}

function roomFor(faces: number): NearFaces {
  return {
    ...{ count: 0, at: [0, 0, 0], face: new Int32Array(faces), weight: new Float64Array(faces) },
    ...{ terms: new Float64Array(termCount * faces), height: new Float64Array(faces) },
    matrix: Array.from({ length: termCount }, () => new Float64Array(termCount)),
  };
}

/** Room for twice as many faces where it is full. */
function widened(near: NearFaces): void {
  const { face, weight } = near;
  if (near.count < face.length) return;
  Object.assign(near, roomFor(2 * face.length), { count: near.count, at: near.at });
  near.face.set(face);
  near.weight.set(weight);
}

const scaled = ([z, y, x]: Triple, f: number): Triple => [f * z, f * y, f * x];
const sumOf = (a: Triple, b: Triple): Triple => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const crossed = (a: Triple, b: Triple): Triple => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

async function surfaceFit(mask: Uint8Array, grid: Grid, run: Run): Promise<SurfaceFit> {
  const sd = reach * Math.max(...grid.spacing);
  const [vz, vy, vx] = grid.spacing.map((spacing) => Math.ceil((cut * sd) / spacing));
  return { faces: await maskFaces(mask, grid, run), grid, sd, voxels: [vz, vy, vx], near: roomFor(256) };
}

/** Finds the faces around the centre of a voxel. */
function findFaces(voxel: number, { faces, grid, sd, voxels, near }: SurfaceFit): void {
  const { start, centre } = faces;
  const [nz, ny, nx] = grid.shape;
  const [z, y, x] = [Math.floor(voxel / (ny * nx)), Math.floor(voxel / nx) % ny, voxel % nx];
  near.at = [z * grid.spacing[0], y * grid.spacing[1], x * grid.spacing[2]];
  near.count = 0;
  const [az, ay, ax] = near.at;
  const widest = (cut * sd) ** 2;
  for (let iz = Math.max(0, z - voxels[0]); iz <= Math.min(nz - 1, z + voxels[0]); iz++) {
    for (let iy = Math.max(0, y - voxels[1]); iy <= Math.min(ny - 1, y + voxels[1]); iy++) {
      const row = (iz * ny + iy) * nx;
      const end = start[row + Math.min(nx - 1, x + voxels[2]) + 1];
      for (let f = start[row + Math.max(0, x - voxels[2])]; f < end; f++) {
        const square =
          (centre[3 * f] - az) ** 2 + (centre[3 * f + 1] - ay) ** 2 + (centre[3 * f + 2] - ax) ** 2;
        if (square > widest) continue;
        widened(near);
        near.face[near.count] = f;
        near.weight[near.count++] = Math.exp(-square / (2 * sd * sd));
      }
    }
  }
}

/** The local frame: the faces' areas, each towards the outside, add up to a normal. null where they cancel. */
function tangents({ faces, grid, near }: SurfaceFit): Tangents | null {
  const { face, weight, count } = near;
  const sum = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    const axis = faces.axis[face[k]];
    sum[axis] += (weight[k] * faces.outward[face[k]]) / grid.spacing[axis];
  }
  const size = Math.hypot(...sum);
  if (size === 0) return null;
  const normal: Triple = [sum[0] / size, sum[1] / size, sum[2] / size];
  const least = allAxes.reduce((best, axis) =>
    Math.abs(normal[axis]) < Math.abs(normal[best]) ? axis : best,
  );
  const unit: Triple = [Number(least === 0), Number(least === 1), Number(least === 2)];
  const along = sumOf(unit, scaled(normal, -normal[least]));
  const first = scaled(along, 1 / Math.hypot(...along));
  return { normal, first, second: crossed(normal, first) };
}

/** Where the faces stand in the local frame. */
function placeFaces(
  { normal: n, first: t, second: s }: Tangents,
  { faces: { centre }, near }: SurfaceFit,
): void {
  const { at, face, terms, height, count } = near;
  for (let k = 0, to = 0; k < count; k++, to += termCount) {
    const f = 3 * face[k];
    const [dz, dy, dx] = [centre[f] - at[0], centre[f + 1] - at[1], centre[f + 2] - at[2]];
    const u = dz * t[0] + dy * t[1] + dx * t[2];
    const v = dz * s[0] + dy * s[1] + dx * s[2];
    height[k] = dz * n[0] + dy * n[1] + dx * n[2];
    terms[to] = 1;
    terms[to + 1] = u;
    terms[to + 2] = v;
    terms[to + 3] = (u * u) / 2;
    terms[to + 4] = u * v;
    terms[to + 5] = (v * v) / 2;
  }
}

/**
 * How much a face counts: it says that the surface crosses between two voxel centres, and how uncertain that leaves the
 * surface across itself follows from the slope that it had before.
 */
function faceWeight(
  k: number,
  { normal, first, second }: Tangents,
  before: Float64Array,
  { faces, grid, near }: SurfaceFit,
): number {
  const axis = faces.axis[near.face[k]];
  const u = near.terms[termCount * k + 1];
  const v = near.terms[termCount * k + 2];
  const p = before[1] + before[3] * u + before[4] * v;
  const q = before[2] + before[4] * u + before[5] * v;
  const across = Math.abs(normal[axis] - p * first[axis] - q * second[axis]);
  const share = Math.max(steepest, across / Math.sqrt(1 + p * p + q * q));
  return near.weight[k] / (share * grid.spacing[axis]) ** 2;
}

/**
 * One round of least squares: the height of the surface above the tangent plane through the voxel's centre, as a
 * polynomial of degree two.
 */
function fitHeights(before: Float64Array, frame: Tangents, fit: SurfaceFit): Float64Array {
  const { terms, height, count, matrix } = fit.near;
  const n = termCount;
  const right = new Float64Array(n);
  for (const row of matrix) row.fill(0);
  for (let k = 0, at = 0; k < count; k++, at += n) {
    const weight = faceWeight(k, frame, before, fit);
    for (let r = 0; r < n; r++) {
      const row = matrix[r];
      const part = weight * terms[at + r];
      right[r] += part * height[k];
      for (let c = 0; c <= r; c++) row[c] += part * terms[at + c];
    }
  }
  for (let r = 1; r < n; r++) matrix[r][r] += expected * (r < 3 ? 4 : (2 * fit.sd) ** 2);
  return solvePositive(matrix, right) ? right : new Float64Array(n);
}

/** Share of a box, of the given widths along the normal, that lies below a plane `depth` above its centre. */
function boxShare(depth: number, widths: readonly number[]): number {
  const [widest, ...others] = [...widths].sort((p, q) => q - p);
  const narrow = Math.max(1e-9, Math.hypot(...others));
  const far = Math.abs(depth);
  const beyond = (widest + narrow) / 2 - far;
  const half = far <= (widest - narrow) / 2 ? far / widest : 0.5 - beyond ** 2 / (2 * widest * narrow);
  return 0.5 + Math.sign(depth) * (beyond <= 0 ? 0.5 : half);
}

/** A surface fitted around a voxel: where it stands above any place near it, and how it lies there. */
interface LocalSurface {
  readonly frame: Tangents;
  readonly heights: Float64Array;
}

/** The surface around a voxel; null where the faces around it face everywhere alike. */
function surfaceAround(voxel: number, fit: SurfaceFit): LocalSurface | null {
  findFaces(voxel, fit);
  const frame = tangents(fit);
  if (frame === null) return null;
  placeFaces(frame, fit);
  const first = fitHeights(new Float64Array(termCount), frame, fit);
  return { frame, heights: fitHeights(first, frame, fit) };
}

/** The share that lies inside of the voxel `steps` away along an axis from the one that the surface was fitted around. */
function shareInside(
  { frame: { normal, first, second }, heights }: LocalSurface,
  [axis, steps]: readonly [number, number],
  { grid }: SurfaceFit,
): number {
  const away = steps * grid.spacing[axis];
  const [u, v] = [away * first[axis], away * second[axis]];
  const [c, p0, q0, puu, puv, pvv] = heights;
  const [p, q] = [p0 + puu * u + puv * v, q0 + puv * u + pvv * v];
  const height = c + ((p0 + p) * u + (q0 + q) * v) / 2 - away * normal[axis];
  const size = Math.sqrt(1 + p * p + q * q);
  const widths = allAxes.map(
    (a) => Math.abs((normal[a] - p * first[a] - q * second[a]) / size) * grid.spacing[a],
  );
  return boxShare(height / size, widths);
}

/** The outside voxels across a face of an inside voxel: axis, direction, and grid index. */
function across(voxel: number, mask: Uint8Array, { grid }: SurfaceFit): [number, number, number][] {
  const [nz, ny, nx] = grid.shape;
  const place = [Math.floor(voxel / (ny * nx)), Math.floor(voxel / nx) % ny, voxel % nx];
  const found: [number, number, number][] = [];
  for (const axis of allAxes) {
    for (const way of [-1, 1]) {
      const to = voxel + way * [ny * nx, nx, 1][axis];
      const there = place[axis] + way;
      if (there >= 0 && there < [nz, ny, nx][axis] && mask[to] === 0) found.push([axis, way, to]);
    }
  }
  return found;
}

/**
 * The covered share of every voxel, 0 to 1, that a mask of whole voxels (0 outside) stands for: the edge of the nucleus
 * is taken as the smooth surface nearest to the faces of the mask, a polynomial of degree two in the neighbourhood of
 * each voxel (moving least squares). In a stack of coarse steps the terraces of the mask become a dome again. A voxel
 * stays on the side of one half that the mask puts it on. Of a flat grid the mask is the answer: there its
 * staircase is averaged by the blur along the edge.
 */
export async function partialCoverage(mask: Uint8Array, grid: Grid, run: Run): Promise<Float64Array> {
  const covered = new Float64Array(mask.length);
  for (let i = 0; i < mask.length; i++) covered[i] = mask[i] === 0 ? 0 : 1;
  if (activeAxes(grid).length < 3) return covered;
  const fit = await surfaceFit(mask, grid, run);
  const sums = new Float64Array(mask.length);
  const counts = new Uint8Array(mask.length);
  for (const [k, voxel] of fit.faces.inside.entries()) {
    if (k % breathEvery === 0) await breathe(run);
    const surface = surfaceAround(voxel, fit);
    if (surface === null) continue;
    covered[voxel] = Math.max(0.5, shareInside(surface, [0, 0], fit));
    for (const [axis, way, to] of across(voxel, mask, fit)) {
      sums[to] += Math.min(0.5, shareInside(surface, [axis, way], fit));
      counts[to]++;
    }
  }
  for (let i = 0; i < counts.length; i++) if (counts[i] > 0) covered[i] = sums[i] / counts[i];
  return covered;
}
