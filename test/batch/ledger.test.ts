import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendEntry, type LedgerEntry, readLedger, writeLedger } from '../../src-main/batch/ledger.js';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epiflux-ledger-'));
  path = join(folder, 'ledger.jsonl');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const done: LedgerEntry = {
  input: 'a.tif',
  sha256: 'aa',
  jobHash: 'j',
  state: 'done',
  seconds: 1.5,
  folder: 'a',
  files: [{ name: 'a.result.json', sha256: 'bb' }],
};
const failed: LedgerEntry = {
  input: 'b.tif',
  sha256: null,
  jobHash: 'j',
  state: 'failed',
  seconds: 0.1,
  folder: 'b',
  error: { tag: 'unreadable', message: 'The file is empty (0 bytes).' },
};

it('reads back what it wrote, line by line', async () => {
  await appendEntry(path, done);
  await appendEntry(path, failed);
  expect([...(await readLedger(path)).values()]).toEqual([done, failed]);
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
});

it('is empty where there is none', async () => {
  expect((await readLedger(path)).size).toBe(0);
});

it('leaves out a line torn by a kill, wherever it was torn', async () => {
  const line = JSON.stringify(failed);
  for (const length of [1, 10, line.length - 1]) {
    await writeLedger(path, [done]);
    appendFileSync(path, line.slice(0, length));
    expect([...(await readLedger(path)).keys()]).toEqual(['a.tif']);
  }
});

it('keeps the last entry of an input', async () => {
  await writeLedger(path, [{ ...failed, input: 'a.tif' }, done]);
  expect((await readLedger(path)).get('a.tif')).toEqual(done);
});
