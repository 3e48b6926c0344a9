import type { ByteSource } from './byte-source.js';
import { delimitedFormat, positionsFormat } from './delimited-text.js';
import { elyraForm, elyraFormat } from './elyra.js';
import type { Format } from './format.js';
import { hdf5Format, openHdf5Table } from './hdf5-table.js';
import { insight3Format, openInsight3 } from './insight3.js';
import { minfluxCsvForm, minfluxCsvFormat } from './minflux-csv.js';
import { minfluxNpyFormat, openMinfluxNpy } from './minflux-npy.js';
import { nikonStormForm, nikonStormFormat } from './nikon-storm.js';
import type { OpenTable } from './open-table.js';
import { rapidstormForm, rapidstormFormat } from './rapidstorm.js';
import { openSmlm, smlmFormat } from './smlm.js';
import { openTextTable } from './text-table.js';
import { thunderstormFormat } from './thunderstorm.js';

type Opener = (source: ByteSource) => Promise<OpenTable>;

const binary: readonly (readonly [Format, Opener])[] = [
  [hdf5Format, openHdf5Table],
  [insight3Format, openInsight3],
  [minfluxNpyFormat, openMinfluxNpy],
  [smlmFormat, openSmlm],
];

const text: readonly (readonly [Format, Opener])[] = [
  [
    rapidstormFormat,
    (source) =>
      openTextTable(source, 'rapidSTORM text', (dialect, head) => rapidstormForm(source, dialect, head)),
  ],
  [thunderstormFormat, (source) => openTextTable(source, 'ThunderSTORM csv')],
  [nikonStormFormat, (source) => openTextTable(source, 'Nikon N-STORM text', nikonStormForm)],
  [
    elyraFormat,
    (source) => openTextTable(source, 'Zeiss Elyra text', (dialect) => elyraForm(source, dialect)),
  ],
  [minfluxCsvFormat, (source) => openTextTable(source, 'MINFLUX csv', minfluxCsvForm)],
  [positionsFormat, (source) => openTextTable(source, 'text without a header')],
  [delimitedFormat, (source) => openTextTable(source, 'text table')],
];

/** Tables of localisations that are recognised by their first bytes, in the order in which a file is tried. */
export const binaryTableFormats: readonly Format[] = binary.map(([format]) => format);

/** Tables of localisations that are text, in the order in which a file is tried. */
export const textTableFormats: readonly Format[] = text.map(([format]) => format);

/**
 * Opens a table whose format was detected: its columns are known then, its rows not yet read. Throws `unreadable`. Whoever
 * opens it closes it.
 */
export async function openTable(source: ByteSource, format: Format): Promise<OpenTable> {
  const [, open] = [...binary, ...text].find(([{ id }]) => id === format.id) ?? text[text.length - 1];
  return open(source);
}
