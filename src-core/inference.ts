import type { Grid } from './data/grid.js';
import type { Sourced } from './data/provenance.js';
import type { RateMap } from './data/rate-map.js';
import type { ByteSource } from './io/byte-source.js';

/** The open files of a job: INPUT, INPUT2 where the second mark has a file of its own, and a mask file. */
export interface JobFiles {
  readonly input: ByteSource;
  readonly second?: ByteSource;
  readonly mask?: ByteSource;
}

/** Distribution of λ over the identifiable voxels, in `unit`. */
export interface RateStatistics {
  readonly mean: number;
  readonly median: number;
  readonly sd: number;
  readonly p05: number;
  readonly p95: number;
  readonly unit: string;
}

/** Displacement of the euchromatin channel against the other, in nm along x, y, z. */
export interface ChannelRegistration {
  /** What the channel was moved back by; null where it was left where it was. */
  readonly applied: {
    readonly shiftNm: readonly [number, number, number];
    /** null where a user gave the shift. */
    readonly sdNm: readonly [number, number, number] | null;
    readonly from: 'user' | 'data';
  } | null;
  /** What the equation still wants (solver field with two channels), judged by noise and pixel; null if not told. */
  readonly left: {
    readonly shiftNm: readonly [number, number, number];
    readonly sdNm: readonly [number, number, number];
    /** More than half a pixel, and more than three sd, along some axis. */
    readonly displaced: boolean;
  } | null;
}

/** How λ was trained: see RateTraining. */
export interface TrainingReport {
  /** Cells that it was trained on: size (x, y, z in nm; 0 along axes of one voxel) and number. */
  readonly cellNm: readonly number[];
  readonly cells: number;
  readonly parameters: number;
  readonly derivatives: 'mollifier' | 'autodiff';
  readonly mollifierNm: number | null;
  readonly steps: number;
  readonly bestStep: number;
  /** Mean squared error on held-out cells, in variances of their noise; null where none was held out. */
  readonly heldOut: number | null;
  readonly stopped: 'steps' | 'held-out' | 'user' | 'settled';
  readonly history: readonly {
    readonly step: number;
    readonly losses: readonly { readonly name: string; readonly value: number }[];
    readonly heldOut: number | null;
    readonly within: number | null;
    readonly between: number | null;
  }[];
}

/** What was read, chosen and found, as plain JSON: the body of result.json. */
export interface InferenceReport {
  readonly input: {
    readonly format: string;
    readonly pixelSizeNm: Sourced;
    readonly zStepNm: Sourced | null;
    readonly voxels: number;
  };
  readonly calibration: {
    readonly channels: readonly string[];
    readonly offset: readonly Sourced[];
    readonly gain: readonly Sourced[];
    readonly hetFraction: Sourced | null;
    readonly levelCalibrated: boolean;
    /**
     * Relative sd of the level of λ, common to all voxels, as the sd of the fraction or of the ratio of gains makes it; null
     * where nobody told that sd, so that it is not known how well the level is known.
     */
    readonly levelSd: { readonly relative: number; readonly from: 'fraction' | 'gains' } | null;
    /** Noise sd of one voxel per channel, relative to the channel's mean inside the mask. */
    readonly relativeNoise: readonly number[];
    /** Displacement of the euchromatin channel against the other; see ChannelRegistration. */
    readonly registration: ChannelRegistration;
    /** Gaussian sd (z, y, x) of the blur measured at the edge of the nucleus, or null without an edge. */
    readonly rimBlurNm: readonly number[] | null;
  };
  readonly region: {
    readonly areaUm2: number;
    readonly volumeUm3: number | null;
    readonly nuclei: number;
    readonly method: string;
  };
  /** λ = Γ_me/Γ_ac, dimensionless. */
  readonly lambda: RateStatistics;
  /** Γ_me in 1/s, only where a diffusivity was given. */
  readonly methylationRate: RateStatistics | null;
  /**
   * Medians over the identifiable voxels (solver field): posterior sd of λ, which is that of its pattern at the level as
   * calibrated; sd with that of the level (null where levelSd is); and resolution (see RateMap) in nm, null where nothing
   * is resolved. `inflation`: how many times stronger than measured the noise was taken, because the
   * equation leaves more than it; 1 where it does not.
   */
  readonly uncertainty: {
    readonly sd: number;
    readonly totalSd: number | null;
    readonly resolutionNm: number | null;
    readonly inflation: number;
  } | null;
  /** Identifiable share of the mask, 0 to 1. */
  readonly identifiable: number;
  readonly settings: {
    /** rms width that the fractions were smoothed over; null where λ was solved without smoothing them (field). */
    readonly mollifierNm: number | null;
    readonly mollifierFrom: 'user' | 'data' | 'default';
    readonly L0Nm: number;
    /**
     * What the image says of L0, where the job asked; null where L0 was given. With `determined`, L0Nm is that of most
     * evidence and `sdNm` its sd; without, L0Nm is the job's own and `reason` says why. `candidates`: ln of the evidence
     * of every L0 that was weighed, relative to the best, and the length scale that λ would have.
     */
    readonly lengthEvidence: {
      readonly determined: boolean;
      readonly sdNm: number | null;
      readonly reason: string | null;
      readonly candidates: readonly {
        readonly lengthNm: number;
        readonly logEvidence: number;
        readonly lengthScaleNm: number;
      }[];
    } | null;
    /** Relative noise sd per channel. */
    readonly noise: readonly number[];
    /** rms error of λ from noise alone, relative to λ, smoothing not included; null where no width was chosen. */
    readonly lambdaNoise: number | null;
    /** The prior on λ (solver field): length scale in nm, sd of λ, and the best of every length that was weighed. */
    readonly prior: {
      readonly lengthNm: number;
      readonly sd: number;
      readonly from: 'user' | 'data';
      readonly candidates: readonly {
        readonly lengthNm: number;
        readonly sd: number;
        readonly logEvidence: number;
      }[];
      /** Not null where λ was solved under the prior of sharp borders instead (see BorderGain). */
      readonly borders: { readonly gain: number; readonly gainSd: number } | null;
    } | null;
    /** The widths (nm) that were weighed, with what each costs (see WidthRisk). */
    readonly widths: readonly {
      readonly width: number;
      readonly noise: number;
      readonly excess: number;
    }[];
  };
  readonly residual: {
    /** Judged after mollifiers of this and of half this rms width (nm). */
    readonly widthNm: number;
    readonly rms: number | null;
    readonly noiseRms: number | null;
    readonly mismatch: boolean;
    readonly reasons: readonly string[];
  };
  readonly solver: {
    readonly name: string;
    readonly equation: string;
    readonly iterations: number;
    readonly seconds: number;
    readonly backend: string;
    /** How λ was trained (solver network); null for solvers that do not train. */
    readonly training: TrainingReport | null;
  };
  /** What the map rests on, in sentences for users and for the figure's caption. */
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
}

/** The result of a job: fields on one grid, and the report. */
export interface Inference {
  readonly grid: Grid;
  /** Volume fractions φ_h and φ_e, 0 outside the mask. */
  readonly heterochromatin: Float32Array;
  readonly euchromatin: Float32Array;
  readonly mask: Uint8Array;
  readonly rate: RateMap;
  readonly report: InferenceReport;
}
