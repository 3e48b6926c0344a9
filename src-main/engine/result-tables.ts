import {
  asciiJson,
  embeddedJobName,
  type Inference,
  type NucleusStatistics,
  nucleusStatistics,
  type PixelTable,
  type Run,
  writePixelTable,
  writeTable,
} from '../../src-core/index.js';
import type { ResultDocument } from './result-document.js';
import { resolvedWhere, sdChannels } from './result-images.js';
import { version } from './version.js';

const resolutionLine =
  'resolution_nm: half the wavelength below which lambda comes from the prior, nm; NaN where nothing is resolved';

const stackLine = 'z_nm: centre of the plane, from the lower face of the stack, nm';

/** What the columns of the sd of λ are. */
function sdLines({ sd, totalSd }: Inference['rate']): string[] {
  if (sd === undefined) return [];
  const pattern =
    'lambda_sd_pattern: posterior standard deviation of lambda, its level taken as right, dimensionless';
  return totalSd === undefined
    ? [`${pattern}; how well the level is known is not known`]
    : ['lambda_sd_total: standard deviation of lambda with that of its level, dimensionless', pattern];
}

function commentsOf({ grid, rate }: Inference, { input }: ResultDocument, job: string): string[] {
  return [
    `Epiflux ${version}: one row for each pixel inside the nucleus of ${input.name.replaceAll(/[\r\n]/g, ' ')}`,
    `pixel size ${input.pixelSizeNm} nm, from ${input.pixelSizeSource}`,
    'x_nm, y_nm: centre of the pixel, from the upper left corner of the picture, nm',
    ...(grid.shape[0] > 1 ? [stackLine] : []),
    'phi_h, phi_e: volume fractions of heterochromatin and euchromatin, dimensionless',
    'lambda: rate ratio Gamma_me/Gamma_ac, dimensionless; NaN where it is not identifiable',
    ...sdLines(rate),
    ...(rate.resolution ? [resolutionLine] : []),
    ...(rate.residual ? ['residual: what the equation leaves over, in the units of phi'] : []),
    'identifiable: 1 where lambda is known, else 0',
    `${embeddedJobName}: ${asciiJson(job)}`,
  ];
}

/** The values where `known` is not 0, NaN elsewhere. */
function masked(values: Float32Array, known: Uint8Array): Float32Array {
  return values.map((value, i) => (known[i] === 0 ? NaN : value));
}

/** pixels.csv, in pieces: one row a pixel inside the nucleus, with units, version and job in comment lines. */
export function pixelTable(
  inference: Inference,
  document: ResultDocument,
  job: string,
  run: Run,
): AsyncIterable<Uint8Array> {
  const { grid, mask, heterochromatin, euchromatin, rate } = inference;
  const columns: PixelTable['columns'] = [
    { name: 'phi_h', values: heterochromatin },
    { name: 'phi_e', values: euchromatin },
    { name: 'lambda', values: masked(rate.estimate, rate.identifiable) },
    ...sdChannels(inference),
    ...(rate.resolution
      ? [{ name: 'resolution_nm', values: resolvedWhere(rate.resolution, rate.identifiable) }]
      : []),
    ...(rate.residual ? [{ name: 'residual', values: rate.residual }] : []),
    { name: 'identifiable', values: rate.identifiable },
  ];
  return writePixelTable({ grid, mask, columns, comments: commentsOf(inference, document, job) }, run);
}

type Cell = string | number | boolean | null;

const nucleusColumns: readonly (readonly [header: string, cell: (row: NucleusStatistics) => Cell])[] = [
  ['nucleus', ({ nucleus }) => nucleus],
  ['x_nm', ({ xNm }) => xNm],
  ['y_nm', ({ yNm }) => yNm],
  ['pixels', ({ voxels }) => voxels],
  ['area_um2', ({ areaUm2 }) => areaUm2],
  ['volume_um3', ({ volumeUm3 }) => volumeUm3],
  ['identifiable_fraction', ({ identifiable }) => identifiable],
  ['lambda_mean', ({ lambda }) => lambda?.mean ?? null],
  ['lambda_median', ({ lambda }) => lambda?.median ?? null],
  ['lambda_sd', ({ lambda }) => lambda?.sd ?? null],
  ['lambda_p05', ({ lambda }) => lambda?.p05 ?? null],
  ['lambda_p95', ({ lambda }) => lambda?.p95 ?? null],
  ['residual_rms', ({ residualRms }) => residualRms],
];

const imageColumns: readonly (readonly [header: string, cell: (result: ResultDocument) => Cell])[] = [
  ['input', ({ input }) => input.name],
  ['sha256', ({ input }) => input.sha256],
  ['pixel_size_nm', ({ input }) => input.pixelSizeNm],
  ['pixel_size_from', ({ input }) => input.pixelSizeFrom],
  ['het_fraction', ({ calibration }) => calibration.hetFraction?.value ?? null],
  ['het_fraction_sd', ({ job }) => job.calibration.hetFractionSd],
  ['level_calibrated', ({ calibration }) => calibration.levelCalibrated],
  ['level_relative_sd', ({ calibration }) => calibration.levelSd?.relative ?? null],
  ['L0_nm', ({ settings }) => settings.L0Nm],
  ['mollifier_nm', ({ settings }) => settings.mollifierNm],
  ['length_scale_nm', ({ settings }) => settings.lengthScaleNm],
  ['mismatch', ({ residual }) => residual.mismatch],
  ['solver', ({ solver }) => solver.name],
  ['equation', ({ solver }) => solver.equation],
  ['warnings', ({ warnings }) => warnings.length],
];

const cellText = (cell: Cell): string =>
  typeof cell === 'number' ? String(Number(cell.toPrecision(9))) : String(cell ?? '');

/**
 * statistics.csv: one row a nucleus (a connected part of the mask) with its place, size and λ, and what the whole
 * image has in common; units in the headers, an empty cell where there is no value, the job in a comment line.
 */
export async function statisticsTable(
  inference: Inference,
  document: ResultDocument,
  job: string,
  run: Run,
): Promise<Uint8Array> {
  const rows = await nucleusStatistics(inference, run);
  const table = [
    ...nucleusColumns.map(([name, cell]) => ({ name, values: rows.map((row) => cellText(cell(row))) })),
    ...imageColumns.map(([name, cell]) => ({ name, values: rows.map(() => cellText(cell(document))) })),
  ];
  const comments = [
    `Epiflux ${version}: one row for each nucleus; lambda_sd is the spread of lambda over its pixels`,
    `${embeddedJobName}: ${asciiJson(job)}`,
  ];
  const text = comments.map((line) => `# ${line}\r\n`).join('') + writeTable(table);
  return new TextEncoder().encode(text);
}
