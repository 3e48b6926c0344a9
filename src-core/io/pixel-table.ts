import type { Grid } from '../data/grid.js';
import { breathe, type Run } from '../run.js';
import { type TableColumn, writeTable } from './csv-writer.js';
import { encodeText } from './text.js';

/** A table of voxels to write. */
export interface PixelTable {
  readonly grid: Grid;
  /** The voxels that get a row: where it is not 0. */
  readonly mask: Uint8Array;
  /** Values on the grid, with the name of their column, unit included. */
  readonly columns: readonly { readonly name: string; readonly values: Float32Array | Uint8Array }[];
  /** Lines put first, each after "# ": units, version, job. Without line breaks. */
  readonly comments: readonly string[];
}

const rowsAtATime = 16_384;

/** Centre of voxel `index` along an axis, nm, free of binary noise. */
function centre(grid: Grid, axis: 0 | 1 | 2, index: number): number {
  return Number((grid.origin[axis] + (index + 0.5) * grid.spacing[axis]).toPrecision(12));
}

function positionColumns(grid: Grid, voxels: readonly number[]): TableColumn[] {
  const [nz, ny, nx] = grid.shape;
  const at = (axis: 0 | 1 | 2, indexOf: (i: number) => number): number[] =>
    voxels.map((i) => centre(grid, axis, indexOf(i)));
  const x = { name: 'x_nm', values: at(2, (i) => i % nx) };
  const y = { name: 'y_nm', values: at(1, (i) => Math.floor(i / nx) % ny) };
  if (nz === 1) return [x, y];
  return [x, y, { name: 'z_nm', values: at(0, (i) => Math.floor(i / (nx * ny))) }];
}

/** The rows of some voxels, without the header. */
function rowsOf({ grid, columns }: PixelTable, voxels: readonly number[]): { header: string; rows: string } {
  const picked = columns.map(({ name, values }) => ({
    name,
    values:
      values instanceof Float32Array
        ? Float32Array.from(voxels, (i) => values[i])
        : voxels.map((i) => values[i]),
  }));
  const text = writeTable([...positionColumns(grid, voxels), ...picked]);
  const end = text.indexOf('\r\n') + 2;
  return { header: text.slice(0, end), rows: text.slice(end) };
}

/**
 * A csv file with one row a voxel of the mask, in z, y, x order: x_nm, y_nm and, of a stack, z_nm of the voxel's
 * centre, then the columns. Comment lines and the header come first; numbers as `writeTable` writes them. In pieces,
 * so that a table of millions of rows takes little memory. Throws `cancelled`.
 */
export async function* writePixelTable(table: PixelTable, run: Run): AsyncGenerator<Uint8Array> {
  yield encodeText(table.comments.map((line) => `# ${line}\r\n`).join(''));
  yield encodeText(rowsOf(table, []).header);
  let voxels: number[] = [];
  for (let i = 0; i < table.mask.length; i++) {
    if (table.mask[i] !== 0) voxels.push(i);
    if (voxels.length < rowsAtATime && i + 1 < table.mask.length) continue;
    await breathe(run);
    yield encodeText(rowsOf(table, voxels).rows);
    voxels = [];
  }
}
