import type { History } from '../state/history.js';
import { redo, settle, undo } from '../state/history.js';
import { type Settings, settingsOf } from '../state/session.js';
import { type App } from './app.js';
import { storeDrawing } from './mask-store.js';
import { fetchPreviews } from './preview-actions.js';
import { describeTableAgain } from './table-actions.js';

function walk(app: App, move: (history: History<Settings>) => History<Settings>): void {
  app.session.set((session) => {
    if (session.project === null) return session;
    return { ...session, project: { ...session.project, history: move(session.project.history) } };
  });
}

/** Brings what belongs to the settings in line with those that came back. */
function followSettings(app: App, before: Settings | null): void {
  void fetchPreviews(app);
  void storeDrawing(app);
  void describeTableAgain(app, before);
}

/** Takes the last change of a setting back. */
export function undoSettings(app: App): void {
  const before = settingsOf(app.session.get());
  walk(app, undo);
  followSettings(app, before);
}

/** Makes the last undone change again. */
export function redoSettings(app: App): void {
  const before = settingsOf(app.session.get());
  walk(app, redo);
  followSettings(app, before);
}

/** Ends a gesture, so that the next edit is a step of its own. */
export function settleSettings(app: App): void {
  walk(app, settle);
}
