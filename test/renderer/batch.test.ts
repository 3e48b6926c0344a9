import { describe, expect, it } from 'vitest';
import type { BatchFile, BatchState, FolderGrant } from '../../src-main/api-batch.js';
import { batchObstacle, countsOf, flagsOf, sortedRows } from '../../src-renderer/state/batch.js';
import { type BatchPage, restingBatch, restingSelection } from '../../src-renderer/state/batch-page.js';
import { automaticSettings, changedSettings } from '../../src-renderer/state/job-summary.js';
import { emptySession, type Session } from '../../src-renderer/state/session.js';
import { defaultSettings, openSession, twoChannels } from './session-kit.js';

const folder: FolderGrant = {
  kind: 'folder',
  id: 'f',
  name: 'cells',
  files: 3,
  bytes: 100,
  from: 'command-line',
  output: { name: 'cells-epiflux', kind: 'beside' },
};

const reading = {
  lambdaMedian: 1,
  lambdaSd: 0.1,
  identifiable: 0.9,
  mismatch: false,
  displaced: false,
  levelCalibrated: true,
  nuclei: 1,
  warnings: 0,
};

function file(name: string, state: BatchFile['state'], lambda?: number): BatchFile {
  const known = lambda === undefined ? null : { ...reading, lambdaMedian: lambda };
  const seconds = lambda === undefined ? null : lambda / 10;
  return { name, state, progress: null, seconds, reading: known, error: null };
}

function runOf(files: readonly BatchFile[], part: Partial<BatchState> = {}): BatchState {
  return {
    id: 'b',
    folder,
    selection: restingSelection,
    job: defaultSettings().job,
    jobs: 1,
    state: 'running',
    phase: null,
    seconds: 12,
    failure: null,
    files,
    written: [],
    ...part,
  };
}

const files = [
  file('n10.tif', 'done', 2),
  file('n9.tif', 'skipped', 1),
  file('n1.tif', 'failed'),
  file('n2.tif', 'queued'),
];
const page = (part: Partial<BatchPage> = {}): BatchPage => ({
  ...restingBatch,
  folder,
  run: runOf(files),
  ...part,
});
const names = (shown: BatchPage): string[] => sortedRows(shown).map(({ name }) => name);

