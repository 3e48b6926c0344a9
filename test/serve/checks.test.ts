import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiEvent, JobState } from '../../src-main/api.js';
import type { CheckState } from '../../src-main/api-check.js';
import { nucleusChannels, nucleusImage } from '../cli/nucleus.js';
import { failureFrom, isEnd, type Served, startServed, type TestWindow } from './served.js';

let served: Served;
let window: TestWindow;
let job: JobState;

const order = async (): Promise<JobState> => {
  const grant = await served.upload('nucleus.ome.tif', nucleusImage({ size: 72 }));
  return window.ask('startJob', { files: { input: grant.id }, job: { channels: nucleusChannels } });
};

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
  job = await order();
  await window.event(isEnd(job));
});

type CheckEvent = ApiEvent & { type: 'check' };

const came =
  (check: CheckState, ...states: CheckState['state'][]) =>
  (event: ApiEvent): event is CheckEvent =>
    event.type === 'check' && event.check.id === check.id && states.includes(event.check.state);

const ended = (check: CheckState) => came(check, 'done', 'failed', 'cancelled');

describe('a check of a result', () => {
  it('waits in the queue, tells how far it is, and gives what it found', async () => {
    const check = await window.ask('startCheck', { job: job.id, kind: 'forward' });
    expect(check).toMatchObject({ job: job.id, kind: 'forward', state: 'queued', failure: null });
    const { check: end } = await window.event(ended(check));
    expect(end).toMatchObject({ state: 'done', failure: null });
    expect(end.seconds).toBeGreaterThan(0);
    const stages = window.events.filter(came(check, 'running')).map((event) => event.check.progress?.stage);
    expect(stages).toContain('Forming chromatin domains');
    const result = await window.ask('checkResult', { check: check.id });
    if (result.kind !== 'forward') throw new Error('another kind');
    const { fields, grid } = await window.ask('jobResult', { job: job.id });
    expect(result.grid).toEqual(grid);
    const [measured, predicted, difference] = await Promise.all(
      [fields.phiH, result.fields.predictedH, result.fields.differenceH].map(served.numbers),
    );
    const mask = await served.numbers(fields.mask);
    measured.forEach((value, i) => {
      if (mask[i] !== 0) expect(predicted[i] + difference[i]).toBeCloseTo(value, 5);
    });
  });

  it('gives the same again where its arrays were let go', async () => {
    const check = window.events.filter((event) => event.type === 'check').at(-1)?.check as CheckState;
    const before = await window.ask('checkResult', { check: check.id });
    if (before.kind !== 'forward') throw new Error('another kind');
    const values = await served.numbers(before.fields.predictedE);
    await window.ask('dropData', { data: [before.fields.predictedE.id] });
    const again = await window.ask('checkResult', { check: check.id });
    if (again.kind !== 'forward') throw new Error('another kind');
    expect(again.report).toEqual(before.report);
    expect(await served.numbers(again.fields.predictedE)).toEqual(values);
  });

  it('is cancelled', async () => {
    const check = await window.ask('startCheck', { job: job.id, kind: 'phantom' });
    await window.event(came(check, 'running'));
    expect(await window.ask('cancelCheck', { check: check.id })).toMatchObject({ state: 'cancelled' });
    const failure = await failureFrom(window.ask('checkResult', { check: check.id }));
    expect(failure).toMatchObject({ tag: 'usage', message: 'The check has no result: it is cancelled.' });
  });

  it('gives way to a job, and then goes on to its end', async () => {
    const check = await window.ask('startCheck', { job: job.id, kind: 'forward' });
    await window.event(came(check, 'running'));
    const from = window.events.length;
    const other = await order();
    await window.event(isEnd(other));
    await window.event(ended(check));
    const states = window.events.slice(from).flatMap((event) => {
      if (event.type === 'job' && event.job.id === other.id) return [`job ${event.job.state}`];
      return event.type === 'check' && event.check.id === check.id ? [`check ${event.check.state}`] : [];
    });
    expect(states.indexOf('job done')).toBeLessThan(states.indexOf('check done'));
    expect(states).toContain('check queued');
    expect(states).not.toContain('check cancelled');
  });

  it('is refused for a job that is not there, and for one that has no result', async () => {
    const unknown = await failureFrom(window.ask('startCheck', { job: 'nothing', kind: 'forward' }));
    expect(unknown).toMatchObject({ tag: 'usage', message: 'There is no such job.' });
    const waiting = await order();
    const early = await failureFrom(window.ask('startCheck', { job: waiting.id, kind: 'forward' }));
    expect(early).toMatchObject({ tag: 'usage', hint: 'Wait until it is done.' });
    await window.event(isEnd(waiting));
  });

  it('is forgotten with its job', async () => {
    const other = await order();
    await window.event(isEnd(other));
    const check = await window.ask('startCheck', { job: other.id, kind: 'phantom' });
    await window.event(came(check, 'running'));
    await window.ask('dropJob', { job: other.id });
    await window.event(came(check, 'cancelled'));
    const failure = await failureFrom(window.ask('cancelCheck', { check: check.id }));
    expect(failure).toMatchObject({ message: 'There is no such check.' });
  });
});
