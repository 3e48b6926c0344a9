import { createContext, use } from 'react';
import type { App } from '../actions/app.js';
import type { Session, Settings } from '../state/session.js';
import { settingsOf } from '../state/session.js';
import { useStore } from '../state/store.js';

/** The app that the components below work on. */
export const AppContext = createContext<App | null>(null);

/** The app. */
export function useApp(): App {
  const app = use(AppContext);
  if (app === null) throw new Error('There is no app above this component.');
  return app;
}

/** A part of the session; see `useStore`. */
export function useSession<S>(select: (session: Session) => S): S {
  return useStore(useApp().session, select);
}

/** The whole session, for what depends on many parts of it. */
export function useWholeSession(): Session {
  return useSession((session) => session);
}

/** The settings of the open project, or null. */
export function useSettings(): Settings | null {
  return useSession(settingsOf);
}

/** "default" where a setting has the value that nobody chose, to be shown in its field. */
export function useOrigin(value: number, pick: (defaults: Settings['job']) => number): { origin?: string } {
  const usual = useSession(({ project }) => (project === null ? null : pick(project.defaults)));
  return value === usual ? { origin: 'default' } : {};
}
