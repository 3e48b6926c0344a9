import type { Grid } from '../data/grid.js';
import type { Agreement } from '../statistics/agreement.js';
import type { JointHistogram } from '../statistics/joint-histogram.js';

/** Gaussian sd of the blur that predictions were imaged with, and how it was found. */
export interface ImagingBlur {
  /** sd along z, y, x. */
  readonly sdNm: readonly [number, number, number];
  readonly from: 'rim' | 'fitted' | 'assumed';
}

/** What the forward check found, as plain JSON. φ are volume fractions, time is in 1/Γ_ac. */
export interface ForwardReport {
  /**
   * within-noise: no more is left than noise leaves · explains: at least 90 % of the structure is predicted ·
   * structure-left: less is · not-settled: the predicted state still moved when the check ended.
   */
  readonly verdict: 'within-noise' | 'explains' | 'structure-left' | 'not-settled';
  /** The verdict in one sentence for users, with its number. */
  readonly summary: string;
  /** Share of the structure of φ_h and φ_e together that is predicted: 1 is all; below 0 worse than a constant. */
  readonly explained: number;
  readonly phiH: Agreement;
  readonly phiE: Agreement;
  readonly state: {
    readonly settled: boolean;
    /** Time that the state was followed for. */
    readonly time: number;
    readonly steps: number;
    /** Flux balance that is left, relative rms. */
    readonly residual: number;
    readonly cellNm: readonly [number, number, number];
    readonly cells: number;
  };
  /** Of the nucleus: where λ was not known and was filled in, and where it was no rate and was moved into range. */
  readonly filled: number;
  readonly clipped: number;
  readonly blur: ImagingBlur;
  /** What the check rests on, in sentences. */
  readonly notes: readonly string[];
}

/** The forward check with its fields, 0 outside the mask, and what its plots are made of. */
export interface ForwardCheck {
  readonly report: ForwardReport;
  readonly grid: Grid;
  readonly mask: Uint8Array;
  readonly fields: {
    readonly predictedH: Float32Array;
    readonly predictedE: Float32Array;
    /** Measured − predicted. */
    readonly differenceH: Float32Array;
    readonly differenceE: Float32Array;
  };
  /** Measured along x, predicted along y. */
  readonly plots: { readonly phiH: JointHistogram; readonly phiE: JointHistogram };
}

/** How well λ came back from one simulated nucleus. */
export interface PhantomScore {
  readonly pattern: 'constant' | 'bumps' | 'patches';
  /** ‖λ − true λ‖/‖true λ‖ over the identifiable pixels; within L0 of the edge, and deeper inside. */
  readonly relativeL2: number;
  readonly rim: number | null;
  readonly interior: number | null;
  /** Median and mean of λ over the true ones, − 1; in patches the median jumps between the two levels. */
  readonly medianBias: number;
  readonly meanBias: number;
  /** Pearson correlation with the truth; null for constant λ. */
  readonly correlation: number | null;
  /** Identifiable share of the phantom's nucleus. */
  readonly coverage: number;
  /** Whether the job would have warned of a misfit. */
  readonly mismatch: boolean;
  /** rms width that the fractions were smoothed over, and length scale that λ was solved with; each of its solvers. */
  readonly mollifierNm: number | null;
  readonly lengthScaleNm: number | null;
  readonly trueMedian: number;
  readonly trueSpread: number;
  /** Flux balance left in the simulated state, relative rms. */
  readonly residual: number;
}

/** What the phantoms showed, as plain JSON. */
export interface PhantomReport {
  /** In one sentence for users. */
  readonly summary: string;
  /** Smallest and largest relative error over the patterns. */
  readonly expected: readonly [number, number];
  readonly scores: readonly PhantomScore[];
  /** Patterns that could not be simulated or inferred, and why. */
  readonly failed: readonly { readonly pattern: PhantomScore['pattern']; readonly reason: string }[];
  /** What was taken from the measured nucleus. */
  readonly likeness: {
    readonly shape: readonly [number, number, number];
    readonly pixelSizeNm: number;
    /** Pixels of the image along an axis that make one of the phantom's. */
    readonly binning: number;
    readonly meanChromatin: number;
    readonly relativeNoise: readonly number[];
    readonly blur: ImagingBlur;
    readonly lambda: { readonly median: number; readonly spread: number };
  };
  readonly notes: readonly string[];
}

/** Maps of one phantom on the phantoms' grid; NaN where λ is not known. */
export interface PhantomMaps {
  readonly pattern: PhantomScore['pattern'];
  readonly truth: Float32Array;
  readonly inferred: Float32Array;
  /** True along x, inferred along y. */
  readonly plot: JointHistogram;
}

/** The phantoms with their maps. */
export interface PhantomCheck {
  readonly report: PhantomReport;
  readonly grid: Grid;
  readonly mask: Uint8Array;
  readonly maps: readonly PhantomMaps[];
}
