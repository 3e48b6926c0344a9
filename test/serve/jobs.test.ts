import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportKinds, type Grant, type JobState } from '../../src-main/api.js';
import { nucleusChannels, nucleusImage, writeNucleus } from '../cli/nucleus.js';
import { runProgram, scratchFolder } from '../cli/program.js';
import { failureFrom, isEnd, type Served, startServed, type TestWindow } from './served.js';

const folder = scratchFolder();

let served: Served;
let window: TestWindow;
let grant: Grant;

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
  grant = await served.upload('nucleus.ome.tif', nucleusImage());
});

async function finish(job: JobState): Promise<JobState> {
  return (await window.event(isEnd(job))).job;
}

const order = () => ({ files: { input: grant.id }, job: { channels: nucleusChannels } });

/** A job that others can be sent behind: on an image that the engine has not seen, it takes half a second. */
async function longOrder(seed: number) {
  const input = await served.upload(`long${seed}.ome.tif`, nucleusImage({ size: 256, seed }));
  return { files: { input: input.id }, job: { channels: nucleusChannels } };
}

const withoutSeconds = (text: string): unknown => {
  const document = JSON.parse(text) as { solver: { seconds: number } };
  document.solver.seconds = 0;
  return document;
};

describe('an uploaded file', () => {
  it('is granted under its name, without a path', () => {
    expect(grant).toMatchObject({ name: 'nucleus.ome.tif', from: 'upload', bytes: nucleusImage().length });
    expect(Object.keys(grant).sort()).toEqual(['bytes', 'from', 'id', 'name']);
  });

  it('is described', async () => {
    expect(await window.ask('describe', { grant: grant.id })).toMatchObject({
      kind: 'image',
      metadata: { width: 64, channels: 2, channelNames: ['H3K9me3', 'H3K27ac'], pixelSize: { x: 20 } },
    });
  });

  it('is shown plane by plane, with range and histogram of its values', async () => {
    const shown = await window.ask('planePreview', { grant: grant.id, channel: 1, z: 0 });
    const values = (await served.numbers(shown.data)) as Float32Array;
    expect(values.length).toBe(64 * 64);
    expect(shown).toMatchObject({
      grid: { shape: [1, 64, 64], spacing: [1, 20, 20] },
      calibrated: true,
      min: Math.min(...values),
      max: Math.max(...values),
    });
    expect(shown.histogram.counts.reduce((sum, n) => sum + n)).toBe(values.length);
    expect(shown.histogram.counts[0]).toBe(
      values.filter((v) => v < shown.min + (shown.max - shown.min) / 256).length,
    );
  });

  it('that has no such plane or channel says which it has', async () => {
    const failure = await failureFrom(window.ask('planePreview', { grant: grant.id, channel: 5, z: 0 }));
    expect(failure).toMatchObject({ tag: 'usage', where: 'nucleus.ome.tif' });
  });

  it.each([
    ['../../evil.tif', 'evil.tif'],
    ['C:\\Users\\evil.tif', 'evil.tif'],
    ['..', 'file_'],
    ['.hidden.tif', 'hidden.tif'],
    ['a\u0000b\n.tif', 'a_b_.tif'],
    ['CON.tif', 'file_CON.tif'],
    ['µ Kern (1).ome.tif', 'µ Kern (1).ome.tif'],
  ])('named %j is kept as %j', async (name, kept) => {
    const other = await served.upload(name, new Uint8Array([1]));
    expect(other.name).toBe(kept);
    await window.ask('dropGrant', { grant: other.id });
    expect((await window.ask('listGrants', {})).map(({ id }) => id)).not.toContain(other.id);
  });

  it('that is broken is described by a failure that names it, and no path', async () => {
    const broken = await served.upload('broken.tif', Buffer.from('II*\0 and nothing more'));
    const failure = await failureFrom(window.ask('describe', { grant: broken.id }));
    expect(failure).toMatchObject({ tag: 'unreadable', where: 'broken.tif' });
    expect(JSON.stringify(failure)).not.toContain('epiflux-');
  });
});

describe('the sample', () => {
  it('is opened with the job that belongs to it, and runs', async () => {
    expect((await window.ask('hello', {})).capabilities.sample).toBe(true);
    const { input, mask, job } = await window.ask('openSample', {});
    expect([input.from, mask.from]).toEqual(['sample', 'sample']);
    const started = await window.ask('startJob', { files: { input: input.id, mask: mask.id }, job });
    expect(await finish(started)).toMatchObject({ state: 'done' });
    const { document } = await window.ask('jobResult', { job: started.id });
    expect(document.calibration.levelCalibrated).toBe(true);
    expect(document.warnings.join(' ')).not.toContain('level not calibrated');
  });
});

