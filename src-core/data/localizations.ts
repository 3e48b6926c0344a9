/**
 * A table of single-molecule localisations, as columns of equal length `count`. Positions `x`, `y`, `z` and
 * `precision` (lateral standard deviation of the position) are nm; `frame` counts as the file does; `channel`
 * indexes `channelNames`.
 */
export interface Localizations {
  readonly count: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z?: Float64Array;
  readonly precision?: Float32Array;
  readonly frame?: Int32Array;
  readonly channel?: Uint8Array;
  readonly channelNames?: readonly string[];
}
