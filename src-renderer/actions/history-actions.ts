import type { History } from '../state/history.js';
import { redo, settle, undo } from '../state/history.js';
import type { Settings } from '../state/session.js';
import { type App } from './app.js';
import { fetchPreviews } from './preview-actions.js';

function walk(app: App, move: (history: History<Settings>) => History<Settings>): void {
  app.session.set((session) => {
    if (session.project === null) return session;
    return { ...session, project: { ...session.project, history: move(session.project.history) } };
  });
}

/** Takes the last change of a setting back. */
export function undoSettings(app: App): void {
  walk(app, undo);
  void fetchPreviews(app);
}

/** Makes the last undone change again. */
export function redoSettings(app: App): void {
  walk(app, redo);
  void fetchPreviews(app);
}

/** Ends a gesture, so that the next edit is a step of its own. */
export function settleSettings(app: App): void {
  walk(app, settle);
}
