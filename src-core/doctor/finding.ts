import type { Remedy } from '../errors.js';

/** A kind of finding of the import doctor; scripts rely on the names. */
export type FindingCode =
  | 'pixel-size-missing'
  | 'pixel-size-doubtful'
  | 'pixel-not-square'
  | 'nucleus-size'
  | 'point-spread'
  | 'z-step-missing'
  | 'z-step-doubtful'
  | 'time-as-z'
  | 'z-as-time'
  | 'saturated'
  | 'clipped'
  | 'same-picture'
  | 'channels-displaced'
  | 'crosstalk'
  | 'table-unsaid'
  | 'table-extent'
  | 'table-z'
  | 'table-precision-unit'
  | 'table-precision'
  | 'table-sparse'
  | 'file';

/** A setting that would put it right; `words` say what it does, as a command would be called. */
export interface FindingRemedy extends Remedy {
  readonly words: string;
}

/**
 * Something that is doubtful about a file before anything is computed from it. stop: no job can run as it is · doubt:
 * it would run, and the result be wrong if the doubt is right · note: good to know.
 */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'stop' | 'doubt' | 'note';
  /** What was found, with its value and where that came from. */
  readonly what: string;
  /** What it means for the result. */
  readonly means: string;
  /** The likeliest first. */
  readonly remedies: readonly FindingRemedy[];
}
