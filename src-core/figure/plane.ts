import type { Grid } from '../data/grid.js';
import type { FigureContent } from './figure-content.js';

/** One plane as it is shown: flat arrays of ny rows of nx values. */
export interface Plane {
  readonly nx: number;
  readonly ny: number;
  readonly widthNm: number;
  readonly heightNm: number;
  /** Index of the plane in the stack. */
  readonly iz: number;
  /** Voxels along x and y behind one shown value; above 1 the values are means. */
  readonly binning: number;
  readonly mask: Uint8Array;
  readonly density: Float32Array;
  readonly rate: Float32Array;
  /** 1 where the rate has a value that may be shown; always inside the mask. */
  readonly identifiable: Uint8Array;
}

/** More values than this along one side are beyond print resolution. */
const mostAcross = 1024;

/** Whether a voxel's rate may be shown: inside the mask, identifiable, and a finite number. */
export function isShown(content: FigureContent, i: number): boolean {
  return content.mask[i] !== 0 && content.identifiable[i] !== 0 && Number.isFinite(content.rate[i]);
}

/** The middle one of the planes that the mask touches; of all planes if it is empty. */
export function middlePlane(mask: Uint8Array, grid: Grid): number {
  const perPlane = grid.shape[1] * grid.shape[2];
  const planes = Array.from({ length: grid.shape[0] }, (_, iz) => iz);
  const touched = planes.filter((iz) =>
    mask.subarray(iz * perPlane, (iz + 1) * perPlane).some((inside) => inside !== 0),
  );
  const candidates = touched.length > 0 ? touched : planes;
  return candidates[Math.floor((candidates.length - 1) / 2)];
}

/** Sums over the voxels behind one shown value. */
interface Bin {
  voxels: number;
  inside: number;
  shown: number;
  measured: number;
  density: number;
  rate: number;
}

function addVoxel(bin: Bin, content: FigureContent, i: number): void {
  bin.voxels++;
  if (content.mask[i] !== 0) bin.inside++;
  if (Number.isFinite(content.density[i])) {
    bin.measured++;
    bin.density += content.density[i];
  }
  if (isShown(content, i)) {
    bin.shown++;
    bin.rate += content.rate[i];
  }
}

/** The bin of a row and a column; bins at the far edges may be cut short. */
function sumBin(content: FigureContent, plane: Plane, row: number, column: number): Bin {
  const [, ny, nx] = content.grid.shape;
  const { binning, iz } = plane;
  const bin: Bin = { voxels: 0, inside: 0, shown: 0, measured: 0, density: 0, rate: 0 };
  for (let iy = row * binning; iy < Math.min(ny, (row + 1) * binning); iy++) {
    for (let ix = column * binning; ix < Math.min(nx, (column + 1) * binning); ix++) {
      addVoxel(bin, content, (iz * ny + iy) * nx + ix);
    }
  }
  return bin;
}

/**
 * The middle plane of the nucleus. Where it is finer than print shows (1024 across), means over square bins: a bin
 * belongs to the mask, and is identifiable, if at least half of its (inside) voxels are.
 */
export function shownPlane(content: FigureContent): Plane {
  const { shape, spacing } = content.grid;
  const iz = middlePlane(content.mask, content.grid);
  const binning = Math.ceil(Math.max(shape[1], shape[2]) / mostAcross);
  const [ny, nx] = [Math.ceil(shape[1] / binning), Math.ceil(shape[2] / binning)];
  const plane: Plane = {
    nx,
    ny,
    widthNm: nx * binning * spacing[2],
    heightNm: ny * binning * spacing[1],
    iz,
    binning,
    mask: new Uint8Array(nx * ny),
    density: new Float32Array(nx * ny),
    rate: new Float32Array(nx * ny),
    identifiable: new Uint8Array(nx * ny),
  };
  for (let i = 0; i < nx * ny; i++) {
    const bin = sumBin(content, plane, Math.floor(i / nx), i % nx);
    plane.mask[i] = 2 * bin.inside >= bin.voxels ? 1 : 0;
    plane.identifiable[i] = plane.mask[i] === 1 && 2 * bin.shown >= bin.inside ? 1 : 0;
    plane.density[i] = bin.measured > 0 ? bin.density / bin.measured : Number.NaN;
    plane.rate[i] = bin.shown > 0 ? bin.rate / bin.shown : 0;
  }
  return plane;
}
