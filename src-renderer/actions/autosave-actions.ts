import { documentPart } from '../state/documents.js';
import type { Session } from '../state/session.js';
import type { App } from './app.js';
import { contentOf } from './open-content.js';

/** Time without a change after which what is open is told, and the longest time that it may be untold, in ms. */
const pause = 1000;
const longest = 5000;

/** Whether the main side should be told: something of a document is another object. */
function hasChanged(before: Session, now: Session): boolean {
  if (before.tabs !== now.tabs || before.activeDocument !== now.activeDocument) return true;
  if (before.parked !== now.parked || before.projectFile !== now.projectFile) return true;
  const [then, present] = [documentPart(before), documentPart(now)];
  const told = ['project', 'baseline', 'view', 'openSteps', 'running', 'savedResult'] as const;
  return told.some((field) => then[field] !== present[field]) || before.result?.job !== now.result?.job;
}

/** Tells the main side what is open, a second after it last changed, and at once when the window is hidden or left. */
export function keepWhatIsOpen(app: App): void {
  let seen = app.session.get();
  let told = JSON.stringify(contentOf(seen));
  let timer: number | undefined;
  let since = 0;

  const tell = (): void => {
    window.clearTimeout(timer);
    timer = undefined;
    const session = app.session.get();
    if (session.link !== 'open') return;
    const content = contentOf(session);
    const text = JSON.stringify(content);
    if (text === told) return;
    told = text;
    void app
      .client()
      ?.request('keepOpen', { content })
      .catch(() => {
        told = '';
      });
  };
  app.session.subscribe(() => {
    const session = app.session.get();
    if (!hasChanged(seen, session)) return;
    seen = session;
    if (timer === undefined) since = Date.now();
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, Math.max(0, Math.min(pause, since + longest - Date.now())));
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') tell();
  });
  window.addEventListener('pagehide', tell);
}
