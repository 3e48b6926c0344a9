import { z } from 'zod';
import type { Grid, Triple } from '../src-core/index.js';
import { grantedId as id } from './api-batch.js';
import type { PointsOfFile } from './session/points-of-file.js';

/*
 * The part of the table of requests (api.ts) that is about what files hold before any job: planes, points, tables.
 */

/** An array that the main side holds; its bytes are fetched from /data/<id>. */
export interface DataHandle {
  readonly id: string;
  readonly type: 'float32' | 'uint8';
  /** z, y, x; the number of entries is their product. */
  readonly shape: Triple;
  /** Names the bytes: arrays of equal content need not be fetched again. */
  readonly content: string;
}

/** Counts of the finite values in equal bins from `from` to `to`. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** One plane of a file (or all of them) as values, with what its contrast limits are chosen by. */
export interface PlanePreview {
  readonly data: DataHandle;
  /** Of the values; the spacing of an axis that the file is silent on is 1, and `calibrated` false. */
  readonly grid: Grid;
  readonly calibrated: boolean;
  /** Of the finite values; both 0 where there is none. */
  readonly min: number;
  readonly max: number;
  readonly histogram: Histogram;
  /** "intensity as stored", or "localisations per pixel" for a table. */
  readonly quantity: string;
}

/** The localisations of a table; `data` has the columns one after the other (shape [1, columns, shown]). */
export type PointCloud = Omit<PointsOfFile, 'values'> & { readonly data: DataHandle };

const count = z.number().int().nonnegative();
const lengthNm = z.number().positive().max(1e9);
const columnName = z.string().max(1000).exactOptional();
/** What the user says of a table that does not say it itself. */
export const tableSchema = z.strictObject({
  columns: z
    .strictObject({
      x: columnName,
      y: columnName,
      z: columnName,
      precision: columnName,
      frame: columnName,
      channel: columnName,
      molecule: columnName,
    })
    .exactOptional(),
  units: z.enum(['nm', 'um', 'px']).exactOptional(),
  /** nm, to turn px into nm. */
  pixelSize: lengthNm.exactOptional(),
});

/**
 * For a table `z` is ignored, `spacingNm` is the pixel of the picture (default: the job's), and the grid holds the
 * points of the tables and channels in `around`: with those of a job it is the job's own grid.
 */
export const rawPlaneSchema = z.strictObject({
  grant: id,
  channel: count,
  z: z.union([count, z.literal('all')]),
  frame: count.default(0),
  table: tableSchema.exactOptional(),
  spacingNm: lengthNm.exactOptional(),
  around: z
    .array(z.strictObject({ grant: id, channel: count }))
    .max(2)
    .exactOptional(),
});
