import type { PointCloud } from '../../src-main/api.js';

/** How the localisations of a table lie over the maps. */
export interface PointsDisplay {
  readonly shown: boolean;
  /** As wide as twice their precision, or as many screen pixels. */
  readonly size: 'precision' | 'fixed';
  readonly pixels: number;
  readonly opacity: number;
  /** Of the job's first and second channel, as #rrggbb. */
  readonly colors: readonly [string, string];
  readonly visible: readonly [boolean, boolean];
  /** Only points between these z, nm; null: all. */
  readonly zWindow: readonly [number, number] | null;
}

/** Points before the user says anything: orange and sky blue can be told apart by everybody, on any colour map. */
export const restingPoints: PointsDisplay = {
  shown: false,
  size: 'precision',
  pixels: 3,
  opacity: 0.7,
  colors: ['#ff9d2e', '#5ccbff'],
  visible: [true, true],
  zWindow: null,
};

/** The points of a file as fetched. */
export interface ShownCloud {
  /** Which request it answers. */
  readonly key: string;
  readonly cloud: PointCloud;
  readonly values: Float32Array;
}
