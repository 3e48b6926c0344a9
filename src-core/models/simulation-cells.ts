import { activeAxes, type Grid, type Triple } from '../data/grid.js';
import { CoreError } from '../errors.js';
import { type Cells, type CellSize, cellsOf } from '../kernels/cells.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import type { ChromatinParameters } from './chromatin.js';
import { interfaceLength } from './forward.js';

/** What the cells of a simulation are chosen for: the model, L0 in nm. */
export interface SimulationScale {
  readonly parameters: ChromatinParameters;
  readonly lengthNm: number;
}

/** Cells at most: each takes about 1 kB, and some 0.1 ms of every step. */
const mostCells = 600_000;
/** A cell must not exceed this many decay lengths of the interface between domains. */
const coarsestCell = 1.4;

/** Decay length of the interface between domains in nm; throws `usage` where κ leaves no interface. */
function interfaceNm({ parameters, lengthNm }: SimulationScale): number {
  if (parameters.kappa >= 1e-4) return interfaceLength(parameters) * lengthNm;
  throw new CoreError({
    tag: 'usage',
    where: 'model.kappa',
    message: `κ is ${parameters.kappa}: without interface stiffness the chromatin model has no domains to simulate.`,
    hint: 'Use κ of at least 0.0001 L0² (0.012 unless you know better).',
  });
}

function perAxis(grid: Grid, choose: (spacing: number) => number): Triple {
  const axes = activeAxes(grid);
  const value = (axis: number): number => (axes.includes(axis) ? choose(grid.spacing[axis]) : 1);
  return [value(0), value(1), value(2)];
}

function largestCell({ spacing, shape }: Grid, { cut, merge }: CellSize): number {
  return Math.max(
    ...activeAxes({ spacing, shape, origin: [0, 0, 0] }).map(
      (axis) => (spacing[axis] * merge[axis]) / cut[axis],
    ),
  );
}

function tooCoarse(pixel: number, limit: number): CoreError {
  return new CoreError({
    tag: 'model',
    message: `Voxels of ${pixel.toPrecision(3)} nm are too coarse to simulate this nucleus on: the interface between domains is ${(limit / coarsestCell).toFixed(0)} nm wide.`,
    hint: 'Check pixel size, z step and L0; this check needs a super-resolution image.',
  });
}

function tooLarge(cells: number): CoreError {
  return new CoreError({
    tag: 'memory',
    message: `The nucleus is too large to simulate: ${(cells / 1e6).toPrecision(2)} million cells, ${mostCells / 1e6} million at most.`,
    hint: 'Draw a mask around a part of the nucleus and infer that; the check then speaks of that part.',
  });
}

const longestCut = 5;

/**
 * Cells for following a measured nucleus: its voxels where these are between 0.4 and 1.1 decay lengths of the
 * interface, else cut or merged; merged further, up to 1.4, where there are too many. Throws `model` for voxels too
 * coarse, `memory` for a nucleus too large.
 */
export function cellsForFollowing(voxels: NoFluxDomain, scale: SimulationScale): Cells {
  const width = interfaceNm(scale);
  const cut = perAxis(voxels.grid, (d) => Math.min(longestCut, Math.ceil(d / (1.1 * width))));
  let merge = perAxis(voxels.grid, (d) => Math.max(1, Math.floor((0.85 * width) / d)));
  const count = (): number => (voxels.count * cut[0] * cut[1] * cut[2]) / (merge[0] * merge[1] * merge[2]);
  if (count() > mostCells)
    merge = perAxis(voxels.grid, (d) => Math.max(1, Math.floor((coarsestCell * width) / d)));
  if (largestCell(voxels.grid, { cut, merge }) > coarsestCell * width) {
    throw tooCoarse(largestCell(voxels.grid, { cut: [1, 1, 1], merge }), coarsestCell * width);
  }
  if (count() > mostCells) throw tooLarge(count());
  return cellsOf(voxels, { cut, merge }, scale.lengthNm);
}

/** Into how many cells each voxel is cut to make a nucleus: two or more, one where voxels are fine as they are. */
function cutsForMaking(grid: Grid, width: number): Triple {
  return perAxis(grid, (d) =>
    d <= 0.55 * width ? 1 : Math.min(longestCut, Math.max(2, Math.ceil(d / (1.1 * width)))),
  );
}

const largestSide = 512;

/** How many voxels along each lateral axis make one of the phantom's: 1 unless the nucleus is too large for it. */
export function binningForMaking(voxels: NoFluxDomain, scale: SimulationScale): number {
  const width = interfaceNm(scale);
  const { grid, count } = voxels;
  for (let bin = 1; ; bin++) {
    const spacing: Triple = [grid.spacing[0], grid.spacing[1] * bin, grid.spacing[2] * bin];
    const binned: Grid = { ...grid, spacing };
    const cut = cutsForMaking(binned, width);
    const cells = (count * cut[0] * cut[1] * cut[2]) / bin ** 2;
    const largest = largestCell(binned, { cut, merge: [1, 1, 1] });
    if (largest > coarsestCell * width) {
      throw bin === 1
        ? tooCoarse(largestCell(grid, { cut: [1, 1, 1], merge: [1, 1, 1] }), coarsestCell * width)
        : tooLarge(cells);
    }
    const side = Math.ceil(Math.max(grid.shape[1], grid.shape[2]) / bin);
    if (side <= largestSide && cells <= mostCells) return bin;
    if (bin * Math.max(grid.spacing[1], grid.spacing[2]) > 2.8 * width) throw tooLarge(cells);
  }
}

/** Cells for making a nucleus that is then imaged on `voxels`: finer than these, so that the image is of finer truth. */
export function cellsForMaking(voxels: NoFluxDomain, scale: SimulationScale): Cells {
  const cut = cutsForMaking(voxels.grid, interfaceNm(scale));
  return cellsOf(voxels, { cut, merge: [1, 1, 1] }, scale.lengthNm);
}
