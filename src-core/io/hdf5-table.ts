import { CoreError } from '../errors.js';
import { quietRun } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { openDecode } from './decode-emitters.js';
import { unreadable } from './file-error.js';
import { type Format, hasBytes } from './format.js';
import type { Hdf5File } from './hdf5.js';
import type { Hdf5Table } from './hdf5-records.js';
import type { OpenTable } from './open-table.js';
import { openPicasso } from './picasso.js';
import { firstRecords, readRecords } from './record-table.js';

/** HDF5 files; what is in them shows only when they are opened. */
export const hdf5Format: Format = {
  id: 'hdf5',
  title: 'an HDF5 file of localisations',
  kind: 'table',
  extensions: ['hdf5', 'h5'],
  content:
    'Picasso (/locs: x, y, lpx in camera pixels, z in nm, frame; pixel size from the .yaml beside it) and DECODE ' +
    '(/data/xyz, frame_ix, xyz_sig; unit and pixel size from /meta)',
  recognise: (head) => hasBytes(head, 0, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]),
};

/** Does `work`; whatever a broken file makes the HDF5 library throw becomes `unreadable`. */
async function guarded<T>(source: ByteSource, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CoreError) throw cause;
    const reason = (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
    throw unreadable(source, `is a broken HDF5 file (${reason}).`, 'Copy or export the file again.');
  }
}

async function find(source: ByteSource, file: Hdf5File): Promise<Hdf5Table> {
  const found = (await openPicasso(source, file)) ?? openDecode(source, file);
  if (found !== undefined) return found;
  throw unreadable(
    source,
    'is an HDF5 file, but holds no table of localisations that Epiflux knows (Picasso: /locs, DECODE: /data/xyz).',
    'Save a table as csv, or an image as TIFF.',
  );
}

/** Opens the localisations in an HDF5 file. Throws `unreadable` for one that is broken, or holds none. */
export async function openHdf5Table(source: ByteSource): Promise<OpenTable> {
  if (source.openHdf5 === undefined)
    throw unreadable(
      source,
      'is an HDF5 file, which cannot be opened here.',
      'Unpack it first, or save it as csv.',
    );
  const open = source.openHdf5;
  const file = await guarded(source, open);
  try {
    const { table, ...told } = await guarded(source, () => find(source, file));
    const fields = table.fields.map(({ name }) => name);
    return {
      ...told,
      ...{ header: fields, width: fields.length, warnings: [], close: file.close },
      readRows: (wanted, run) => guarded(source, () => readRecords(table, wanted, run)),
      firstRows: () => guarded(source, () => firstRecords(table, quietRun)),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
