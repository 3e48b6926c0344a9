import type { ByteSource } from './byte-source.js';
import { readUpTo, unreadable } from './file-error.js';
import type { Hdf5Dataset, Hdf5File } from './hdf5.js';
import type { Hdf5Table } from './hdf5-records.js';
import { numberReader } from './number-format.js';
import type { CameraPixel } from './open-table.js';
import type { RecordField } from './record-table.js';
import { decodeText } from './text.js';

const longestSidecar = 2 ** 22;
const inPixels = ['x', 'y', 'lpx', 'lpy', 'sx', 'sy'];
const inNanometres = ['z', 'lpz'];

/** What a column is called with its unit. */
function unitedName(name: string): string {
  if (inPixels.includes(name)) return `${name} [px]`;
  return inNanometres.includes(name) ? `${name} [nm]` : name;
}

function fieldsOf({ fields = [] }: Hdf5Dataset): RecordField[] {
  return fields.flatMap((field) => {
    const read = numberReader(field);
    const { name, offset } = field;
    return read === undefined
      ? []
      : [{ name: unitedName(name), read: (view, at) => read(view, at + offset) }];
  });
}

/** The side of a pixel in the text of a sidecar, nm: of its last document that gives one, which is the last step's. */
function sidecarPixel(text: string): number | undefined {
  const found = [...text.matchAll(/^Pixelsize[ \t]*:[ \t]*['"]?([-+.\deE]+)['"]?[ \t]*\r?$/gm)];
  const size = Number(found.at(-1)?.[1]);
  return size > 0 && size < 1e6 ? size : undefined;
}

/** The pixel size in the sidecar beside a file; undefined where there is none, or it does not say. */
async function pixelBeside(source: ByteSource): Promise<CameraPixel | undefined> {
  const stem = source.name.replace(/\.[^.]*$/, '');
  for (const name of [`${stem}.yaml`, `${stem}.yml`]) {
    const sidecar = await source.beside?.(name);
    if (sidecar === undefined) continue;
    const size = sidecarPixel(decodeText(await readUpTo(sidecar, 0, longestSidecar)));
    if (size !== undefined) return { x: size, y: size, source: name };
  }
  return undefined;
}

/** The localisations that Picasso saves; undefined where the file is not one of Picasso's. Throws `unreadable` for none. */
export async function openPicasso(source: ByteSource, file: Hdf5File): Promise<Hdf5Table | undefined> {
  const dataset = file.dataset('locs');
  if (dataset === undefined) return undefined;
  const fields = fieldsOf(dataset);
  const [rows = 0] = dataset.shape;
  if (!fields.some(({ name }) => name === 'x [px]')) return undefined;
  if (rows === 0) throw unreadable(source, 'holds no localisations.', 'Localise again with other settings.');
  const pixel = await pixelBeside(source);
  const { rowBytes, rows: bytesOf } = dataset;
  const chunk = (first: number, count: number): Promise<Uint8Array> => Promise.resolve(bytesOf(first, count));
  return {
    title: 'Picasso hdf5',
    ...(pixel && { pixel }),
    table: { name: source.name, rows, rowBytes, fields, chunk },
  };
}
