import type { NumberFormat } from './number-format.js';

/** A field of the records in a dataset. */
export interface Hdf5Field extends NumberFormat {
  readonly name: string;
  readonly offset: number;
}

/** A dataset in an HDF5 file. */
export interface Hdf5Dataset {
  /** Empty where it holds nothing. */
  readonly shape: readonly number[];
  /** Bytes of one entry along the first axis. */
  readonly rowBytes: number;
  /** What its numbers are; absent for anything but numbers. */
  readonly number?: NumberFormat;
  /** The numbers in each record, where it is made of records. */
  readonly fields?: readonly Hdf5Field[];
  /** The bytes of entries [first, first + count) along the first axis. Throws where they cannot be read. */
  readonly rows: (first: number, count: number) => Uint8Array;
}

/** An HDF5 file that is open. What is not there is undefined; broken files may throw anything. */
export interface Hdf5File {
  readonly dataset: (path: string) => Hdf5Dataset | undefined;
  readonly attribute: (path: string, name: string) => string | readonly number[] | undefined;
  readonly close: () => void;
}
