import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiEvent, ApiRequests } from '../../src-main/api.js';
import type { BatchState, FolderGrant } from '../../src-main/api-batch.js';
import { nucleusChannels, nucleusImage, writeNucleus } from '../cli/nucleus.js';
import { runProgram, scratchFolder } from '../cli/program.js';
import { contentOf } from '../cli/results-on-disk.js';
import { failureFrom, type Served, startServed, type TestWindow } from './served.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const job = {
  channels: nucleusChannels,
  calibration: { hetFraction: 0.58 },
  solver: { name: 'direct' as const },
};
const all = { pattern: '*.tif', recursive: false, maskPattern: null, secondPattern: null };
const good = ['n0.tif', 'n1.tif', 'n2.tif', 'n3.tif'];
const names = ['a_empty.tif', ...good, 'z_torn.tif'];

/** 200 ms on an idle machine; the tests share theirs with two threads at work and whatever else runs there. */
const cancelLimitMs = 400;

let served: Served;
let window: TestWindow;

function fill(name: string): void {
  mkdirSync(at(name));
  for (const [k, file] of good.entries()) writeNucleus(at(name, file), { seed: 20 + k });
  writeFileSync(at(name, 'a_empty.tif'), '');
  writeFileSync(at(name, 'z_torn.tif'), nucleusImage().subarray(0, 3000));
}

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
});

type Order = ApiRequests['startBatch']['request'];

const order = ({ id }: FolderGrant, part: Partial<Order> = {}): Order => ({
  folder: id,
  selection: all,
  job,
  jobs: 1,
  resume: true,
  ...part,
});

const ends =
  (batch: string) =>
  (event: ApiEvent): event is Extract<ApiEvent, { type: 'batch' }> =>
    event.type === 'batch' && event.batch.id === batch && event.batch.state !== 'running';

async function run(grant: FolderGrant, part: Partial<Order> = {}): Promise<BatchState> {
  const { id } = await window.ask('startBatch', order(grant, part));
  return (await window.event(ends(id))).batch;
}

describe('a folder from the command line', () => {
  let grant: FolderGrant;
  let ended: BatchState;

  beforeAll(async () => {
    fill('cells');
    grant = await served.session.folders.add(at('cells'), 'command-line');
    ended = await run(grant);
  });

  it('is granted by name and counts, without a path', async () => {
    expect(grant).toMatchObject({ kind: 'folder', name: 'cells', files: 6, from: 'command-line' });
    expect(grant.output).toEqual({ name: 'cells-epiflux', kind: 'beside' });
    const told = JSON.stringify([window.events, await window.ask('listFolders', {}), ended]);
    expect(told).not.toContain(folder);
  });

  it('is listed by the selection of the command line, with what each file is or why not', async () => {
    const { inputs, before } = await window.ask('listBatchInputs', { folder: grant.id, selection: all });
    expect(inputs.map(({ name }) => name)).toEqual(names);
    expect(inputs[0]).toMatchObject({ bytes: 0, format: null, problem: 'The file is empty (0 bytes).' });
    expect(inputs[1]).toMatchObject({ problem: null, mask: null });
    expect(inputs[1].format).toMatch(/TIFF/);
    expect(before).toEqual({ done: 4, failed: 2 });
  });

  it('runs to the end past its bad files, each with its reason', () => {
    expect(ended).toMatchObject({ state: 'done', failure: null });
    expect(ended.files.map(({ state }) => state)).toEqual(['failed', ...good.map(() => 'done'), 'failed']);
    expect(ended.files[0].error).toMatchObject({
      tag: 'unreadable',
      message: 'The file is empty (0 bytes).',
      hint: 'Export or copy it again: nothing was saved in it.',
    });
    expect(ended.files[1].reading?.lambdaMedian).toBeGreaterThan(0);
    expect(ended.written).toEqual(['summary.csv', 'report.html', 'ledger.jsonl']);
  });

  it('was told of file by file, with progress', () => {
    const told = window.events.flatMap((event) => (event.type === 'batch-files' ? event.changed : []));
    const states = told.filter(({ index }) => index === 2).map(({ file }) => file.state);
    expect(states.at(-1)).toBe('done');
    expect(states).toContain('running');
    expect(told.some(({ file }) => file.progress !== null)).toBe(true);
  });

  it('has the bytes of `epiflux batch`, report and summary too', async () => {
    const args = [
      '--heterochromatin',
      '0',
      '--euchromatin',
      '1',
      '--het-fraction',
      '0.58',
      '--solver',
      'direct',
    ];
    const outcome = await runProgram(
      ['batch', 'cells', '--out', 'by-command', '--pattern', '*.tif', '--quiet', ...args],
      folder,
    );
    expect(outcome.code).toBe(3);
    expect(contentOf(at('cells-epiflux'))).toEqual(contentOf(at('by-command')));
  });

  it('is looked into: report, picture, files', async () => {
    const detail = await window.ask('batchResult', { batch: ended.id, input: 'n1.tif' });
    expect(detail.document.lambda.median).toBe(ended.files[2].reading?.lambdaMedian);
    expect(detail.thumbnail).toMatch(/^data:image\/png;base64,iVBOR/);
    expect(detail.files.map(({ name }) => name)).toContain('n1.lambda.ome.tif');
    const file = await window.ask('batchFile', { batch: ended.id, input: null, name: 'summary.csv' });
    if (file.state !== 'ready') throw new Error('It is not ready.');
    const text = await (await served.fetch(file.url)).text();
    expect(text).toBe(readFileSync(at('cells-epiflux', 'summary.csv'), 'utf8'));
    const none = { batch: ended.id, input: 'n1.tif', name: '../ledger.jsonl' };
    expect(await failureFrom(window.ask('batchFile', none))).toMatchObject({ tag: 'usage' });
    const failed = { batch: ended.id, input: 'a_empty.tif' };
    expect(await failureFrom(window.ask('batchResult', failed))).toMatchObject({ tag: 'usage' });
  });

  it('hands an input over with the job of its result', async () => {
    const opened = await window.ask('openBatchInput', { folder: grant.id, selection: all, input: 'n1.tif' });
    expect(opened.input).toMatchObject({ name: 'n1.tif', from: 'batch' });
    expect(opened.job).toMatchObject({ channels: nucleusChannels, calibration: { hetFraction: 0.58 } });
    const state = await window.ask('startJob', { files: { input: opened.input.id }, job });
    expect(state.spec).toEqual(opened.job);
  });

  it('is resumed: what stands is skipped, what failed is tried again', async () => {
    const again = await run(grant);
    expect(again.files.map(({ state }) => state)).toEqual(['failed', ...good.map(() => 'skipped'), 'failed']);
    expect(again.files[1].reading).toEqual(ended.files[1].reading);
    writeNucleus(at('cells', 'z_torn.tif'), { seed: 77 });
    const one = await run(grant, { only: ['z_torn.tif'] });
    expect(one.files.map(({ state }) => state)).toEqual(['failed', ...good.map(() => 'skipped'), 'done']);
    expect(readFileSync(at('cells-epiflux', 'summary.csv'), 'utf8')).toContain('z_torn.tif');
  });
});

