import { join } from 'node:path';
import { writeTable } from '../../src-core/index.js';
import type { ResultDocument } from '../engine/result-document.js';
import { replaceFile } from '../engine/staging.js';
import type { LedgerEntry } from './ledger.js';
import { readResult } from './readings.js';

/** File name of the summary in a batch's output folder. */
export const summaryName = 'summary.csv';

type Cell = string | number | boolean | null | undefined;

/** One column: its header, unit included, and its value in a result. */
type Column = readonly [header: string, cell: (result: ResultDocument) => Cell];

const axes = ['x', 'y', 'z'] as const;

/** What euchromatin was moved back by along an axis, and how far the equation wants it displaced still, with its sd. */
function displacementColumns(axis: (typeof axes)[number], at: number): Column[] {
  const along = (values: readonly number[] | null | undefined, { input }: ResultDocument): Cell =>
    axis === 'z' && input.zStepNm === null ? null : values?.[at];
  const of = ({ calibration }: ResultDocument) => calibration.registration;
  return [
    [`moved_back_${axis}_nm`, (result) => along(of(result).applied?.shiftNm, result)],
    [`displacement_${axis}_nm`, (result) => along(of(result).left?.shiftNm, result)],
    [`displacement_${axis}_sd_nm`, (result) => along(of(result).left?.sdNm, result)],
  ];
}

const columns: readonly Column[] = [
  ['pixel_size_nm', ({ input }) => input.pixelSizeNm],
  ['pixel_size_from', ({ input }) => input.pixelSizeFrom],
  ['z_step_nm', ({ input }) => input.zStepNm],
  ['lambda_mean', ({ lambda }) => lambda.mean],
  ['lambda_median', ({ lambda }) => lambda.median],
  ['lambda_sd', ({ lambda }) => lambda.sd],
  ['lambda_sd_pattern_median', ({ uncertainty }) => uncertainty?.sd],
  ['lambda_sd_total_median', ({ uncertainty }) => uncertainty?.totalSd],
  ['resolution_nm', ({ uncertainty }) => uncertainty?.resolutionNm],
  ['lambda_p05', ({ lambda }) => lambda.p05],
  ['lambda_p95', ({ lambda }) => lambda.p95],
  ['methylation_rate_mean_per_s', ({ methylationRate }) => methylationRate?.mean],
  ['methylation_rate_median_per_s', ({ methylationRate }) => methylationRate?.median],
  ['identifiable_fraction', ({ identifiable }) => identifiable],
  ['het_fraction', ({ calibration }) => calibration.hetFraction?.value],
  ['het_fraction_sd', ({ job }) => job.calibration.hetFractionSd],
  ['level_calibrated', ({ calibration }) => calibration.levelCalibrated],
  // Results of before have none.
  ['level_relative_sd', ({ calibration }) => (calibration as Partial<typeof calibration>).levelSd?.relative],
  ['channels_displaced', ({ calibration }) => calibration.registration.left?.displaced],
  ...axes.flatMap(displacementColumns),
  ['nuclei', ({ region }) => region.nuclei],
  ['area_um2', ({ region }) => region.areaUm2],
  ['volume_um3', ({ region }) => region.volumeUm3],
  ['L0_nm', ({ settings }) => settings.L0Nm],
  ['mollifier_nm', ({ settings }) => settings.mollifierNm],
  ['length_scale_nm', ({ settings }) => settings.lengthScaleNm],
  ['residual_rms', ({ residual }) => residual.rms],
  ['mismatch', ({ residual }) => residual.mismatch],
  ['solver', ({ solver }) => solver.name],
  ['equation', ({ solver }) => solver.equation],
  ['warnings', ({ warnings }) => warnings.length],
];

/** The cells of one result, in the order of the columns. */
function cellsOf(result: ResultDocument): string[] {
  return columns.map(([, cell]) => String(cell(result) ?? ''));
}

/**
 * Writes summary.csv, made from the result.json files: one row for each finished entry, in the order given; units
 * in the headers, no times, an empty cell where there is no value.
 */
export async function writeSummary(out: string, entries: readonly LedgerEntry[]): Promise<void> {
  const done = entries.filter(({ state }) => state === 'done');
  const rows: string[][] = [];
  // One after the other: a result is large beside its row, and there may be thousands.
  for (const entry of done) rows.push(cellsOf(await readResult(out, entry)));
  const table = [
    { name: 'input', values: done.map(({ input }) => input) },
    { name: 'sha256', values: done.map(({ sha256 }) => sha256 ?? '') },
    ...columns.map(([name], column) => ({ name, values: rows.map((row) => row[column]) })),
  ];
  await replaceFile(join(out, summaryName), new TextEncoder().encode(writeTable(table)));
}
