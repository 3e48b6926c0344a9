import type { ApiEvent } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { documentOfJob } from '../state/documents.js';
import { type App, log, patch } from './app.js';

/** Takes note of the end of the engine in the middle of its work. */
export function receiveDeath(
  app: App,
  { job, what, failure }: Extract<ApiEvent, { type: 'engine-died' }>,
): void {
  const document = job === null ? null : (documentOfJob(app.session.get(), job) ?? null);
  patch(app, { engineStop: { what, document } });
  log(app, 'error', `The engine stopped while working on ${what}: ${failure.message}`);
}

/** Takes the message about the engine's end away. */
export function dismissStop(app: App): void {
  if (app.session.get().engineStop !== null) patch(app, { engineStop: null });
}

/** Ends the engine, whatever it is doing; it starts again by itself. */
export async function restartEngine(app: App): Promise<void> {
  try {
    await app.client()?.request('restartEngine', {});
    log(app, 'info', 'The engine was restarted.');
    if (app.session.get().engineStop === null) patch(app, { engineStop: { what: null, document: null } });
  } catch (error) {
    log(app, 'error', failureOf(error).message);
  }
}
