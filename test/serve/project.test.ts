import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src-core/index.js';
import type { ApiRequests } from '../../src-main/api.js';
import { parseAutosave, parseProject } from '../../src-main/project/project-file.js';
import { nucleusChannels, writeNucleus } from '../cli/nucleus.js';
import { scratchFolder } from '../cli/program.js';
import { failureFrom, isEnd, type Served, startServed, type TestWindow } from './served.js';

type SentContent = ApiRequests['keepOpen']['request']['content'];
type SentDocument = SentContent['documents'][number];

const folder = scratchFolder();
const place = (...parts: readonly string[]): string => join(folder, ...parts);
const stateFolder = place('state');

/** Where the next save dialog of the desktop window answers. */
let target: string | undefined;
const desktop = { name: 'electron' as const, theme: () => null, chooseTarget: () => Promise.resolve(target) };

const served: Served = await startServed({ window: desktop, stateFolder });
const window: TestWindow = await served.connect();

const job = parseJob({
  channels: nucleusChannels,
  solver: { name: 'balance' },
});

function documentOn(source: string, part: Partial<SentDocument> = {}): SentDocument {
  const settings = { job, second: null, mask: null, displays: {} };
  return {
    source,
    settings,
    past: [],
    future: [],
    unsaved: true,
    look: {},
    running: null,
    result: null,
    ...part,
  };
}

const content = (...documents: SentDocument[]): SentContent => ({ documents, active: 0 });
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

mkdirSync(place('plate'));
const image = writeNucleus(place('plate', 'n1.ome.tif'), { size: 48 });
const grant = await served.session.grantPath(image, 'dialog');

async function save(at: string, what: SentContent): Promise<string> {
  target = at;
  const saved = await window.ask('saveProject', { content: what, as: true, name: 'x' });
  expect(saved.state).toBe('saved');
  return readFileSync(at, 'utf8');
}

/** Opens a project file by its place in a session that knows nothing of it. */
async function openElsewhere(path: string) {
  const other = await startServed();
  const guest = await other.connect();
  const given = await other.session.grantPath(path, 'dialog');
  return { other, guest, opening: await guest.ask('openProject', { grant: given.id }) };
}

describe('saving a project', () => {
  it('names files by path, place below the project, size and hash; the same project gives the same bytes', async () => {
    const text = await save(place('plate', 'p.epiflux'), content(documentOn(grant.id)));
    const { files } = parseProject(text, 'p');
    expect(files).toEqual({
      f1: {
        name: 'n1.ome.tif',
        bytes: statSync(image).size,
        sha256: sha256(image),
        from: 'disk',
        path: image,
        relative: 'n1.ome.tif',
      },
    });
    expect(await save(place('plate', 'p.epiflux'), content(documentOn(grant.id)))).toBe(text);
    expect(readdirSync(place('plate')).sort()).toEqual(['n1.ome.tif', 'p.epiflux']);
    const beside = parseProject(await save(place('q.epiflux'), content(documentOn(grant.id))), 'q');
    expect(beside.files.f1.relative).toBe('plate/n1.ome.tif');
  });

  it('keeps a drawn mask in the file, and gives it back byte for byte', async () => {
    const values = Uint8Array.from({ length: 48 * 48 }, (_, i) => (i % 48 > 10 ? 1 : 0));
    const answer = await served.fetch('/data', { method: 'POST', body: values });
    const { id } = (await answer.json()) as { id: string };
    const grid = { shape: [1, 48, 48] as const, spacing: [1, 20, 20] as const, origin: [0, 0, 0] as const };
    const mask = await window.ask('saveMask', { data: id, grid, name: 'drawn' });
    const drawn = readFileSync(served.session.grants.path(mask.id));
    const settings = { job: { ...job, mask: 'file' as const }, second: null, mask: mask.id, displays: {} };
    const path = place('plate', 'mask.epiflux');
    const text = await save(path, content(documentOn(grant.id, { settings })));
    expect(text).not.toContain(dirname(served.session.grants.path(mask.id)));
    const { other, guest, opening } = await openElsewhere(path);
    expect(opening.files.map(({ state }) => state)).toEqual(['ready', 'ready']);
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    const given = taken.content.documents[0].settings.mask ?? '';
    expect(readFileSync(other.session.grants.path(given)).equals(drawn)).toBe(true);
    expect(taken.grants.find((each) => each.id === given)).toMatchObject({
      name: 'drawn.ome.tif',
      from: 'drawn',
    });
  });

  it('that the user gives up, or to a folder that is not there, saves nothing', async () => {
    target = undefined;
    const what = content(documentOn(grant.id));
    const none = await window.ask('saveProject', { content: what, as: true, name: 'x' });
    expect(none).toEqual({ state: 'given-up' });
    target = place('nowhere', 'p.epiflux');
    const failure = await failureFrom(window.ask('saveProject', { content: what, as: true, name: 'x' }));
    expect(failure).toMatchObject({ tag: 'usage' });
  });

  it('in a browser gives a file to be fetched, with the ending of projects', async () => {
    const browser = await startServed();
    const guest = await browser.connect();
    const sent = await browser.upload('sent.ome.tif', new Uint8Array(readFileSync(image)));
    const what = content(documentOn(sent.id));
    const saved = await guest.ask('saveProject', { content: what, as: false, name: 'my nuclei' });
    if (saved.state !== 'ready') throw new Error(saved.state);
    expect(saved.name).toBe('my nuclei.epiflux');
    const text = await (await browser.fetch(saved.url)).text();
    const { path, relative, ...entry } = parseProject(text, 'p').files.f1;
    expect([path, relative]).toEqual([undefined, undefined]);
    expect(entry).toMatchObject({ name: 'sent.ome.tif', from: 'upload', sha256: sha256(image) });
  });
});

