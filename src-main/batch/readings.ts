import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultDocument } from '../engine/result-document.js';
import type { LedgerEntry } from './ledger.js';

/** What a table of many nuclei shows of one. */
export interface BatchReading {
  /** λ, dimensionless: median, and standard deviation over the identifiable pixels. */
  readonly lambdaMedian: number;
  readonly lambdaSd: number;
  /** Share of the nucleus, 0 to 1. */
  readonly identifiable: number;
  readonly mismatch: boolean;
  /** The channels are displaced against each other, as the map was made. */
  readonly displaced: boolean;
  readonly levelCalibrated: boolean;
  readonly nuclei: number;
  readonly warnings: number;
}

/** The reading of a result. */
export function readingOf({
  lambda,
  identifiable,
  residual,
  calibration,
  region,
  warnings,
}: ResultDocument): BatchReading {
  return {
    lambdaMedian: lambda.median,
    lambdaSd: lambda.sd,
    identifiable,
    mismatch: residual.mismatch,
    displaced: calibration.registration.left?.displaced ?? false,
    levelCalibrated: calibration.levelCalibrated,
    nuclei: region.nuclei,
    warnings: warnings.length,
  };
}

/** Path of a result file of an entry, by the end of its name (".lambda.ome.tif"). */
export function resultPath(out: string, entry: LedgerEntry, suffix: string): string {
  const name = entry.files?.find((file) => file.name.endsWith(suffix))?.name ?? suffix.slice(1);
  return join(out, entry.folder, name);
}

/** The result.json of a finished entry. */
export async function readResult(out: string, entry: LedgerEntry): Promise<ResultDocument> {
  return JSON.parse(await readFile(resultPath(out, entry, '.result.json'), 'utf8')) as ResultDocument;
}
