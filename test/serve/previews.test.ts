import { beforeAll, describe, expect, it } from 'vitest';
import { infer, memorySource, quietRun } from '../../src-core/index.js';
import type { ApiRequests, Grant, JobResult } from '../../src-main/api.js';
import { nucleusChannels, nucleusImage } from '../cli/nucleus.js';
import { failureFrom, isEnd, type Served, startServed, type TestWindow } from './served.js';

let served: Served;
let window: TestWindow;
let grant: Grant;

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
  grant = await served.upload('nucleus.ome.tif', nucleusImage());
});

type Order = ApiRequests['startJob']['request'];
type Model = Order['job']['model'];

/** By `direct`: the field solver has no previews of its own. */
const start = (model: Model, part: Partial<Order> = {}) =>
  window.ask('startJob', {
    files: { input: grant.id },
    job: { channels: nucleusChannels, model, solver: { name: 'direct' } },
    ...part,
  });

/** An image that the engine has not seen: its first job takes half a second, and others can be sent behind it. */
async function newImage(seed: number): Promise<Pick<Order, 'files'>> {
  const input = await served.upload(`new${seed}.ome.tif`, nucleusImage({ size: 256, seed }));
  return { files: { input: input.id } };
}

async function finish(model: Model, part: Partial<Order> = {}) {
  const job = await start(model, part);
  const end = (await window.event(isEnd(job))).job;
  expect(end.state).toBe('done');
  return { job: end, result: await window.ask('jobResult', { job: job.id }) };
}

const contents = ({ fields }: JobResult): Record<string, string | null> =>
  Object.fromEntries(Object.entries(fields).map(([name, handle]) => [name, handle?.content ?? null]));

describe('a preview', () => {
  it('is in no list, told of only when it has ended, and leaves the run of its job as it is', async () => {
    const { job, result } = await finish({ lengthNm: 155 }, { preview: true });
    expect(job.preview).toBe(true);
    const told = window.events.filter((event) => 'job' in event && JSON.stringify(event).includes(job.id));
    expect(told.map((event) => (event.type === 'job' ? event.job.state : event.type))).toEqual(['done']);
    expect((await window.ask('listJobs', {})).map(({ id }) => id)).not.toContain(job.id);
    const whole = await finish({ lengthNm: 155 });
    expect(whole.job.preview).toBeUndefined();
    const { mask, phiH, phiE, density } = contents(whole.result);
    expect(contents(result)).toMatchObject({ mask, phiH, phiE, density });
    const source = memorySource('nucleus.ome.tif', nucleusImage());
    const alone = await infer({ input: source }, whole.job.spec, quietRun);
    const values = await served.numbers(whole.result.fields.lambda);
    const known = alone.rate.estimate.map((rate, i) => (alone.rate.identifiable[i] === 0 ? NaN : rate));
    expect(Buffer.from(values.buffer).equals(Buffer.from(known.buffer))).toBe(true);
    expect(whole.result.document.settings.widths).toEqual(alone.report.settings.widths);
  });

  it('weighs the widths of the ladder', async () => {
    const { result } = await finish({ lengthNm: 155 }, { preview: true });
    const { widths, mollifierNm } = result.document.settings;
    for (const { width } of widths) expect((2 * Math.log2(width)) % 1).toBeCloseTo(0, 9);
    expect(widths.map(({ width }) => width)).toContain(mollifierNm);
  });

  it('is not exported: its job would not give it again', async () => {
    const { job } = await finish({ lengthNm: 157 }, { preview: true });
    expect(await failureFrom(window.ask('exportFile', { job: job.id, kind: 'figure.png' }))).toMatchObject({
      tag: 'usage',
      message: 'This map is a preview, made while a setting moves.',
    });
  });

  it('takes the place of the one that waits, and lets the one that runs come to its end', async () => {
    const previews = [];
    const part = { ...(await newImage(31)), preview: true };
    for (const lengthNm of [201, 202, 203, 204]) previews.push(await start({ lengthNm }, part));
    const ends = await Promise.all(previews.map(async (job) => (await window.event(isEnd(job))).job.state));
    expect(ends).toEqual(['done', 'cancelled', 'cancelled', 'done']);
  });

  it('goes before jobs that wait', async () => {
    const first = await start({ lengthNm: 211 }, await newImage(32));
    const second = await start({ lengthNm: 212 });
    const preview = await start({ lengthNm: 213 }, { preview: true });
    await Promise.all([first, second, preview].map((job) => window.event(isEnd(job))));
    const ids = [first.id, second.id, preview.id];
    const ends = window.events.flatMap((event) =>
      event.type === 'job' && event.job.state === 'done' && ids.includes(event.job.id) ? [event.job.id] : [],
    );
    expect(ends).toEqual([first.id, preview.id, second.id]);
  });

  it('is let go with its arrays when it is dropped, and after some others', async () => {
    const { job, result } = await finish({ lengthNm: 221 }, { preview: true });
    await window.ask('dropJob', { job: job.id });
    expect((await served.fetch(`/data/${result.fields.lambda.id}`)).status).toBe(410);
    const old = await finish({ lengthNm: 222 }, { preview: true });
    for (let k = 0; k < 9; k++) await finish({ lengthNm: 230 + k }, { preview: true });
    expect(await failureFrom(window.ask('jobResult', { job: old.job.id }))).toMatchObject({
      message: 'There is no such job.',
    });
  });
});

describe('the content of a field', () => {
  it('is named alike for equal bytes, and only for them', async () => {
    const results = [
      await finish({ lengthNm: 150 }),
      await finish({ lengthNm: 180 }),
      await finish({ lengthNm: 150, kappa: 0.05 }),
      await finish({ lengthNm: 150 }),
    ];
    const bytes = new Map<string, string>();
    for (const { result } of results) {
      for (const handle of Object.values(result.fields)) {
        if (handle === null) continue;
        const values = await served.numbers(handle);
        const text = Buffer.from(values.buffer).toString('base64');
        expect(bytes.get(handle.content) ?? text).toBe(text);
        bytes.set(handle.content, text);
      }
    }
    expect(new Set(bytes.values()).size).toBe(bytes.size);
    const [first, longer, stiffer, again] = results.map(({ result }) => contents(result));
    expect(again).toEqual(first);
    for (const other of [longer, stiffer]) {
      expect(other).toMatchObject({ mask: first.mask, phiH: first.phiH, phiE: first.phiE });
      expect(other.lambda).not.toBe(first.lambda);
    }
  });
});

describe('progress', () => {
  it('is of the whole job: it never falls, and says soon how long it takes', async () => {
    const large = await served.upload('large.ome.tif', nucleusImage({ size: 400 }));
    const solver = { name: 'direct' as const };
    const job = await window.ask('startJob', {
      files: { input: large.id },
      job: { channels: nucleusChannels, solver },
    });
    await window.event(isEnd(job));
    const told = window.events
      .filter((event) => event.type === 'progress')
      .filter((each) => each.job === job.id);
    expect(told.length).toBeGreaterThan(4);
    const fractions = told.map(({ progress }) => progress.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBeGreaterThan(0.9);
    const spoken = told.findIndex(({ secondsLeft }) => secondsLeft !== null);
    expect(told.slice(spoken).every(({ secondsLeft }) => secondsLeft !== null)).toBe(true);
    expect(fractions[spoken]).toBeLessThan(0.2);
  });
});