describe('opening a project', () => {
  const what = content(documentOn(grant.id));

  it('gives back what was saved, without a path', async () => {
    const path = place('plate', 'back.epiflux');
    await save(path, what);
    const { guest, opening } = await openElsewhere(path);
    expect(opening).toMatchObject({ name: 'back.epiflux', documents: ['n1.ome.tif'] });
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    expect(taken.content.documents[0].settings).toEqual(what.documents[0].settings);
    expect(taken.grants).toMatchObject([{ name: 'n1.ome.tif', from: 'project' }]);
    expect(JSON.stringify([opening, taken])).not.toContain(folder);
    expect(await failureFrom(guest.ask('takeProject', { opening: opening.opening }))).toMatchObject({
      tag: 'usage',
    });
  });

  it('that was moved with its folder finds its files there, before those at the old place', async () => {
    mkdirSync(place('old'));
    copyFileSync(image, place('old', 'n.ome.tif'));
    const old = await served.session.grantPath(place('old', 'n.ome.tif'), 'dialog');
    await save(place('old', 'p.epiflux'), content(documentOn(old.id)));
    renameSync(place('old'), place('new'));
    const { other, guest, opening } = await openElsewhere(place('new', 'p.epiflux'));
    expect(opening.files).toMatchObject([{ state: 'ready' }]);
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    expect(other.session.grants.path(taken.content.documents[0].source)).toBe(place('new', 'n.ome.tif'));
  });

  it('asks for a file that is gone, takes one by its content whatever its name, and no other', async () => {
    mkdirSync(place('gone'));
    copyFileSync(image, place('gone', 'n.ome.tif'));
    const gone = await served.session.grantPath(place('gone', 'n.ome.tif'), 'dialog');
    await save(place('gone.epiflux'), content(documentOn(gone.id), documentOn(grant.id)));
    rmSync(place('gone'), { recursive: true });
    const { other, guest, opening } = await openElsewhere(place('gone.epiflux'));
    const hash = sha256(image);
    expect(opening.files[0]).toMatchObject({
      name: 'n.ome.tif',
      state: 'missing',
      folder: 'gone',
      sha256: hash,
    });
    const stranger = await other.session.grantPath(writeNucleus(place('other.tif'), { seed: 5 }), 'dialog');
    const still = await guest.ask('relinkFile', { opening: opening.opening, grant: stranger.id });
    expect(still.files[0].state).toBe('missing');
    copyFileSync(image, place('renamed.tif'));
    const found = await other.session.grantPath(place('renamed.tif'), 'dialog');
    const linked = await guest.ask('relinkFile', { opening: opening.opening, grant: found.id });
    expect(linked.files.map(({ state }) => state)).toEqual(['ready', 'ready']);
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    expect(taken.content.documents.map(({ source }) => source)[0]).toBe(found.id);
  });

  it('opens what is there where a file is given up', async () => {
    const { guest, opening } = await openElsewhere(place('gone.epiflux'));
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    expect(taken.content.documents).toHaveLength(1);
    expect(taken.grants).toMatchObject([{ name: 'n1.ome.tif' }]);
  });

  it('does not hand out a file whose content changed before the user takes it, and then without its old result', async () => {
    const path = writeNucleus(place('edited.ome.tif'), { size: 48, seed: 1 });
    const edited = await served.session.grantPath(path, 'dialog');
    const summary = { version: '0', lambdaMedian: 1, identifiable: 1, lambdaSha256: null };
    const result = { job: null, inputs: { job, second: null, mask: null }, summary };
    await save(place('edited.epiflux'), content(documentOn(edited.id, { result })));
    writeNucleus(path, { size: 48, seed: 2 });
    const { other, guest, opening } = await openElsewhere(place('edited.epiflux'));
    expect(opening.files).toMatchObject([{ file: 'f1', state: 'changed' }]);
    expect(other.session.grants.list().map(({ name }) => name)).not.toContain('edited.ome.tif');
    const accepted = await guest.ask('acceptFile', { opening: opening.opening, file: 'f1' });
    expect(accepted.files).toMatchObject([{ state: 'ready' }]);
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    expect(taken.content.documents[0].result).toBeNull();
  });

  it('that is broken is refused by its name, without its place', async () => {
    writeFileSync(place('broken.epiflux'), '{"epifluxProject":1,');
    const given = await served.session.grantPath(place('broken.epiflux'), 'dialog');
    const failure = await failureFrom(window.ask('openProject', { grant: given.id }));
    expect(failure).toMatchObject({ tag: 'unreadable', where: 'broken.epiflux' });
    expect(JSON.stringify(failure)).not.toContain(folder);
  });
});

