import type { Grant, JobState } from '../../src-main/api.js';
import type { Content, ContentDocument } from '../../src-main/project/content.js';
import type { OpenContent } from '../../src-main/project/project-api.js';
import { type Client, failureOf } from '../engine/client.js';
import { type DocumentPart, emptyDocument, parkDocument } from '../state/documents.js';
import { nextResult } from '../state/following.js';
import { readDisplays, readOpenSteps, readView } from '../state/saved-look.js';
import { type DescribedFile, type ResultInputs, restingView, type Settings } from '../state/session.js';
import { type App, appOf, log, patch } from './app.js';
import { switchTo } from './document-actions.js';
import { receiveJob, rememberInputs } from './job-actions.js';
import { addTrouble } from './trouble-actions.js';

/** The files of a content, as far as they could be described. */
interface Files {
  readonly grants: ReadonlyMap<string, Grant>;
  readonly described: ReadonlyMap<string, DescribedFile>;
}

type SavedSettings = Content['documents'][number]['settings'];
type SavedInputs = Omit<SavedSettings, 'displays'>;

function tableOf({ job }: SavedSettings): { table?: { columns?: object; units?: 'nm' | 'um' | 'px' } } {
  const { columns, units } = job.table;
  if (columns === null && units === null) return {};
  return { table: { ...(columns !== null && { columns }), ...(units !== null && { units }) } };
}

async function describeFiles(
  client: Client,
  document: ContentDocument,
  grants: Files['grants'],
): Promise<Files> {
  const { settings, past, future, result, running } = document;
  const all = [settings, ...past, ...future, result?.inputs, running?.inputs];
  const ids = new Set([document.source, ...all.flatMap((inputs) => inputs?.second ?? [])]);
  const described = new Map<string, DescribedFile>();
  for (const id of ids) {
    const grant = grants.get(id);
    if (grant === undefined) continue;
    const description = await client.request('describe', { grant: id, ...tableOf(settings) });
    described.set(id, { grant, description });
  }
  return { grants, described };
}

function readInputs({ job, second, mask }: SavedInputs, { grants, described }: Files): ResultInputs {
  return {
    job,
    second: (second === null ? undefined : described.get(second)) ?? null,
    mask: (mask === null ? undefined : grants.get(mask)) ?? null,
  };
}

function readSettings(saved: SavedSettings, files: Files): Settings {
  return { ...readInputs(saved, files), displays: readDisplays(saved.displays) };
}

async function readDocument(client: Client, saved: ContentDocument, files: Files): Promise<DocumentPart> {
  const source = files.described.get(saved.source);
  if (source === undefined) throw new Error('The file of an image that was open is not known any more.');
  const present = readSettings(saved.settings, files);
  const defaults = await client.request('defaults', { channels: present.job.channels });
  const { result, unsaved, look } = saved;
  const view = readView(look.view);
  const read = (each: SavedSettings): Settings => readSettings(each, files);
  const history = { past: saved.past.map(read), present, future: saved.future.map(read), gesture: null };
  return {
    ...emptyDocument(),
    project: { source, defaults, history },
    baseline: unsaved ? null : present,
    view,
    openSteps: readOpenSteps(look.openSteps),
    savedResult:
      result === null || result.summary === null
        ? null
        : { inputs: readInputs(result.inputs, files), summary: result.summary, view },
  };
}

/** Shows the raw channels as long as there is no map: panes of one would wait for it. */
function showWhatIsThere(app: App): void {
  app.session.set((session) => {
    const { view, result } = session;
    return result === null ? { ...session, view: { ...view, layers: restingView.layers } } : session;
  });
}

/** Shows the result that the window before this one had. */
async function attachResult(app: App, job: JobState, inputs: ResultInputs): Promise<void> {
  const result = await app.client()?.request('jobResult', { job: job.id });
  if (result !== undefined)
    patch(app, { result: nextResult({ job, inputs, result }, null), savedResult: null });
}

/** Connects a document to the jobs that it had in the window before this one. */
async function attachJobs(app: App, saved: ContentDocument, files: Files): Promise<void> {
  // Looked up when it is needed: a run may end while the result before it is fetched.
  const stateOf = (id: string | null | undefined): JobState | undefined =>
    app.session.get().jobs.find((job) => job.id === id);
  const shown = stateOf(saved.result?.job);
  if (saved.result !== null && shown?.state === 'done') {
    await attachResult(app, shown, readInputs(saved.result.inputs, files));
  }
  const running = stateOf(saved.running?.job);
  if (saved.running === null || running === undefined) return;
  rememberInputs(running.id, readInputs(saved.running.inputs, files));
  patch(app, { running: running.id });
  await receiveJob(app, running);
}

async function restoreDocument(
  app: App,
  saved: ContentDocument,
  grants: Files['grants'],
): Promise<string | undefined> {
  const client = app.client();
  const name = grants.get(saved.source)?.name ?? 'An image';
  if (client === null) return undefined;
  try {
    const files = await describeFiles(client, saved, grants);
    const parked = parkDocument(app.session.get(), await readDocument(client, saved, files));
    app.session.set(() => parked.session);
    const { id } = parked;
    log(app, 'info', `Opened ${name}.`);
    await attachJobs(appOf(app, id), saved, files);
    showWhatIsThere(appOf(app, id));
    return id;
  } catch (error) {
    addTrouble(app, { what: name, failure: failureOf(error), grant: null });
    return undefined;
  }
}

/** Opens everything that a project, or the window before this one, had open; the ids of the documents. */
export async function restoreContent(app: App, { content, grants }: OpenContent): Promise<string[]> {
  const client = app.client();
  if (client === null) return [];
  const jobs = await client.request('listJobs', {});
  patch(app, { jobs });
  const known = new Map(grants.map((grant) => [grant.id, grant]));
  const ids: (string | undefined)[] = [];
  for (const [index, saved] of content.documents.entries()) {
    const id = await restoreDocument(app, saved, known);
    ids.push(id);
    if (id !== undefined && index === content.active) switchTo(app, id);
  }
  const opened = ids.filter((id) => id !== undefined);
  if (app.session.get().project === null && opened.length > 0) switchTo(app, opened[0]);
  return opened;
}
