import type { Grid } from '../data/grid.js';
import type { RawChannel } from '../density/channels.js';
import type { Sourced } from '../data/provenance.js';

/** The channels of a job as read from its files, on one grid, before any calibration. */
export interface Measurement {
  readonly grid: Grid;
  readonly channels: readonly RawChannel[];
  readonly format: string;
  readonly pixelSize: Sourced;
  readonly zStep: Sourced | null;
  /** 1 where every channel holds a finite value. */
  readonly valid: Uint8Array;
  readonly warnings: readonly string[];
}