describe('rows', () => {
  it('are sorted by name as people count, by value with the missing last, either way', () => {
    expect(names(page())).toEqual(['n1.tif', 'n2.tif', 'n9.tif', 'n10.tif']);
    expect(names(page({ sort: { by: 'lambda', down: false } })).slice(0, 2)).toEqual(['n9.tif', 'n10.tif']);
    expect(names(page({ sort: { by: 'lambda', down: true } }))).toEqual([
      'n10.tif',
      'n9.tif',
      'n1.tif',
      'n2.tif',
    ]);
    expect(names(page({ sort: { by: 'state', down: false } }))[0]).toBe('n1.tif');
  });

  it('are of the listing while no run fits it', () => {
    const listing = {
      inputs: [{ name: 'a.tif', bytes: 5, format: null, problem: 'empty', mask: null, second: null }],
      likeMasks: [],
      before: null,
    };
    const other = { ...restingSelection, pattern: 'a*' };
    const ended = runOf(files, { state: 'done' });
    const [row] = sortedRows(page({ listing, run: ended, selection: other }));
    expect(row).toMatchObject({ name: 'a.tif', state: 'queued', doubt: 'empty', bytes: 5 });
    expect(names(page({ listing, selection: other }))).toHaveLength(4);
  });

  it('of two thousand inputs are sorted in a few milliseconds', () => {
    const many = Array.from({ length: 2000 }, (_, k) => file(`n${k}.tif`, 'done', (k * 7919) % 2003));
    const shown = page({ run: runOf(many), sort: { by: 'lambda', down: false } });
    sortedRows(shown);
    const start = performance.now();
    expect(sortedRows(shown)).toHaveLength(2000);
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('counts', () => {
  it('tell how many are done, now and before, and how long the rest takes at this pace', () => {
    expect(countsOf(runOf(files))).toEqual({
      total: 4,
      done: 2,
      skipped: 1,
      failed: 1,
      running: 0,
      secondsLeft: 6,
    });
  });

  it('say nothing of the time before the first is done, and after the end', () => {
    expect(countsOf(runOf([file('a', 'running'), file('b', 'skipped', 1)])).secondsLeft).toBeNull();
    expect(countsOf(runOf(files, { state: 'cancelled' })).secondsLeft).toBeNull();
  });
});

it('flags are what somebody should look at', () => {
  expect(flagsOf({ reading: null })).toEqual([]);
  expect(flagsOf({ reading })).toEqual([]);
  const odd = {
    ...reading,
    mismatch: true,
    displaced: true,
    identifiable: 0.2,
    nuclei: 3,
    levelCalibrated: false,
    warnings: 1,
  };
  expect(flagsOf({ reading: odd })).toEqual([
    'model does not fit',
    'channels displaced',
    'little identifiable',
    '3 nuclei',
    'level open',
    '1 warning',
  ]);
});

describe('what stands in the way', () => {
  const listing = { inputs: [], likeMasks: [], before: null };
  const withBatch = (session: Session, part: Partial<BatchPage>): Session => ({
    ...session,
    batch: { ...restingBatch, ...part },
  });
  const open = openSession(twoChannels);

  it('is said one thing at a time, with what would do', () => {
    const empty = emptySession('dark');
    expect(batchObstacle(empty)).toMatchObject({ command: 'batch-folder' });
    expect(batchObstacle(withBatch(empty, { folder, listing }))).toMatchObject({ command: 'batch-first' });
    expect(batchObstacle(withBatch(open, { folder, listing }))).toBeNull();
    const running = { folder, listing, run: runOf(files) };
    expect(batchObstacle(withBatch(open, running))?.message).toBe('A batch is running.');
  });

  it('is a mask file or a second file without a pattern, and what stands in the way of the nucleus', () => {
    const masked = defaultSettings();
    const job = { ...masked.job, mask: 'file' as const };
    const session = openSession(twoChannels, { ...masked, job });
    expect(batchObstacle(withBatch(session, { folder, listing }))?.message).toContain('mask file');
    const given = { ...restingSelection, maskPattern: '{stem}_mask.tif' };
    const mask = { id: 'm', name: 'm.tif', bytes: 1, from: 'upload' as const };
    const chosen = openSession(twoChannels, { ...masked, job, mask });
    expect(batchObstacle(withBatch(chosen, { folder, listing, selection: given }))).toBeNull();
    const silent = openSession({ ...twoChannels, pixelSize: {} });
    expect(batchObstacle(withBatch(silent, { folder, listing }))).toMatchObject({ command: 'batch-close' });
  });
});

describe('the job in words', () => {
  it('is what is not the default, with units, and what is found in each image', () => {
    const { job } = defaultSettings();
    expect(changedSettings(job, job)).toEqual([]);
    const other = {
      ...job,
      model: { ...job.model, lengthNm: 200 },
      calibration: { ...job.calibration, hetFraction: 0.6, pixelSizeNm: 20 },
    };
    expect(changedSettings(other, job)).toEqual([
      { title: 'Pixel size, for every image', value: '20 nm (default: not given)' },
      { title: 'Heterochromatin fraction', value: '60 % (default: not given)' },
      { title: 'Length L0', value: '200 nm (default: 150 nm)' },
    ]);
    expect(automaticSettings(job, false)).toEqual([
      'pixel size (from its file)',
      'offsets',
      'gains',
      'noise',
      'nucleus',
      'length scale of λ',
    ]);
    expect(automaticSettings(other, true)).toEqual(['offsets', 'gains', 'noise', 'length scale of λ']);
  });
});
