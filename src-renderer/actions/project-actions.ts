import type { ApiRequests, Grant } from '../../src-main/api.js';
import type { ProjectOpening } from '../../src-main/project/project-api.js';
import { failureOf } from '../engine/client.js';
import { documentName, documentOf, emptyDocument, isUnsaved } from '../state/documents.js';
import type { Session } from '../state/session.js';
import { showBytes } from '../state/wording.js';
import { type App, appOf, log, patch } from './app.js';
import { closeNow } from './document-actions.js';
import { saveFrom } from './export-actions.js';
import { cancelRun } from './job-actions.js';
import { contentOf } from './open-content.js';
import { restoreContent } from './restore-actions.js';
import { addTrouble } from './trouble-actions.js';

type Taken = ApiRequests['takeProject']['response'];

function proposedName(session: Session): string {
  if (session.projectFile !== null) return session.projectFile.name;
  const [first, ...others] = session.tabs.map(
    (id) => documentOf(session, id).project?.source.grant.name ?? '',
  );
  const stem = first.replace(/(\.ome)?\.[^.]+$/i, '') || 'project';
  return `${others.length === 0 ? stem : `${stem} and ${others.length} more`}.epiflux`;
}

/** What was sent is saved from now on. */
function markSaved(app: App, name: string, sent: Session): void {
  for (const id of sent.tabs) {
    const settings = documentOf(sent, id).project?.history.present;
    if (settings !== undefined) patch(appOf(app, id), { baseline: settings });
  }
  patch(app, { projectFile: { name, documents: sent.tabs } });
}

/** Saves what is open as a project; whether it was saved. `as`: to a file that the user chooses. */
export async function saveProject(app: App, as: boolean): Promise<boolean> {
  const client = app.client();
  // A field that is being typed in takes its value when it loses the focus.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const sent = app.session.get();
  if (client === null || sent.tabs.length === 0) return false;
  try {
    const saved = await client.request('saveProject', {
      content: contentOf(sent),
      as,
      name: proposedName(sent),
    });
    if (saved.state === 'given-up') return false;
    if (saved.state === 'ready') saveFrom(saved.url, saved.name);
    markSaved(app, saved.name, sent);
    log(app, 'info', `Saved ${saved.name}, ${showBytes(saved.bytes)}.`);
    return true;
  } catch (error) {
    addTrouble(app, { what: 'The project', failure: failureOf(error), grant: null });
    return false;
  }
}

/** Saves the project and then closes a document that was asked about. */
export async function saveAndClose(app: App, id: string): Promise<void> {
  if (await saveProject(app, false)) closeNow(app, id);
}

function closeAll(app: App): void {
  for (const id of app.session.get().tabs) cancelRun(appOf(app, id));
  app.session.set((session) => ({
    ...session,
    ...emptyDocument(),
    tabs: [],
    parked: {},
    activeDocument: 'd0',
    projectFile: null,
  }));
}

async function show(app: App, taken: Taken, beside: boolean): Promise<void> {
  if (!beside) closeAll(app);
  const documents = await restoreContent(app, taken);
  if (taken.project !== null && !beside) patch(app, { projectFile: { name: taken.project, documents } });
}

/** Opens what can be opened of a project whose files were found, or given up. */
export async function takeProject(app: App, opening: ProjectOpening, beside: boolean): Promise<void> {
  const client = app.client();
  if (client === null) return;
  patch(app, { question: null, offer: null, opening: opening.name });
  try {
    const taken = await client.request('takeProject', { opening: opening.opening });
    patch(app, { opening: null });
    await show(app, taken, beside);
  } catch (error) {
    addTrouble(app, { what: opening.name, failure: failureOf(error), grant: null });
  }
}

/** Goes on once it is settled what becomes of the documents that are open: asks for files that are not there. */
export async function proceed(app: App, opening: ProjectOpening, beside: boolean): Promise<void> {
  if (opening.files.every(({ state }) => state === 'ready')) await takeProject(app, opening, beside);
  else patch(app, { question: { kind: 'relink', opening, beside } });
}

async function begin(app: App, what: string, ask: () => Promise<ProjectOpening>): Promise<void> {
  patch(app, { opening: what });
  try {
    const opening = await ask();
    patch(app, { opening: null });
    const session = app.session.get();
    const unsaved = session.tabs.filter((id) => isUnsaved(documentOf(session, id)));
    if (unsaved.length === 0) await proceed(app, opening, false);
    else {
      const names = unsaved.map((id) => documentName(session, id));
      patch(app, { question: { kind: 'replace', opening, unsaved: names } });
    }
  } catch (error) {
    addTrouble(app, { what, failure: failureOf(error), grant: null });
  }
}

/** Opens a project; it takes the place of what is open, which is asked about where it is unsaved. */
export async function openProject(app: App, grant: Grant): Promise<void> {
  const client = app.client();
  if (client !== null) await begin(app, grant.name, () => client.request('openProject', { grant: grant.id }));
}

/** Opens what an earlier run had open when it ended without being asked to. */
export async function reopen(app: App): Promise<void> {
  const client = app.client();
  if (client !== null) await begin(app, 'What was open', () => client.request('reopen', {}));
}

/** Forgets what an earlier run had open. */
export async function forgetOffer(app: App): Promise<void> {
  patch(app, { offer: null });
  await app.client()?.request('forgetOffer', {});
}

/** Opens the window's documents as the window before this one had them. */
export async function reattach(app: App): Promise<boolean> {
  const client = app.client();
  if (client === null) return false;
  const { open, project, offer } = await client.request('reattach', {});
  patch(app, { offer });
  if (open === null) return false;
  await show(app, { ...open, project }, false);
  return true;
}