describe('a table', () => {
  it('is counted per pixel of the spacing that is asked for', async () => {
    const rows = ['x [nm],y [nm]', '100,200', '101,201', '160,200', '100,290'];
    const table = await served.upload('locs.csv', Buffer.from(rows.join('\n')));
    const shown = await window.ask('planePreview', { grant: table.id, channel: 0, z: 0, spacingNm: 30 });
    const values = await served.numbers(shown.data);
    const [, ny, nx] = shown.grid.shape;
    expect([ny, nx]).toEqual([4 + 24, 3 + 24]);
    const at = (x: number, y: number) => {
      const [, y0, x0] = shown.grid.origin;
      return values[Math.floor((y - y0) / 30) * nx + Math.floor((x - x0) / 30)];
    };
    expect([at(100, 200), at(160, 200), at(100, 290), at(130, 200)]).toEqual([2, 1, 1, 0]);
    expect(shown).toMatchObject({ quantity: 'localisations per pixel', min: 0, max: 2 });
  });
});

describe('a job', () => {
  it('gives, export by export, the bytes that `epiflux infer` writes', async () => {
    const path = writeNucleus(join(folder, 'nucleus.ome.tif'));
    const out = join(folder, 'out');
    const asked = ['--heterochromatin', '0', '--euchromatin', '1'];
    const outcome = await runProgram(['infer', path, ...asked, '--out', out, '--quiet']);
    expect(outcome).toMatchObject({ code: 0 });
    const job = await window.ask('startJob', order());
    expect(await finish(job)).toMatchObject({ state: 'done', failure: null });
    for (const kind of exportKinds) {
      const file = await window.ask('exportFile', { job: job.id, kind });
      if (file.state !== 'ready') throw new Error(file.state);
      const answer = await served.fetch(file.url);
      const sent = Buffer.from(await answer.arrayBuffer());
      const written = readFileSync(join(out, file.name));
      expect(answer.headers.get('content-disposition')).toContain(file.name);
      if (kind === 'result.json') {
        expect(withoutSeconds(sent.toString())).toEqual(withoutSeconds(written.toString()));
      } else {
        expect(sent.equals(written), file.name).toBe(true);
      }
    }
  });

  it('gives λ, field by field, as it stands in the OME-TIFF', async () => {
    const job = await window.ask('startJob', order());
    await finish(job);
    const { document, grid, fields } = await window.ask('jobResult', { job: job.id });
    expect(grid).toMatchObject({ shape: [1, 64, 64], spacing: [expect.any(Number), 20, 20] });
    const lambda = await served.numbers(fields.lambda);
    const file = await window.ask('exportFile', { job: job.id, kind: 'lambda.ome.tif' });
    if (file.state !== 'ready') throw new Error(file.state);
    const written = Buffer.from(await (await served.fetch(file.url)).arrayBuffer());
    expect(written.includes(Buffer.from(lambda.buffer))).toBe(true);
    const [known, mask] = [await served.numbers(fields.identifiable), await served.numbers(fields.mask)];
    expect(lambda.every((value, i) => Number.isNaN(value) === (known[i] === 0))).toBe(true);
    const inside = mask.filter((v) => v !== 0).length;
    const identified = known.filter((v) => v !== 0).length;
    expect(identified / inside).toBeCloseTo(document.identifiable, 10);
    const [phiH, phiE, density] = [fields.phiH, fields.phiE, fields.density].map((each) =>
      served.numbers(each),
    );
    const [h, e, d] = [await phiH, await phiE, await density];
    expect(d.every((value, i) => value === Math.fround(h[i] + e[i]))).toBe(true);
  });

  it('takes a mask that was drawn', async () => {
    const bytes = new Uint8Array(64 * 64).map((_, i) =>
      Math.hypot((i % 64) - 32, Math.floor(i / 64) - 32) < 20 ? 1 : 0,
    );
    const answer = await served.fetch('/data', { method: 'POST', body: bytes });
    const data = (await answer.json()) as { id: string };
    const grid = { shape: [1, 64, 64], spacing: [20, 20, 20], origin: [0, 0, 0] } as const;
    const mask = await window.ask('saveMask', { data: data.id, grid, name: 'drawn' });
    expect(mask).toMatchObject({ name: 'drawn.ome.tif', from: 'drawn' });
    const job = await window.ask('startJob', {
      files: { input: grant.id, mask: mask.id },
      job: { channels: nucleusChannels, mask: 'file' },
    });
    expect(await finish(job)).toMatchObject({ state: 'done' });
    const { fields } = await window.ask('jobResult', { job: job.id });
    const used = await served.numbers(fields.mask);
    expect([...used].map((v) => Number(v !== 0))).toEqual([...bytes]);
  });

  it('refuses a mask of another size than its grid', async () => {
    const answer = await served.fetch('/data', { method: 'POST', body: new Uint8Array(10) });
    const { id } = (await answer.json()) as { id: string };
    const grid = { shape: [1, 64, 64], spacing: [20, 20, 20], origin: [0, 0, 0] } as const;
    const failure = await failureFrom(window.ask('saveMask', { data: id, grid, name: 'm' }));
    expect(failure.message).toBe('The mask has 10 bytes; its grid has 4096 voxels.');
  });

  it('that fails says why, by the name of the file', async () => {
    const silent = await served.upload('silent.ome.tif', nucleusImage({ pixelSizeNm: null }));
    const job = await window.ask('startJob', {
      files: { input: silent.id },
      job: { channels: nucleusChannels },
    });
    expect(await finish(job)).toMatchObject({
      state: 'failed',
      failure: { tag: 'missing', where: 'silent.ome.tif' },
    });
    const failure = await failureFrom(window.ask('jobResult', { job: job.id }));
    expect(failure).toMatchObject({ tag: 'usage', message: 'The job has no result: it is failed.' });
  });
});

