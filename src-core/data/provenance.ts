/** Where a number came from: the file's metadata or data, the user, or a default that nobody confirmed. */
export type Provenance = 'file' | 'user' | 'assumed';

/** A number and where it came from. */
export interface Sourced {
  readonly value: number;
  readonly from: Provenance;
  /** In words: "OME-XML PhysicalSizeX", "median outside the nucleus". */
  readonly source: string;
}
