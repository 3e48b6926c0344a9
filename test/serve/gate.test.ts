import { beforeAll, describe, expect, it } from 'vitest';
import { requestSchemas } from '../../src-main/api.js';
import { failureFrom, type Served, startServed, type TestWindow } from './served.js';

let served: Served;
let window: TestWindow;

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
});

const channels = { kind: 'density', density: { file: 0, channel: 0 } } as const;

/** The fields that a request is refused for. */
async function refusedFields(name: string, request: unknown): Promise<readonly string[]> {
  const failure = await failureFrom(window.ask(name as 'hello', request as Record<string, never>));
  expect(failure.tag).toBe('usage');
  return (failure.fields ?? []).map(({ path }) => path);
}

describe('the gate', () => {
  it.each([
    ['hello', { extra: 1 }, ''],
    ['hello', null, ''],
    ['describe', {}, 'grant'],
    ['describe', { grant: '../../etc/passwd' }, 'grant'],
    ['describe', { grant: 'a', table: { units: 'miles' } }, 'table.units'],
    ['describe', { grant: 'a', table: { columns: { x: 5 } } }, 'table.columns.x'],
    ['describe', { grant: 'a', path: '/etc/passwd' }, ''],
    ['planePreview', { grant: 'a', channel: -1, z: 0 }, 'channel'],
    ['planePreview', { grant: 'a', channel: 0, z: 1.5 }, 'z'],
    ['planePreview', { grant: 'a', channel: 0, z: 0, spacingNm: 0 }, 'spacingNm'],
    ['startJob', { files: { input: 'a' }, job: { channels, model: { lengthNm: -3 } } }, 'job.model.lengthNm'],
    ['startJob', { files: { input: 'a' }, job: { channels, typo: 1 } }, 'job'],
    ['startJob', { files: {}, job: { channels } }, 'files.input'],
    ['startJob', { files: { input: 'a', second: {} }, job: { channels } }, 'files.second'],
    ['cancelJob', { job: 7 }, 'job'],
    ['exportFile', { job: 'a', kind: 'passwd' }, 'kind'],
    [
      'saveMask',
      { data: 'a', grid: { shape: [1, 2], spacing: [1, 1, 1], origin: [0, 0, 0] }, name: 'm' },
      'grid.shape',
    ],
    ['dropData', { data: 'a' }, 'data'],
  ])('%s %j is refused, naming the field %s', async (name, request, field) => {
    expect(await refusedFields(name, request)).toContain(field);
  });

  it.each(Object.keys(requestSchemas))('%s takes no text in place of a request', async (name) => {
    expect(await refusedFields(name, 'text')).toEqual(['']);
  });

  it.each([
    ['no JSON', '{', null],
    ['a number', '5', null],
    ['an unknown request', '{"type":"request","id":9,"name":"toString","request":{}}', 9],
    ['a name of every object', '{"type":"request","id":9,"name":"__proto__","request":{}}', 9],
    ['no id', '{"type":"request","name":"hello","request":{}}', null],
    ['a broken id', '{"type":"request","id":"9","name":"hello","request":{}}', null],
  ])('a message with %s is answered with a failure', async (_, text, id) => {
    const message = await window.say(text);
    expect(message).toMatchObject({ type: 'failure', id, failure: { tag: 'usage', where: 'message' } });
  });

  it('bytes are no message', async () => {
    expect(await window.say(new Uint8Array([1, 2, 3]))).toMatchObject({ type: 'failure', id: null });
  });

  it('a message over 4 MiB ends that window, and the next one is served', async () => {
    const other = await served.connect();
    const closed = new Promise<number>((resolve) => other.socket.on('close', resolve));
    other.socket.send('x'.repeat(5 * 2 ** 20));
    expect(await closed).toBe(1009);
    expect((await window.ask('hello', {})).capabilities.window).toBe('serve');
  });

  it('ids that were never given out are told apart from bugs', async () => {
    const grant = await failureFrom(window.ask('describe', { grant: 'nobody' }));
    expect(grant).toMatchObject({ tag: 'usage', where: 'grant nobody', hint: 'Open it again.' });
    const job = await failureFrom(window.ask('jobResult', { job: 'nobody' }));
    expect(job).toMatchObject({ tag: 'usage', where: 'job nobody' });
    const order = { files: { input: 'nobody' }, job: { channels } };
    expect((await failureFrom(window.ask('startJob', order))).where).toBe('grant nobody');
    expect(await window.ask('listJobs', {})).toEqual([]);
  });

  it('a browser cannot have a dialog of the system', async () => {
    expect((await failureFrom(window.ask('openDialog', { several: true }))).hint).toContain('/upload');
  });
});

describe('requests that need no file', () => {
  it('hello tells version, window and solvers', async () => {
    expect(await window.ask('hello', {})).toMatchObject({
      version: '0.1.0',
      apiVersion: 1,
      theme: null,
      capabilities: { window: 'serve', openDialog: false, saveDialog: false },
    });
    expect((await window.ask('hello', {})).capabilities.solvers).toContain('direct');
  });

  it('defaults fills in the whole job', async () => {
    const job = await window.ask('defaults', { channels });
    expect(job).toMatchObject({ channels, model: { lengthNm: 150 }, table: { spacingNm: 15 }, seed: 1 });
  });
});
