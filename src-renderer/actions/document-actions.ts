import { failureOf } from '../engine/client.js';
import {
  addDocument,
  closeDocument,
  documentName,
  documentOf,
  type DocumentPart,
  isUnsaved,
  showDocument,
} from '../state/documents.js';
import type { FieldName, Session } from '../state/session.js';
import { type App, appOf, log, patch, pinned } from './app.js';
import { completeFields } from './field-actions.js';
import { cancelRun } from './job-actions.js';
import { fetchPreviews, forgetPreviews } from './preview-actions.js';

/** Bytes of arrays that documents which are not shown may hold; what is over is fetched again when it is shown. */
const parkedBudget = 256 * 2 ** 20;

function bytesOf({ previews, clouds, result }: DocumentPart): number {
  const shown = [...previews, ...clouds].map((each) => each?.values);
  const arrays = [...shown, ...Object.values(result?.fields ?? {})];
  return arrays.reduce((sum, values) => sum + (values?.byteLength ?? 0), 0);
}

function letGo(app: App): void {
  forgetPreviews(app);
  patch(app, { clouds: [null, null] });
  app.session.set((session) =>
    session.result === null ? session : { ...session, result: { ...session.result, fields: {} } },
  );
}

/** Lets arrays of parked documents go until the budget holds, of those first that were parked longest ago. */
export function trimParked(app: App, budget = parkedBudget): void {
  const { parked } = app.session.get();
  let held = 0;
  for (const id of Object.keys(parked).reverse()) {
    held += bytesOf(parked[id]);
    if (held > budget && bytesOf(parked[id]) > 0) letGo(appOf(app, id));
  }
}

function lacksFields({ result }: Session): boolean {
  if (result === null) return false;
  const names = Object.keys(result.result.fields) as FieldName[];
  return names.some((name) => result.result.fields[name] !== null && !(name in result.fields));
}

/** Fetches the fields of the result that are not there; the main side may have let them go too, and makes them again. */
async function completeResult(app: App): Promise<void> {
  const client = app.client();
  const { result } = app.session.get();
  if (client === null || result === null || !lacksFields(app.session.get())) return;
  const fresh = await client.request('jobResult', { job: result.job.id });
  app.session.set((session) =>
    session.result?.job.id === result.job.id
      ? { ...session, result: { ...session.result, result: fresh } }
      : session,
  );
  await completeFields(app, result.job.id);
}

/** Fetches what the shown document lacks of its pictures. */
async function completeShown(shown: App): Promise<void> {
  const app = pinned(shown);
  try {
    await Promise.all([fetchPreviews(app), completeResult(app)]);
  } catch (error) {
    const failure = failureOf(error);
    patch(app, { previewTrouble: { what: 'map', failure } });
    log(app, 'error', failure.message);
  }
}

/** Opens a document beside those that are open, and shows it. */
export function openDocument(app: App, document: DocumentPart): void {
  app.session.set((session) => addDocument(session, document));
  trimParked(app);
}

/** Shows an open document. */
export function switchTo(app: App, id: string): void {
  app.session.set((session) => showDocument(session, id));
  trimParked(app);
  void completeShown(app);
}

/** Shows the document `steps` tabs to the right, going round. */
export function stepDocument(app: App, steps: number): void {
  const { tabs, activeDocument } = app.session.get();
  if (tabs.length < 2) return;
  switchTo(app, tabs[(tabs.indexOf(activeDocument) + steps + tabs.length) % tabs.length]);
}

/** Closes a document; what is unsaved in it is lost. A run of it is cancelled. */
export function closeNow(app: App, id: string): void {
  const name = documentName(app.session.get(), id);
  cancelRun(appOf(app, id));
  app.session.set((session) => ({ ...closeDocument(session, id), question: null }));
  log(app, 'info', `Closed ${name}.`);
  const { tabs, projectFile } = app.session.get();
  if (tabs.length > 0) void completeShown(app);
  else if (projectFile !== null) {
    patch(app, { projectFile: null });
    void app.client()?.request('closeProject', {});
  }
}

/** Closes a document; asks first where unsaved settings or a run would be lost. */
export function askToClose(app: App, id: string): void {
  const document = documentOf(app.session.get(), id);
  if (isUnsaved(document) || document.running !== null)
    patch(app, { question: { kind: 'close', document: id } });
  else closeNow(app, id);
}

/** Answers a question with no: everything stays as it is. */
export function leaveQuestion(app: App): void {
  patch(app, { question: null });
}
