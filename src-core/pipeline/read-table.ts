import { type Grid, makeGrid } from '../data/grid.js';
import type { Localizations } from '../data/localizations.js';
import type { RawChannel } from '../density/channels.js';
import { gridAround, rasterize } from '../density/rasterize.js';
import { CoreError } from '../errors.js';
import type { ByteSource } from '../io/byte-source.js';
import { readTable } from '../io/read-table.js';
import type { LocalizationTable, TableOptions } from '../io/table.js';
import type { JobSpec } from '../job.js';
import type { Run } from '../run.js';
import { type ChannelRef, channelRefs } from './read-image.js';
import type { Measurement } from './measurement.js';

/** Width and height in pixels of the mask that goes with a table, if one was given, and its corner in nm. */
export interface MaskFrame {
  readonly width: number;
  readonly height: number;
  /** At the origin of the coordinates where absent. */
  readonly origin?: { readonly x: number; readonly y: number };
}

/** The part of a job that the reading and drawing of tables depends on. */
export type TablePart = Pick<JobSpec, 'channels' | 'table' | 'seed'> &
  Pick<JobSpec['calibration'], 'pixelSizeNm'>;

/** What the job says of tables that do not say it themselves. */
export function tableOptions(part: Pick<TablePart, 'table' | 'pixelSizeNm'>): TableOptions {
  const { columns, units } = part.table;
  return {
    ...(columns !== null && { columns }),
    ...(units !== null && { units }),
    ...(part.pixelSizeNm !== null && { pixelSize: part.pixelSizeNm }),
  };
}

/** The rows of a table that belong to the channel asked for. */
function rowsOf(table: Localizations, ref: ChannelRef, where: string): Localizations {
  const { channel } = table;
  if (channel === undefined) {
    if (ref.channel === 0) return table;
    throw new CoreError({
      tag: 'usage',
      where,
      message: `There is no channel ${ref.channel} for ${ref.name}: the table has one channel, number 0.`,
      hint: 'Name the column of channels, or give each mark a table of its own.',
      remedies: [{ setting: 'table.columns', value: 'channel=NAME' }],
    });
  }
  const rows = Int32Array.from(channel.keys()).filter((row) => channel[row] === ref.channel);
  if (rows.length === 0) {
    throw new CoreError({
      tag: 'usage',
      where,
      message: `No localisation is in channel ${ref.channel} (for ${ref.name}); the channels are ${(table.channelNames ?? []).map((name, k) => `${k} (${name})`).join(', ')}.`,
      hint: 'Choose one of these channels.',
      remedies: [{ setting: `channels.${ref.name}` }],
    });
  }
  return {
    count: rows.length,
    x: Float64Array.from(rows, (row) => table.x[row]),
    y: Float64Array.from(rows, (row) => table.y[row]),
    ...(table.precision !== undefined && {
      precision: Float32Array.from(rows, (row) => table.precision?.[row] ?? 0),
    }),
  };
}

function tableWarnings(table: LocalizationTable, render: string): string[] {
  const warnings = [...table.warnings];
  const { notFinite, duplicate } = table.dropped;
  if (notFinite > 0) {
    const { row, text } = table.firstBad ?? { row: 0, text: '' };
    warnings.push(
      `${notFinite} of ${table.rows} rows had no finite position and were left out; the first is row ${row}: "${text}".`,
    );
  }
  if (duplicate > 0) warnings.push(`${duplicate} rows were exact copies of another and were left out.`);
  if (table.localizations.z !== undefined)
    warnings.push('The z column was not used: the density is a projection along z.');
  if (render === 'gaussian' && table.localizations.precision === undefined) {
    warnings.push('The table has no localisation precision, so points were counted per pixel (histogram).');
  }
  return warnings;
}

function planarGrid(tables: readonly Localizations[], spacing: number, frame: MaskFrame | undefined): Grid {
  if (frame === undefined) return gridAround(tables, spacing);
  const { x = 0, y = 0 } = frame.origin ?? {};
  return makeGrid([1, frame.height, frame.width], [spacing, spacing, spacing], [0, y, x]);
}

/**
 * Reads the localisation table(s) of a job and draws their density. With a mask, the grid is the mask's, its corner
 * where the mask says (masks of Epiflux do), else at the origin of the coordinates; otherwise it is fitted around the
 * points.
 */
export async function readTables(
  sources: readonly ByteSource[],
  part: TablePart,
  frame: MaskFrame | undefined,
  run: Run,
): Promise<Measurement> {
  const refs = channelRefs(part);
  const tables = new Map<number, LocalizationTable>();
  for (const { file } of refs) {
    if (!tables.has(file)) tables.set(file, await readTable(sources[file], tableOptions(part), run));
  }
  const points = refs.map((ref) =>
    rowsOf((tables.get(ref.file) as LocalizationTable).localizations, ref, sources[ref.file].name),
  );
  const grid = planarGrid(points, part.table.spacingNm, frame);
  const channels: RawChannel[] = [];
  const warnings = [...tables.values()].flatMap((table) => tableWarnings(table, part.table.render));
  for (const [k, ref] of refs.entries()) {
    const drawn = await rasterize(
      points[k],
      grid,
      { render: part.table.render, seed: part.seed + 100 + k },
      run,
    );
    if (drawn.outside > 0) {
      warnings.push(
        `${drawn.outside} of ${points[k].count} localisations of ${ref.name} lie outside the grid.`,
      );
    }
    channels.push({ name: ref.name, values: drawn.values, noise: drawn.noise });
  }
  const spacing = part.table.spacingNm;
  return {
    grid,
    channels,
    format: (tables.get(refs[0].file) as LocalizationTable).format,
    pixelSize: { value: spacing, from: 'user', source: 'grid spacing for localisations' },
    zStep: null,
    valid: new Uint8Array(grid.shape[1] * grid.shape[2]).fill(1),
    warnings,
  };
}
