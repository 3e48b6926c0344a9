/** The cosines along one axis: the value of mode j at cell i stands at j·cells + i. */
export interface CosineTable {
  readonly modes: number;
  readonly cells: number;
  readonly values: Float64Array;
  /** Whether modes of even number are even about the middle cell, and the others odd. */
  readonly isCentred: boolean;
}

/** What to turn: an array of (outer, from, inner) values, from modes to cells (`synthesise`) or from cells to modes. */
export interface Turn {
  readonly table: CosineTable;
  readonly outer: number;
  readonly inner: number;
  readonly isSynthesis: boolean;
}
