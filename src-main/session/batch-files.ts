import type { Progress } from '../../src-core/index.js';
import type { BatchEvent, BatchFile } from '../api-batch.js';
import type { LedgerEntry } from '../batch/ledger.js';
import type { BatchReading } from '../batch/readings.js';

/** How long changes are gathered before windows hear of them. */
const intervalMs = 100;

/** The inputs of a batch as windows see them, and what to tell of them when. */
export interface BatchFiles {
  readonly list: () => readonly BatchFile[];
  readonly set: (names: readonly string[]) => void;
  readonly change: (name: string, part: Partial<BatchFile>) => void;
  readonly setPhase: (phase: Progress | null) => void;
  readonly phase: () => Progress | null;
  /** Tells at once what has not been told yet. */
  readonly flush: () => void;
}

const waiting: Omit<BatchFile, 'name'> = {
  state: 'queued',
  progress: null,
  seconds: null,
  reading: null,
  error: null,
};

type Told = Pick<Extract<BatchEvent, { type: 'batch-files' }>, 'changed' | 'phase'>;

/** What an entry of the ledger makes of its input. */
export function fileOfEntry(
  entry: LedgerEntry,
  skipped: boolean,
  reading: BatchReading | null,
): Partial<BatchFile> {
  const { state, seconds, error } = entry;
  if (state === 'done') {
    return { ...waiting, state: skipped ? 'skipped' : 'done', seconds, reading };
  }
  const { tag = 'bug', message = 'It failed.', hint } = error ?? {};
  const failure = { tag, message, ...(hint !== undefined && { hint }), ...(tag === 'bug' && { stack: '' }) };
  return { ...waiting, state, seconds, error: failure as BatchFile['error'] };
}

/** No inputs yet; `tell` hears of changes, at most every 100 ms. */
export function makeBatchFiles(tell: (told: Told) => void): BatchFiles {
  let files: BatchFile[] = [];
  let indexOf = new Map<string, number>();
  let phase: Progress | null = null;
  let phaseChanged = false;
  const dirty = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (dirty.size === 0 && !phaseChanged) return;
    const changed = [...dirty].map((index) => ({ index, file: files[index] }));
    dirty.clear();
    phaseChanged = false;
    tell({ changed, phase });
  };
  const later = (): void => {
    timer ??= setTimeout(flush, intervalMs);
  };
  return {
    flush,
    list: () => files,
    phase: () => phase,
    set: (names) => {
      files = names.map((name) => ({ name, ...waiting }));
      indexOf = new Map(names.map((name, index) => [name, index]));
    },
    change: (name, part) => {
      const index = indexOf.get(name);
      if (index === undefined) return;
      files[index] = { ...files[index], ...part };
      dirty.add(index);
      later();
    },
    setPhase: (next) => {
      phase = next;
      phaseChanged = true;
      later();
    },
  };
}
