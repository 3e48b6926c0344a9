import type { BatchFile, BatchState } from '../../src-main/api-batch.js';
import type { BatchColumn, BatchPage } from './batch-page.js';
import { obstacleOf } from './findings.js';
import { settingsOf, type Session } from './session.js';

/** A row of the table: an input as it stands, and what speaks against it before it has run. */
export interface BatchRow extends BatchFile {
  readonly bytes: number | null;
  readonly doubt: string | null;
}

const unrun = { state: 'queued', progress: null, seconds: null, reading: null, error: null } as const;

/** Whether the batch that ran last is of the folder and the selection that are shown. */
export function isShownRun({ run, folder, selection }: BatchPage): boolean {
  return (
    run !== null &&
    run.folder.id === folder?.id &&
    (run.state === 'running' || JSON.stringify(run.selection) === JSON.stringify(selection))
  );
}

function rowsOf(page: BatchPage): BatchRow[] {
  const listed = new Map(page.listing?.inputs.map((input) => [input.name, input]));
  if (page.run !== null && isShownRun(page)) {
    return page.run.files.map((file) => ({
      ...file,
      bytes: listed.get(file.name)?.bytes ?? null,
      doubt: null,
    }));
  }
  return [...listed.values()].map(({ name, bytes, problem }) => ({ ...unrun, name, bytes, doubt: problem }));
}

const stateOrder = ['failed', 'running', 'queued', 'done', 'skipped'];

/** Flags of a result that somebody should look at, in a word or two each. */
export function flagsOf({ reading }: Pick<BatchRow, 'reading'>): string[] {
  if (reading === null) return [];
  const { mismatch, displaced, identifiable, nuclei, levelCalibrated, warnings } = reading;
  return [
    ...(mismatch ? ['model does not fit'] : []),
    ...(displaced ? ['channels displaced'] : []),
    ...(identifiable < 0.5 ? ['little identifiable'] : []),
    ...(nuclei > 1 ? [`${nuclei} nuclei`] : []),
    ...(levelCalibrated ? [] : ['level open']),
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
  ];
}

const sortKeys: Readonly<Record<BatchColumn, (row: BatchRow) => number | string>> = {
  name: ({ name }) => name.toLowerCase(),
  state: ({ state }) => stateOrder.indexOf(state),
  lambda: ({ reading }) => reading?.lambdaMedian ?? Number.NaN,
  identifiable: ({ reading }) => reading?.identifiable ?? Number.NaN,
  flags: (row) =>
    row.reading === null ? Number.NaN : flagsOf(row).length + (row.reading.mismatch ? 100 : 0),
  seconds: ({ seconds }) => seconds ?? Number.NaN,
};

const collator = new Intl.Collator('en', { numeric: true });

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' || typeof b === 'string') return collator.compare(String(a), String(b));
  return a - b;
}

/** The rows in the order of the sort: what has no value last, equals in file order. */
export function sortedRows(page: BatchPage): BatchRow[] {
  const key = sortKeys[page.sort.by];
  const sign = page.sort.down ? -1 : 1;
  const keyed = rowsOf(page).map((row) => ({ row, value: key(row) }));
  const isMissing = (value: number | string): boolean => Number.isNaN(value);
  return keyed
    .sort((a, b) => {
      const missing = Number(isMissing(a.value)) - Number(isMissing(b.value));
      return missing !== 0 || isMissing(a.value) ? missing : sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** How far a batch is. */
export interface BatchCounts {
  readonly total: number;
  /** Done now or before. */
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly running: number;
  /** Until it ends at its present pace; null while nothing can be said. */
  readonly secondsLeft: number | null;
}

/** Counts a batch's inputs by their states. */
export function countsOf({ files, seconds, state }: BatchState): BatchCounts {
  const count = (wanted: BatchFile['state']): number => files.filter((file) => file.state === wanted).length;
  const [done, skipped, failed, running] = [
    count('done'),
    count('skipped'),
    count('failed'),
    count('running'),
  ];
  const ended = done + failed;
  const left = files.length - ended - skipped;
  const pace = state === 'running' && ended > 0 ? seconds / ended : null;
  return {
    total: files.length,
    done: done + skipped,
    ...{ skipped, failed, running },
    secondsLeft: pace === null ? null : pace * left,
  };
}

/** Why a batch cannot be started, and the command that would help. */
export interface BatchObstacle {
  readonly message: string;
  readonly command?: 'batch-folder' | 'batch-first' | 'batch-close';
}

/** What stands in the way of starting; null where nothing does. */
export function batchObstacle(session: Session): BatchObstacle | null {
  const { folder, listing, listingTrouble, selection, run, sending } = session.batch;
  if (run?.state === 'running') return { message: 'A batch is running.' };
  if (sending !== null) return { message: `${sending.name} is still being sent.` };
  if (folder === null) return { message: 'Choose a folder of images first.', command: 'batch-folder' };
  if (listing === null) {
    return {
      message: listingTrouble === null ? 'Looking into the folder …' : 'There is nothing to run yet.',
    };
  }
  const settings = settingsOf(session);
  if (settings === null) {
    return {
      message: 'A batch runs every image by the settings of one that is open; open the first and look at it.',
      command: 'batch-first',
    };
  }
  if (settings.second !== null && selection.secondPattern === null) {
    return {
      message: 'The open nucleus takes one mark from a second file: say by a pattern which file that is.',
    };
  }
  if (settings.job.mask === 'file' && selection.maskPattern === null) {
    return {
      message:
        'The open nucleus has a mask file: say by a pattern which mask belongs to which image, or have it found.',
    };
  }
  const obstacle = obstacleOf(session);
  return obstacle === null
    ? null
    : { message: `The open nucleus: ${obstacle.message}`, command: 'batch-close' };
}