describe('many jobs', () => {
  it('run one after the other, urgent ones first, and each is told by its events', async () => {
    const jobs = [await window.ask('startJob', await longOrder(21))];
    for (const urgent of [false, true]) jobs.push(await window.ask('startJob', { ...order(), urgent }));
    await Promise.all(jobs.map(finish));
    const ids = jobs.map(({ id }) => id);
    const told = window.events
      .filter((event) => event.type === 'job')
      .filter(({ job }) => ids.includes(job.id) && job.state !== 'queued')
      .map(({ job }) => `${ids.indexOf(job.id)} ${job.state}`);
    expect(told).toEqual(['0 running', '0 done', '2 running', '2 done', '1 running', '1 done']);
    expect(window.events.some((event) => event.type === 'progress' && event.job === ids[0])).toBe(true);
  });

  it('let go of arrays over the budget, and the result comes again to the same bytes', async () => {
    const small = await startServed({ dataBudget: 140_000 });
    const other = await small.connect();
    const input = await small.upload('nucleus.ome.tif', nucleusImage());
    const run = async () => {
      const job = await other.ask('startJob', {
        files: { input: input.id },
        job: { channels: nucleusChannels },
      });
      await other.event(isEnd(job));
      return job;
    };
    const first = await run();
    const before = await other.ask('jobResult', { job: first.id });
    const values = await small.numbers(before.fields.lambda);
    await run();
    const gone = await small.fetch(`/data/${before.fields.lambda.id}`);
    expect(gone.status).toBe(410);
    expect(await gone.json()).toMatchObject({ hint: expect.stringContaining('again') as string });
    const again = await other.ask('jobResult', { job: first.id });
    expect(again.document).toEqual(before.document);
    expect(
      Buffer.from((await small.numbers(again.fields.lambda)).buffer).equals(Buffer.from(values.buffer)),
    ).toBe(true);
    expect(small.session.store.bytes()).toBeLessThanOrEqual(140_000);
  });

  it('are not computed again from a file that was changed meanwhile', async () => {
    const small = await startServed({ dataBudget: 1 });
    const other = await small.connect();
    mkdirSync(join(folder, 'changing'));
    const path = writeNucleus(join(folder, 'changing', 'n.ome.tif'));
    const input = await small.session.grantPath(path, 'command-line');
    const job = await other.ask('startJob', {
      files: { input: input.id },
      job: { channels: nucleusChannels },
    });
    await other.event(isEnd(job));
    await other.ask('planePreview', { grant: input.id, channel: 0, z: 0 });
    writeNucleus(path, { seed: 8 });
    const failure = await failureFrom(other.ask('jobResult', { job: job.id }));
    expect(failure).toMatchObject({ tag: 'unreadable', where: 'n.ome.tif' });
    rmSync(path);
    const lost = await failureFrom(other.ask('jobResult', { job: job.id }));
    expect(lost).toMatchObject({ tag: 'unreadable', message: 'There is no such file.', where: 'n.ome.tif' });
  });

  it('are forgotten with their arrays', async () => {
    const job = await window.ask('startJob', order());
    await finish(job);
    const { fields } = await window.ask('jobResult', { job: job.id });
    await window.ask('dropJob', { job: job.id });
    expect((await served.fetch(`/data/${fields.lambda.id}`)).status).toBe(410);
    expect((await window.ask('listJobs', {})).map(({ id }) => id)).not.toContain(job.id);
  });
});

