import type { Client } from '../engine/client.js';
import type { LogLine, Session, Settings } from '../state/session.js';
import { changedFrom, seenFrom } from '../state/documents.js';
import { edit } from '../state/history.js';
import type { Store } from '../state/store.js';

/** A position that the cursor points at, in nm. */
export interface CursorPosition {
  readonly x: number;
  readonly y: number;
  /** Along the stack; without it, the plane in view. */
  readonly z?: number;
}

/** What every action works on. */
export interface App {
  readonly session: Store<Session>;
  /** The cursor moves often; what watches the session must not be drawn again for it. */
  readonly cursor: Store<CursorPosition | null>;
  /** The main side; null until it answers. */
  readonly client: () => Client | null;
  /** Whether the document that this app is about is not shown now; see `appOf`. */
  readonly parked?: () => boolean;
}

/**
 * The app as seen from one document, shown or parked: what an action finds and changes through it is that document's,
 * whatever is shown by the time that the action goes on.
 */
export function appOf(app: App, document: string): App {
  const session: Store<Session> = {
    get: () => seenFrom(app.session.get(), document),
    set: (update) => {
      app.session.set((whole) => changedFrom(whole, document, update));
    },
    subscribe: app.session.subscribe,
  };
  return { ...app, session, parked: () => app.session.get().activeDocument !== document };
}

/** The app as seen from the document that is shown now. */
export function pinned(app: App): App {
  return appOf(app, app.session.get().activeDocument);
}

/** Changes parts of the session. */
export function patch(app: App, part: Partial<Session>): void {
  app.session.set((session) => ({ ...session, ...part }));
}

const longestLog = 500;

/** Writes a line to the log. */
export function log(app: App, level: LogLine['level'], text: string): void {
  const line: LogLine = { time: Date.now(), level, text };
  app.session.set((session) => ({ ...session, log: [...session.log, line].slice(-longestLog) }));
}

/** Changes the settings as one step that can be undone; edits under one `gesture` are one step. */
export function changeSettings(
  app: App,
  change: (settings: Settings) => Settings,
  gesture: string | null = null,
): void {
  app.session.set((session) => {
    const { project } = session;
    if (project === null) return session;
    const history = edit(project.history, change(project.history.present), gesture);
    return history === project.history ? session : { ...session, project: { ...project, history } };
  });
}

/** Changes the job's settings; see `changeSettings`. */
export function changeJob(
  app: App,
  change: (job: Settings['job']) => Settings['job'],
  gesture: string | null = null,
): void {
  changeSettings(app, (settings) => ({ ...settings, job: change(settings.job) }), gesture);
}
