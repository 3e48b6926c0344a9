import type { InferenceReport, JobSpec, Provenance } from '../../src-core/index.js';
import { version } from './version.js';

/** An input file by name and content; `bytes` and `sha256` (hex) are those on disk. */
export interface FileIdentity {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The files that a job was run on. */
export interface JobIdentity {
  readonly input: FileIdentity;
  readonly second?: FileIdentity;
  readonly mask?: FileIdentity;
}

/** The input in result.json: the file, and the size of its pixels and where that came from. */
export interface InputReport extends FileIdentity {
  readonly format: string;
  readonly pixelSizeNm: number;
  readonly pixelSizeFrom: Provenance;
  readonly pixelSizeSource: string;
  readonly zStepNm: number | null;
  readonly zStepFrom: Provenance | null;
}

/** result.json: the contract with scripts, and the rest of the report. `solver.seconds` alone may differ. */
export interface ResultDocument extends Omit<InferenceReport, 'input' | 'settings'> {
  readonly version: string;
  readonly job: JobSpec;
  readonly input: InputReport;
  readonly second?: FileIdentity;
  readonly mask?: FileIdentity;
  /** `lengthScaleNm` is the prior's length, null for a solver that has none. */
  readonly settings: InferenceReport['settings'] & { readonly lengthScaleNm: number | null };
}

/** What every export carries, as JSON text, so that it can be made again: version, whole job, files by their hashes, and how a page shows them. */
export function embeddedJob(job: JobSpec, files: JobIdentity, page?: unknown): string {
  return JSON.stringify({ epiflux: version, job, files, ...(page !== undefined && { page }) });
}

/** The files that a result was made of, out of its document. */
export function identityOf({ input, second, mask }: ResultDocument): JobIdentity {
  const { name, bytes, sha256 } = input;
  return { input: { name, bytes, sha256 }, ...(second && { second }), ...(mask && { mask }) };
}

function inputReport(
  file: FileIdentity,
  { format, pixelSizeNm, zStepNm }: InferenceReport['input'],
): InputReport {
  return {
    ...file,
    format,
    pixelSizeNm: pixelSizeNm.value,
    pixelSizeFrom: pixelSizeNm.from,
    pixelSizeSource: pixelSizeNm.source,
    zStepNm: zStepNm?.value ?? null,
    zStepFrom: zStepNm?.from ?? null,
  };
}

/** The document of a result. */
export function resultDocument(job: JobSpec, files: JobIdentity, report: InferenceReport): ResultDocument {
  const { input, lambda, methylationRate, identifiable, settings, residual, solver, warnings, ...rest } =
    report;
  return {
    version,
    job,
    input: inputReport(files.input, input),
    ...(files.second && { second: files.second }),
    ...(files.mask && { mask: files.mask }),
    lambda,
    methylationRate,
    identifiable,
    settings: { lengthScaleNm: settings.prior?.lengthNm ?? null, ...settings },
    residual,
    solver,
    warnings,
    ...rest,
  };
}
