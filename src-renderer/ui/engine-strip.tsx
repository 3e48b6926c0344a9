import type { ReactNode } from 'react';
import { perform } from '../actions/commands.js';
import { switchTo } from '../actions/document-actions.js';
import { dismissStop } from '../actions/engine-actions.js';
import type { EngineStop } from '../state/session.js';
import { useApp, useSession } from './app-context.js';
import { warningIcon } from './icons.js';

function wordsOf({ what }: EngineStop): string {
  const happened =
    what === null ? 'The engine was restarted.' : `The engine stopped while working on ${what}.`;
  return `${happened} Nothing that was open is lost.`;
}

/** Says that the engine came to its end, that nothing is lost, and runs again. */
export function EngineStrip(): ReactNode {
  const app = useApp();
  const stop = useSession(({ engineStop }) => engineStop);
  const idle = useSession(({ running }) => running === null);
  const close = (): void => {
    dismissStop(app);
  };
  return (
    <div className="engine-notice" role="status">
      {stop === null ? null : (
        <div className={stop.what === null ? 'strip neutral' : 'strip'}>
          {stop.what === null ? null : warningIcon}
          <p className="strip-text">{wordsOf(stop)}</p>
          {stop.document !== null && idle ? (
            <button
              type="button"
              className="link"
              onClick={() => {
                close();
                switchTo(app, stop.document ?? '');
                perform(app, 'run');
              }}
            >
              Run again
            </button>
          ) : null}
          <button type="button" className="link" onClick={close}>
            Close
          </button>
        </div>
      )}
    </div>
  );
}