describe('while a batch runs', () => {
  let grant: FolderGrant;

  beforeAll(async () => {
    mkdirSync(at('many'));
    for (let k = 0; k < 12; k++) writeNucleus(at('many', `m${String(k).padStart(2, '0')}.tif`), { seed: k });
    grant = await served.session.folders.add(at('many'), 'command-line');
  });

  it('the open nucleus is worked on, and a second batch refused', async () => {
    const { id } = await window.ask('startBatch', order(grant));
    const refused = await failureFrom(window.ask('startBatch', order(grant)));
    expect(refused).toMatchObject({ tag: 'usage', message: 'A batch is running already.' });
    const input = await served.upload('own.tif', nucleusImage({ seed: 5 }));
    const own = await window.ask('startJob', { files: { input: input.id }, job });
    await window.event(
      (event): event is Extract<ApiEvent, { type: 'job' }> =>
        event.type === 'job' && event.job.id === own.id && event.job.state === 'done',
    );
    const meanwhile = await window.ask('batchState', {});
    expect(meanwhile).toMatchObject({ id, state: 'running' });
    await window.ask('cancelBatch', { batch: id });
  });

  it('a cancel stops it at once, keeps what is finished, and the rest is made up to the same bytes', async () => {
    const { id } = await window.ask('startBatch', order(grant, { resume: false, jobs: 2 }));
    await window.event(
      (event): event is Extract<ApiEvent, { type: 'batch-files' }> =>
        event.type === 'batch-files' &&
        event.batch === id &&
        event.changed.filter(({ file }) => file.state === 'done').length > 0,
    );
    const asked = performance.now();
    const cancelled = await window.ask('cancelBatch', { batch: id });
    const took = performance.now() - asked;
    expect(cancelled.state).toBe('cancelled');
    expect(took).toBeLessThan(cancelLimitMs);
    const done = cancelled.files.filter(({ state }) => state === 'done').length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(12);
    expect(cancelled.files.some(({ state }) => state === 'running')).toBe(false);
    expect(readdirSync(at('many-epiflux')).filter((name) => name.startsWith('.'))).toEqual([]);

    const resumed = await run(grant);
    expect(resumed.files.filter(({ state }) => state === 'skipped')).toHaveLength(done);
    const whole = await served.session.folders.setOutput(grant.id, { chosen: at('many-whole') });
    await run(whole);
    expect(contentOf(at('many-epiflux'))).toEqual(contentOf(at('many-whole')));
  });

  it('every window can see it, also one that came later', async () => {
    const late = await served.connect();
    const state = await late.ask('batchState', {});
    expect(state?.files).toHaveLength(12);
    expect(state?.folder.output).toEqual({ name: 'many-whole', kind: 'chosen' });
  });
});

