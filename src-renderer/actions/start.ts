import type { ApiEvent, ApiFailure, Grant, Hello } from '../../src-main/api.js';
import type { CheckState } from '../../src-main/api-check.js';
import { type Client, connectClient, failureOf } from '../engine/client.js';
import { documentOfCheck } from '../state/checks.js';
import { documentOfFile, documentOfJob } from '../state/documents.js';
import { emptySession, type Session } from '../state/session.js';
import { createStore } from '../state/store.js';
import { type App, appOf, type CursorPosition, log, patch } from './app.js';
import { keepWhatIsOpen } from './autosave-actions.js';
import { receiveBatchEvent, restoreBatch } from './batch-actions.js';
import { receiveCheck } from './check-actions.js';
import { performMenu } from './commands.js';
import { followDoctor } from './doctor-actions.js';
import { followsAtFirst, followSettings } from './follow-actions.js';
import { dismissStop, receiveDeath } from './engine-actions.js';
import { receiveJob, receiveProgress } from './job-actions.js';
import { reattach } from './project-actions.js';
import { recall } from './remembered.js';
import { openGrant } from './source-actions.js';
import { offerTour } from './tour-actions.js';
import { addTrouble } from './trouble-actions.js';

/** The theme that the user chose last time; null where none was. */
function chosenTheme(): Session['theme'] | null {
  const kept = recall('epiflux-theme');
  return kept === 'light' || kept === 'dark' ? kept : null;
}

/** The theme of last time, else that of the system. */
function firstTheme(): Session['theme'] {
  return chosenTheme() ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark');
}

/** The system's theme, where the user did not choose another. */
function followSystem(app: App, theme: Hello['theme']): void {
  if (theme !== null && chosenTheme() === null) patch(app, { theme });
}

/** A file that was handed over and cannot be opened. */
function refuseHandedOver(app: App, failure: ApiFailure): void {
  const what = 'where' in failure ? failure.where : 'The file';
  addTrouble(app, { what, failure, grant: null });
}

/** Files that were handed over and are being opened. */
const comingIn = new Set<string>();

/** Opens a file that was handed over, unless it is open, or about to be. */
async function openHandedOver(app: App, grant: Grant): Promise<void> {
  if (comingIn.has(grant.id) || documentOfFile(app.session.get(), grant.id) !== undefined) return;
  comingIn.add(grant.id);
  try {
    await openGrant(app, grant);
  } finally {
    comingIn.delete(grant.id);
  }
}

/** The app as seen from the document that a job belongs to, shown or not. */
function appOfJob(app: App, job: string): App {
  const session = app.session.get();
  return appOf(app, documentOfJob(session, job) ?? session.activeDocument);
}

/** The app as seen from the document whose map a check is about. */
function appOfCheck(app: App, check: CheckState): App {
  const session = app.session.get();
  return appOf(app, documentOfCheck(session, check) ?? session.activeDocument);
}

/** Hears of everything that the main side tells unasked. */
function receiveEvent(app: App, event: ApiEvent): void {
  if (event.type === 'progress') receiveProgress(appOfJob(app, event.job), event);
  else if (event.type === 'job') {
    if (event.job.state === 'done') dismissStop(app);
    void receiveJob(appOfJob(app, event.job.id), event.job);
  } else if (event.type === 'batch' || event.type === 'batch-files') receiveBatchEvent(app, event);
  else if (event.type === 'check') void receiveCheck(appOfCheck(app, event.check), event.check);
  else if (event.type === 'theme') followSystem(app, event.theme);
  else if (event.type === 'menu') performMenu(app, event.command);
  else if (event.type === 'engine-died') receiveDeath(app, event);
  else if (event.type === 'open-file') void openHandedOver(app, event.grant);
  else if (event.type === 'open-failed') refuseHandedOver(app, event.failure);
}

/** Opens the files that were named when the program was started. */
async function openNamedFiles(app: App, client: Client): Promise<void> {
  const grants = await client.request('listGrants', {});
  for (const grant of grants) if (grant.from === 'command-line') await openHandedOver(app, grant);
}

function welcome(app: App, hello: Hello): void {
  patch(app, { link: 'open', hello });
  followSystem(app, hello.theme);
  offerTour(app);
  log(app, 'info', `Epiflux ${hello.version}.`);
}

/** The app, connecting: it can be shown at once. */
export function startApp(): App {
  let client: Client | null = null;
  const app: App = {
    session: createStore({ ...emptySession(firstTheme()), follows: followsAtFirst() }),
    cursor: createStore<CursorPosition | null>(null),
    client: () => client,
  };
  const connect = async (): Promise<void> => {
    try {
      client = await connectClient({
        onEvent: (event) => {
          receiveEvent(app, event);
        },
        onLost: () => {
          patch(app, { link: 'lost', running: null, progress: null, question: null });
        },
      });
      welcome(app, await client.request('hello', {}));
      if (!(await reattach(app))) await openNamedFiles(app, client);
      keepWhatIsOpen(app);
      await restoreBatch(app, client);
    } catch (error) {
      patch(app, { link: 'lost' });
      log(app, 'error', failureOf(error).message);
    }
  };
  followSettings(app);
  followDoctor(app);
  void connect();
  return app;
}