describe('cancel', () => {
  it('is obeyed within 200 ms while the job runs, and the next job runs', async () => {
    const large = await served.upload('large.ome.tif', nucleusImage({ size: 512 }));
    const job = await window.ask('startJob', {
      files: { input: large.id },
      job: { channels: nucleusChannels },
    });
    await window.event(
      (event): event is typeof event =>
        event.type === 'progress' && event.job === job.id && event.progress.stage === 'solve',
    );
    const asked = performance.now();
    expect(await window.ask('cancelJob', { job: job.id })).toMatchObject({
      state: 'cancelled',
      failure: null,
    });
    expect(performance.now() - asked).toBeLessThan(200);
    const next = await window.ask('startJob', order());
    expect(await finish(next)).toMatchObject({ state: 'done' });
  });

  it('takes a waiting job out, and leaves a finished one as it is', async () => {
    // What the engine remembers is done at once: the job that the other waits for must be new to it.
    const unknown = { channels: nucleusChannels, model: { lengthNm: 173 } };
    const first = await window.ask('startJob', { ...order(), job: unknown });
    const second = await window.ask('startJob', order());
    expect(await window.ask('cancelJob', { job: second.id })).toMatchObject({ state: 'cancelled' });
    expect(await finish(first)).toMatchObject({ state: 'done' });
    expect(await window.ask('cancelJob', { job: first.id })).toMatchObject({ state: 'done' });
    const told = window.events.filter((event) => event.type === 'job' && event.job.id === second.id);
    expect(told.map((event) => event.type === 'job' && event.job.state)).toEqual(['queued', 'cancelled']);
  });

  it('is what a job that replaces another begins with', async () => {
    const first = await window.ask('startJob', await longOrder(22));
    const second = await window.ask('startJob', { ...order(), replaces: first.id });
    expect(await finish(second)).toMatchObject({ state: 'done' });
    expect(await finish(first)).toMatchObject({ state: 'cancelled' });
  });
});

describe('a crash of the engine', () => {
  it('fails the job that ran, and is told; files, results and the jobs that wait live on', async () => {
    const script = join(folder, 'mortal.mjs');
    const engine = new URL('../../dist/src-main/engine/thread.js', import.meta.url).href;
    writeFileSync(
      script,
      `import { parentPort } from 'node:worker_threads'; import '${engine}';
       parentPort.on('message', ({ request }) => { if (request?.job?.seed === 666) process.exit(9); });`,
    );
    const mortal = await startServed({ threads: { engine: new URL(`file://${script}`) } });
    const other = await mortal.connect();
    const input = await mortal.upload('nucleus.ome.tif', nucleusImage());
    const start = (seed: number) =>
      other.ask('startJob', { files: { input: input.id }, job: { channels: nucleusChannels, seed } });
    const before = await start(1);
    await other.event(isEnd(before));
    const [fatal, waiting] = [await start(666), await start(2)];
    expect((await other.event(isEnd(fatal))).job).toMatchObject({
      state: 'failed',
      failure: { tag: 'bug', message: expect.stringContaining('engine thread died') as string },
    });
    expect(other.events.find((event) => event.type === 'engine-died')).toMatchObject({
      failure: { tag: 'bug', died: true },
    });
    expect((await other.event(isEnd(waiting))).job.state).toBe('done');
    expect((await other.ask('listGrants', {})).map(({ id }) => id)).toEqual([input.id]);
    const { fields } = await other.ask('jobResult', { job: before.id });
    expect((await mortal.numbers(fields.lambda)).length).toBe(64 * 64);
  });
});