describe('a folder that is sent', () => {
  it('keeps its paths, is run, and its results are fetched', async () => {
    const { folder: empty, patterns } = await window.ask('newFolder', { name: 'from browser' });
    expect(patterns).toContain('*.tif');
    const send = (path: string, bytes: Uint8Array): Promise<Response> =>
      served.fetch(`/upload?folder=${empty.id}&name=${encodeURIComponent(path)}`, {
        method: 'POST',
        body: new Uint8Array(bytes),
      });
    expect((await send('wt/a.tif', nucleusImage({ seed: 1 }))).status).toBe(200);
    expect((await send('ko/a.tif', nucleusImage({ seed: 2 }))).status).toBe(200);
    expect(await (await send('../../evil.tif', nucleusImage())).json()).toMatchObject({ files: 3 });
    expect((await send('wt/a.tif', nucleusImage())).status).toBe(400);
    const selection = { ...all, recursive: true, pattern: '*/*.tif' };
    const { inputs } = await window.ask('listBatchInputs', { folder: empty.id, selection });
    expect(inputs.map(({ name }) => name)).toEqual(['file_/file_/evil.tif', 'ko/a.tif', 'wt/a.tif'].slice(1));
    const ended = await run(empty, { selection });
    expect(ended.files.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(ended.folder.output).toEqual({ name: 'from browser-epiflux', kind: 'session' });
    const file = await window.ask('batchFile', { batch: ended.id, input: null, name: 'report.html' });
    if (file.state !== 'ready') throw new Error('It is not ready.');
    const page = await (await served.fetch(file.url)).text();
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toContain('<script');
  });

  it('may not be larger than a browser may send', async () => {
    const few = await startServed({ folderLimits: { files: 2, bytes: 3000 } });
    const view = await few.connect();
    const { folder: grant } = await view.ask('newFolder', { name: 'big' });
    const send = (name: string, bytes: number): Promise<Response> =>
      few.fetch(`/upload?folder=${grant.id}&name=${name}`, { method: 'POST', body: new Uint8Array(bytes) });
    expect((await send('a.tif', 2000)).status).toBe(200);
    expect((await send('b.tif', 2000)).status).toBe(413);
    expect((await send('c.tif', 900)).status).toBe(200);
    const answer = await send('d.tif', 1);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      hint: expect.stringContaining('epiflux serve FOLDER') as string,
    });
  });
});

describe('what is refused', () => {
  let grant: FolderGrant;

  beforeEach(async () => {
    if (!existsSync(at('few'))) {
      mkdirSync(at('few'));
      writeNucleus(at('few', 'a.tif'));
    }
    grant = await served.session.folders.add(at('few'), 'command-line');
  });

  it('a folder in which nothing matches, and a broken pattern', async () => {
    const none = { ...order(grant), selection: { ...all, pattern: '*.png' } };
    const failure = await failureFrom(window.ask('startBatch', none));
    expect(failure).toMatchObject({ tag: 'usage', message: 'No file matches *.png (1 files seen).' });
    expect(failure.where).toBe('few');
    const broken = { folder: grant.id, selection: { ...all, pattern: '{a' } };
    expect(await failureFrom(window.ask('listBatchInputs', broken))).toMatchObject({ tag: 'usage' });
    expect((await window.ask('batchState', {}))?.files).not.toHaveLength(0);
  });

  it('a folder that is not there any more, and an id that was not given out', async () => {
    const missing = { ...order(grant), folder: 'nowhere' };
    expect(await failureFrom(window.ask('startBatch', missing))).toMatchObject({ tag: 'usage' });
    const cancel = { batch: 'nothing' };
    expect(await failureFrom(window.ask('cancelBatch', cancel))).toMatchObject({ tag: 'usage' });
  });

  it('a mask or a second file that no pattern names', async () => {
    const mask = { ...order(grant), job: { ...job, mask: 'file' as const } };
    expect((await failureFrom(window.ask('startBatch', mask))).message).toContain('mask file');
    const two = { ...nucleusChannels, euchromatin: { file: 1 as const, channel: 0 } };
    const second = { ...order(grant), job: { channels: two } };
    expect((await failureFrom(window.ask('startBatch', second))).message).toContain('second file');
  });

  it('an output that cannot be written, with a way out', async () => {
    writeFileSync(at('few-epiflux'), 'a file in the way');
    const ended = await run(grant);
    expect(ended).toMatchObject({ state: 'failed' });
    expect(ended.failure?.message).toMatch(/^The output cannot be written \(E\w+\)/);
    expect(ended.failure).toMatchObject({ hint: expect.stringContaining('another place') as string });
    const moved = await window.ask('setBatchOutput', { folder: grant.id, to: 'session' });
    expect(moved.output.kind).toBe('session');
    expect((await run(moved)).state).toBe('done');
    chmodSync(at('few-epiflux'), 0o600);
  });
});