describe('a result in a project', () => {
  it('is its summary, and a run makes the same bytes again', async () => {
    const started = await window.ask('startJob', { files: { input: grant.id }, job });
    await window.event(isEnd(started));
    const result = { job: started.id, inputs: { job, second: null, mask: null }, summary: null };
    const path = place('result.epiflux');
    const text = await save(path, content(documentOn(grant.id, { result })));
    const summary = parseProject(text, 'p').content.documents[0].result?.summary;
    const { document, fields } = await window.ask('jobResult', { job: started.id });
    const lambda = await served.numbers(fields.lambda);
    const bytes = new Uint8Array(lambda.buffer);
    expect(summary).toEqual({
      version: document.version,
      lambdaMedian: document.lambda.median,
      identifiable: document.identifiable,
      lambdaSha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const { guest, opening } = await openElsewhere(path);
    const taken = await guest.ask('takeProject', { opening: opening.opening });
    const [opened] = taken.content.documents;
    const again = await guest.ask('startJob', { files: { input: opened.source }, job: opened.settings.job });
    await guest.event(isEnd(again));
    expect(await guest.ask('summarize', { job: again.id })).toEqual(opened.result?.summary);
  });
});

describe('what is open', () => {
  it('is given to the next window of the session as it was told, and lies on the disk for the user alone', async () => {
    const past = [{ job: { ...job, seed: 9 }, second: null, mask: null, displays: {} }];
    const what = content(documentOn(grant.id, { past, look: { view: { z: 3 } } }));
    await window.ask('keepOpen', { content: what });
    const next = await served.connect();
    expect((await next.ask('reattach', {})).open).toMatchObject({
      content: what,
      grants: [{ id: grant.id }],
    });
    const records = (): string[] => readdirSync(stateFolder).filter((name) => name.startsWith('open-'));
    await expect.poll(records).toHaveLength(1);
    const path = place('state', records()[0]);
    await expect
      .poll(() => parseAutosave(readFileSync(path, 'utf8')).project.content.documents[0]?.past.length)
      .toBe(1);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(basename(path)).toContain(String(process.pid));
  });

  it('leaves nothing behind once it is closed', async () => {
    await window.ask('keepOpen', { content: content() });
    await expect.poll(() => readdirSync(stateFolder)).toEqual(['files']);
    expect((await window.ask('reattach', {})).open).toBeNull();
  });
});
