import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { CoreError, type TrainingRun, type TrainingState } from '../../src-core/index.js';
import type { TrainingRequest } from './messages.js';
import { replaceFile } from './staging.js';

/** How a run's training is kept, and what is to be waited for at its end. */
export interface TrainingStore {
  readonly checkpoints: NonNullable<TrainingRun['checkpoints']>;
  /** Writes what is yet to be written. Throws `usage` where the file cannot be written. */
  readonly settle: () => Promise<void>;
}

const mark = 'epiflux training 1\n';
const writeEveryMs = 10_000;
/** The latest trainings of this engine, by what they are of: two images side by side are gone on with in turn. */
const latest = new Map<string, TrainingState>();
const mostKept = 4;

function keep(state: TrainingState): void {
  latest.delete(state.signature);
  latest.set(state.signature, state);
  for (const signature of [...latest.keys()].slice(0, -mostKept)) latest.delete(signature);
}

function isState(value: unknown): value is TrainingState {
  if (typeof value !== 'object' || value === null) return false;
  const { version, signature, step, blocks, optimizer } = value as Partial<
    Record<keyof TrainingState, unknown>
  >;
  const isWhole = version === 1 && typeof signature === 'string' && typeof step === 'number';
  return isWhole && Array.isArray(blocks) && typeof optimizer === 'object';
}

async function readState(file: string): Promise<TrainingState> {
  const bytes = await readFile(file);
  const broken = (cause?: unknown): CoreError =>
    new CoreError(
      {
        tag: 'unreadable',
        message: 'This is no saved training, or it is broken.',
        where: file,
        hint: 'Start again without --resume, or name the file that --checkpoint wrote.',
      },
      cause,
    );
  if (!bytes.subarray(0, mark.length).equals(Buffer.from(mark))) throw broken();
  let state: unknown;
  try {
    state = deserialize(bytes.subarray(mark.length));
  } catch (error) {
    throw broken(error);
  }
  if (isState(state)) return state;
  throw broken();
}

const write = (file: string, state: TrainingState): Promise<void> =>
  replaceFile(file, Buffer.concat([Buffer.from(mark), serialize(state)]));

/** Where the training of a request is kept. Throws `unreadable` for a file that is no saved training. */
export async function openTraining({ file, resume }: TrainingRequest): Promise<TrainingStore> {
  const saved = resume && file !== undefined && existsSync(file) ? await readState(file) : null;
  let writing: Promise<void> = Promise.resolve();
  let [unwritten, last]: [TrainingState | null, number] = [null, performance.now()];
  const flush = (): void => {
    const state = unwritten;
    if (file === undefined || state === null) return;
    [unwritten, last] = [null, performance.now()];
    writing = writing.then(() => write(file, state));
    // Heard of at the end.
    writing.catch(() => undefined);
  };
  return {
    checkpoints: {
      isResuming: resume,
      resume: (signature) => (resume ? (saved ?? latest.get(signature) ?? null) : null),
      save: (state) => {
        keep(state);
        unwritten = state;
        if (performance.now() - last > writeEveryMs) flush();
      },
    },
    settle: () => {
      flush();
      return writing;
    },
  };
}
