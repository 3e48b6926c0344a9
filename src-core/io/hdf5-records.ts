import type { OpenTable } from './open-table.js';
import type { RecordTable } from './record-table.js';

/** A table that was found in an HDF5 file. */
export type Hdf5Table = Pick<OpenTable, 'title' | 'known' | 'pixel'> & { readonly table: RecordTable };
