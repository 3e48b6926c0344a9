import type { Localizations } from '../data/localizations.js';
import { breathe, type Run } from '../run.js';

const breatheEvery = 1 << 17;

/** For each row the number of its molecule, counted from 0 in the order in which molecules and channels first appear. */
async function numbered(
  ids: Float64Array,
  channel: Uint8Array | undefined,
  run: Run,
): Promise<{ of: Uint32Array; first: number[] }> {
  const known = new Map<number, number>();
  const first: number[] = [];
  const of = new Uint32Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    if (row % breatheEvery === 0) await breathe(run);
    // Ids are whole numbers; a channel shifts them by a part of one.
    const key = ids[row] + (channel === undefined ? 0 : channel[row] / 256);
    let molecule = known.get(key);
    if (molecule === undefined) {
      molecule = first.length;
      known.set(key, molecule);
      first.push(row);
    }
    of[row] = molecule;
  }
  return { of, first };
}

/**
 * One localisation for each molecule, at the mean of its rows' positions, in the order of their first rows: a molecule
 * that was localised again and again is one molecule. Precision, where there is one, is that of the mean;
 * frame and channel are those of the first row. `ids` has one for each row. Throws `cancelled`.
 */
export async function meanPerMolecule(
  table: Localizations,
  ids: Float64Array,
  run: Run,
): Promise<Localizations> {
  const { channel, frame, precision } = table;
  const { of, first } = await numbered(ids, channel, run);
  const counts = new Uint32Array(first.length);
  for (const molecule of of) counts[molecule]++;
  const meanOf = async (values: Float64Array | Float32Array): Promise<Float64Array> => {
    const sums = new Float64Array(first.length);
    for (let row = 0; row < of.length; row++) {
      sums[of[row]] += values[row];
      if (row % breatheEvery === 0) await breathe(run);
    }
    return sums.map((sum, molecule) => sum / counts[molecule]);
  };
  const spread = precision && (await meanOf(precision));
  return {
    count: first.length,
    x: await meanOf(table.x),
    y: await meanOf(table.y),
    ...(table.z && { z: await meanOf(table.z) }),
    ...(spread && { precision: Float32Array.from(spread, (sd, k) => sd / Math.sqrt(counts[k])) }),
    ...(frame && { frame: Int32Array.from(first, (row) => frame[row]) }),
    ...(channel && { channel: Uint8Array.from(first, (row) => channel[row]) }),
    ...(table.channelNames && { channelNames: table.channelNames }),
  };
}
