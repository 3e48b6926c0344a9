import type { SourceTrouble } from '../state/session.js';
import { type App, log } from './app.js';

/** Shows why a file was not opened; those before it stay until they are closed. */
export function addTrouble(app: App, trouble: SourceTrouble): void {
  app.session.set((session) => {
    const { sourceTrouble, earlierTroubles } = session;
    const earlier = sourceTrouble === null ? earlierTroubles : [...earlierTroubles, sourceTrouble];
    return { ...session, opening: null, sourceTrouble: trouble, earlierTroubles: earlier };
  });
  log(app, 'error', `${trouble.what}: ${trouble.failure.message}`);
}

/** Closes the messages about files that could not be opened. */
export function dismissTroubles(app: App): void {
  app.session.set((session) => ({ ...session, sourceTrouble: null, earlierTroubles: [] }));
}
