import type { ReactNode } from 'react';
import { runJob } from '../actions/job-actions.js';
import { savedResultLine } from '../state/saved-result.js';
import { useApp, useSession } from './app-context.js';

/** What a project remembers of a map that is yet to be made again. */
export function SavedResultStrip(): ReactNode {
  const app = useApp();
  const line = useSession(savedResultLine);
  const idle = useSession(({ running, result }) => running === null && result === null);
  if (line === null || !idle) return null;
  return (
    <div className="strip neutral" role="status">
      <p className="strip-text">Saved with the project: {line}. A run makes the map again.</p>
      <button type="button" className="link" onClick={() => void runJob(app)}>
        Make the map
      </button>
    </div>
  );
}
