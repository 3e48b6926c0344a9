import type { Grid } from '../data/grid.js';
import { colorRange } from '../figure/color-range.js';
import type { ColormapName, Limits } from '../figure/colormap.js';
import { middlePlane } from '../figure/plane.js';
import { formatLength, formatNumber, formatShare } from '../figure/ticks.js';
import type { MapTile, PairTile, Tile } from '../figure/tile.js';
import { drawTilePage, type TileSection } from '../figure/tile-page.js';
import type { Agreement } from '../statistics/agreement.js';
import type { JointHistogram } from '../statistics/joint-histogram.js';
import type { ForwardCheck, PhantomCheck, PhantomMaps, PhantomScore } from './check-report.js';

/** The checks to be drawn, the file's name and its job. */
export interface CheckFigure {
  readonly name: string;
  readonly job: string;
  readonly forward?: ForwardCheck;
  readonly phantom?: PhantomCheck;
}

/** The part of the middle plane around the nucleus. */
interface Cutout {
  readonly grid: Grid;
  readonly iz: number;
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

function cutoutOf(mask: Uint8Array, grid: Grid): Cutout {
  const [, ny, nx] = grid.shape;
  const iz = middlePlane(mask, grid);
  let [top, bottom, left, right] = [ny, -1, nx, -1];
  for (let i = 0; i < ny * nx; i++) {
    if (mask[iz * ny * nx + i] === 0) continue;
    const [y, x] = [Math.floor(i / nx), i % nx];
    [top, bottom, left, right] = [
      Math.min(top, y),
      Math.max(bottom, y),
      Math.min(left, x),
      Math.max(right, x),
    ];
  }
  if (bottom < 0) [top, bottom, left, right] = [0, ny - 1, 0, nx - 1];
  const room = Math.ceil(0.04 * Math.max(bottom - top, right - left));
  return {
    grid,
    iz,
    rows: [Math.max(0, top - room), Math.min(ny - 1, bottom + room)],
    columns: [Math.max(0, left - room), Math.min(nx - 1, right + room)],
  };
}

function cut<T extends Float32Array | Uint8Array>(values: T, out: T, { grid, iz, rows, columns }: Cutout): T {
  const [, ny, nx] = grid.shape;
  const width = columns[1] - columns[0] + 1;
  for (let y = rows[0]; y <= rows[1]; y++) {
    const start = (iz * ny + y) * nx + columns[0];
    out.set(values.subarray(start, start + width), (y - rows[0]) * width);
  }
  return out;
}

interface Look {
  readonly title: string;
  readonly colormap: ColormapName;
  readonly limits?: Limits | undefined;
}

function mapTile(values: Float32Array, mask: Uint8Array, cutout: Cutout, look: Look): MapTile {
  const [ny, nx] = [cutout.rows[1] - cutout.rows[0] + 1, cutout.columns[1] - cutout.columns[0] + 1];
  const inside = cut(mask, new Uint8Array(ny * nx), cutout);
  const shown = cut(values, new Float32Array(ny * nx), cutout);
  const { title, colormap, limits } = look;
  return {
    kind: 'map',
    title,
    nx,
    ny,
    values: shown.map((value, i) => (inside[i] === 0 ? Number.NaN : value)),
    mask: inside,
    colormap,
    ...(limits !== undefined && { limits }),
  };
}

function pairTile(title: string, plot: JointHistogram, labels: readonly [string, string]): PairTile {
  return { kind: 'pairs', title, xLabel: labels[0], yLabel: labels[1], ...plot };
}

function limitsWithin(values: Float32Array, mask: Uint8Array): Limits | undefined {
  return colorRange(values, (i) => mask[i] !== 0)?.limits;
}

function symmetric(limits: Limits | undefined): Limits | undefined {
  if (limits === undefined) return undefined;
  const reach = Math.max(-limits[0], limits[1]);
  return [-reach, reach];
}

function forwardRow(check: ForwardCheck, species: 'H' | 'E', cutout: Cutout): Tile[] {
  const symbol = species === 'H' ? 'φ_h' : 'φ_e';
  const predicted = check.fields[`predicted${species}`];
  const difference = check.fields[`difference${species}`];
  const measured = predicted.map((value, i) => value + difference[i]);
  const limits = limitsWithin(measured, check.mask);
  const rest = symmetric(limitsWithin(difference, check.mask));
  const tile = (values: Float32Array, look: Look): MapTile => mapTile(values, check.mask, cutout, look);
  return [
    tile(measured, { title: `${symbol} measured`, colormap: 'magma', limits }),
    tile(predicted, { title: `${symbol} predicted`, colormap: 'magma', limits }),
    tile(difference, { title: `${symbol} measured − predicted`, colormap: 'rdbu', limits: rest }),
    pairTile(`${symbol}, all pixels`, check.plots[`phi${species}`], ['measured', 'predicted']),
  ];
}

function agreementSentence(
  symbol: string,
  { rms, noiseRms, spread, correlation, relativeL2 }: Agreement,
): string {
  const r = correlation === null ? '' : `, correlation ${correlation.toFixed(3)}`;
  return `${symbol}: rms difference ${formatNumber(rms)} = ${formatNumber(rms / noiseRms)} × noise = ${formatNumber(rms / spread)} × spread${r}, relative L2 ${formatShare(relativeL2)}.`;
}

function forwardSection(check: ForwardCheck): TileSection {
  const { report, mask, grid } = check;
  const cutout = cutoutOf(mask, grid);
  return {
    heading: 'Forward check: does this λ explain the images?',
    summary: `${report.summary} ${agreementSentence('φ_h', report.phiH)} ${agreementSentence('φ_e', report.phiE)}`,
    rows: [forwardRow(check, 'H', cutout), forwardRow(check, 'E', cutout)],
    notes: [widthNote(cutout), ...report.notes],
  };
}

/** Stands for a scale bar in every map. */
function widthNote({ grid, columns }: Cutout): string {
  return `Maps are ${formatLength((columns[1] - columns[0] + 1) * grid.spacing[2])} wide.`;
}

const patternTitles = { bumps: 'smooth bumps', patches: 'sharp patches', constant: 'constant' } as const;

/** "+1.3 %", "−16 %", "under 0.1 %". */
function formatBias(bias: number): string {
  const size = formatShare(Math.abs(bias));
  return size.startsWith('under') ? size : `${bias < 0 ? '−' : '+'}${size}`;
}

function smoothingText({ mollifierNm, lengthScaleNm }: PhantomScore): string {
  if (lengthScaleNm !== null) return `length scale ${formatLength(lengthScaleNm)}`;
  return mollifierNm === null ? 'not smoothed' : `mollifier ${formatLength(mollifierNm)}`;
}

function scoreParagraphs(score: PhantomScore): string[] {
  const { rim, interior, correlation } = score;
  return [
    `error (relative L2) ${formatShare(score.relativeL2)}`,
    `rim ${rim === null ? '–' : formatShare(rim)}, interior ${interior === null ? '–' : formatShare(interior)}`,
    `bias of the median ${formatBias(score.medianBias)}, of the mean ${formatBias(score.meanBias)}`,
    ...(correlation === null ? [] : [`correlation ${correlation.toFixed(3)}`]),
    `${smoothingText(score)}, identifiable ${formatShare(score.coverage)}`,
    ...(score.mismatch ? ['The job would warn of a misfit.'] : []),
  ];
}

function phantomRow(check: PhantomCheck, maps: PhantomMaps, score: PhantomScore, cutout: Cutout): Tile[] {
  const limits = limitsWithin(maps.truth, check.mask);
  const name = patternTitles[maps.pattern];
  return [
    mapTile(maps.truth, check.mask, cutout, { title: `${name}: true λ`, colormap: 'viridis', limits }),
    mapTile(maps.inferred, check.mask, cutout, { title: 'inferred λ', colormap: 'viridis', limits }),
    pairTile('all pixels', maps.plot, ['true λ', 'inferred λ']),
    { kind: 'text', title: 'error', paragraphs: scoreParagraphs(score) },
  ];
}

function phantomSection(check: PhantomCheck): TileSection {
  const { report, maps } = check;
  const cutout = cutoutOf(check.mask, check.grid);
  return {
    heading: 'Phantoms like this nucleus: what error is to be expected?',
    summary: report.summary,
    rows: maps.map((each, k) => phantomRow(check, each, report.scores[k], cutout)),
    notes: [
      widthNote(cutout),
      ...report.notes,
      ...report.failed.map(({ pattern, reason }) => `${patternTitles[pattern]}: not done. ${reason}`),
    ],
  };
}

/** The figure of the checks as an SVG file (180 mm wide); of a stack the middle plane. The same checks, the same text. */
export function drawCheckFigure({ name, job, forward, phantom }: CheckFigure): string {
  const sections = [
    ...(forward === undefined ? [] : [forwardSection(forward)]),
    ...(phantom === undefined ? [] : [phantomSection(phantom)]),
  ];
  return drawTilePage({
    title: name,
    description: sections.map(({ summary }) => summary).join(' '),
    sections,
    job,
  });
}
