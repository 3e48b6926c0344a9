import { CoreError, errorData, type ErrorTag } from '../../src-core/index.js';
import { EngineBug } from '../engine/host.js';
import { hintWithOptions } from './remedy-options.js';

/** What the process ends with; the numbers are a contract with scripts. */
export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  unreadable: 3,
  missing: 4,
  model: 5,
  memory: 6,
  cancelled: 130,
} as const satisfies Record<ErrorTag | 'done' | 'bug', number>;

/** The exit code of a failure: by its tag, or 1 for a bug. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CoreError ? exitCodes[error.tag] : exitCodes.bug;
}

function bugReport(error: unknown): string {
  if (error instanceof EngineBug) return error.report;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The failure as JSON: {error: {tag, message, where?, hint?, remedies?, exitCode}}. */
export function failureDocument(error: unknown): object {
  if (error instanceof CoreError) {
    const hint = hintWithOptions(error);
    return {
      error: { ...errorData(error), ...(hint !== undefined && { hint }), exitCode: exitCodeOf(error) },
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { error: { tag: 'bug', message, report: bugReport(error), exitCode: exitCodes.bug } };
}

/** The failure in words for a terminal: `epiflux: WHERE: message`, and below it what would do. */
export function failureText(error: unknown): string {
  if (error instanceof CoreError) {
    const where = error.where === undefined ? '' : `${error.where}: `;
    const remedy = hintWithOptions(error);
    const hint = remedy === undefined ? '' : `\n  → ${remedy}`;
    return `epiflux: ${where}${error.message}${hint}`;
  }
  return `epiflux: this is a bug in Epiflux. Please report it with these lines:\n${bugReport(error)}`;
}
