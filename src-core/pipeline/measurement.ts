import type { Grid, Triple } from '../data/grid.js';
import type { RawChannel } from '../density/channels.js';
import type { Sourced } from '../data/provenance.js';
import type { Region } from '../density/region.js';
import type { StageKey } from './stage-memory.js';

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
  /** Present where the second channel was moved back onto the first. */
  readonly registration?: Registration;
}

/** How the second channel was displaced against the first, and was moved back by. */
export interface Registration {
  /** In nm (z, y, x), towards higher indices. */
  readonly shiftNm: Triple;
  /** sd of each part; null where a user gave the shift. */
  readonly sdNm: Triple | null;
  /** False where rounds of estimates went on moving the channel. */
  readonly settled: boolean;
}

/** What a job's files hold, and where the nucleus is. */
export interface Measured {
  readonly measurement: Measurement;
  readonly region: Region;
  /** Names both; see StageKey. */
  readonly key: StageKey;
}
