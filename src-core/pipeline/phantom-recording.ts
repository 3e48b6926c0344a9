import type { Grid } from '../data/grid.js';
import { noiseSd } from '../density/noise.js';
import { rasterize } from '../density/rasterize.js';
import type { RawChannel } from '../density/channels.js';
import type { JobSpec } from '../job.js';
import { type Likeness, likenessImage } from '../models/likeness.js';
import { drawLocalizations } from '../models/microscope.js';
import { laidOut } from '../models/phantom.js';
import { randomStream } from '../random.js';
import { breathe, type Run } from '../run.js';
import type { Measurement } from './measurement.js';
import type { Detector, MeasuredLikeness } from './phantom-likeness.js';

/** The fields that the channels show: both fractions, or their sum. */
function signalsOf({ steady: { phiH, phiE } }: Likeness, channels: number): Float64Array[] {
  return channels === 2 ? [phiH, phiE] : [phiH.map((h, i) => h + phiE[i])];
}

async function photograph(
  phi: Float64Array,
  { offset, gain, noise, name }: Extract<Detector, { kind: 'camera' }>,
  seed: number,
  run: Run,
): Promise<RawChannel> {
  const { normal } = randomStream(seed);
  const values = new Float32Array(phi.length);
  for (let i = 0; i < values.length; i++) {
    if (i % 16384 === 0) await breathe(run);
    const intensity = offset + gain * phi[i];
    values[i] = noise.meanSd === 0 ? intensity : intensity + noiseSd(noise, intensity) * normal();
  }
  return { name, values };
}

/** Precision that, with the way the points are drawn, blurs as much as was measured at the rim. */
function precisionOf(
  { blur }: MeasuredLikeness,
  render: JobSpec['table']['render'],
): readonly [number, number] {
  const precision = blur.sdNm[2] / (render === 'gaussian' ? Math.SQRT2 : 1);
  return [precision, precision];
}

async function localize(
  packed: Float64Array,
  { nucleus, likeness, seed }: { nucleus: Likeness; likeness: MeasuredLikeness; seed: number },
  { count, name, table }: { count: number; name: string; table: JobSpec['table'] },
  run: Run,
): Promise<RawChannel> {
  const { domain } = nucleus.cells;
  const precision = precisionOf(likeness, table.render);
  const options = { count, random: randomStream(seed), precision };
  const points = await drawLocalizations(laidOut(packed, domain), domain.grid, options, run);
  const drawn = await rasterize(points, likeness.voxels.grid, { render: table.render, seed: seed + 1 }, run);
  return { name, values: drawn.values, noise: drawn.noise };
}

function measurementOf(grid: Grid, channels: RawChannel[]): Measurement {
  const valid = new Uint8Array(channels[0].values.length).fill(1);
  const pixelSize = { value: grid.spacing[2], from: 'file', source: 'phantom' } as const;
  return { grid, channels, format: 'phantom', pixelSize, zStep: null, valid, warnings: [] };
}

/** The phantom as it would be measured in place of the nucleus: same channels, scale, blur and noise. */
export async function recordPhantom(
  nucleus: Likeness,
  likeness: MeasuredLikeness,
  job: JobSpec,
  run: Run,
): Promise<Measurement> {
  const { detectors, blur, voxels } = likeness;
  const signals = signalsOf(nucleus, detectors.length);
  const channels: RawChannel[] = [];
  for (const [k, detector] of detectors.entries()) {
    const seed = (job.seed + 7919 * (k + 1)) >>> 0;
    if (detector.kind === 'camera') {
      const phi = await likenessImage(signals[k], nucleus.cells, blur.sdNm, run);
      channels.push(await photograph(phi, detector, seed, run));
    } else {
      const table = { ...detector, table: job.table };
      channels.push(await localize(signals[k], { nucleus, likeness, seed }, table, run));
    }
  }
  return measurementOf(voxels.grid, channels);
}
