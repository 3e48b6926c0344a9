import type { ReactNode } from 'react';
import { exportFile } from '../actions/export-actions.js';
import { exportTitles } from '../actions/commands.js';
import { isStale } from '../state/findings.js';
import { type Session, settingsOf } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';
import { FailureCard } from '../ui/failure-card.js';
import { Step } from '../ui/step.js';

function staleResult(session: Session): boolean {
  const settings = settingsOf(session);
  return session.result !== null && settings !== null && isStale(session.result, settings);
}

/** Step 6: files for figures and for other programs. */
export function ExportPanel(): ReactNode {
  const app = useApp();
  const done = useSession(({ result }) => result !== null);
  const stale = useSession(staleResult);
  const trouble = useSession(({ exportTrouble }) => exportTrouble);
  return (
    <Step name="export">
      {done ? null : <p className="field-note">There is nothing to export before λ is inferred.</p>}
      {stale ? (
        <p className="field-note doubtful">Exports are of the map shown, made with earlier settings.</p>
      ) : null}
      <ul className="exports">
        {exportTitles.map(([kind, title, what]) => (
          <li key={kind}>
            <button type="button" disabled={!done} onClick={() => void exportFile(app, kind)}>
              <span>{title}</span>
              <span className="dim">{what}</span>
            </button>
          </li>
        ))}
      </ul>
      {trouble === null ? null : (
        <FailureCard title={`${trouble.what} was not exported`} failure={trouble.failure} />
      )}
    </Step>
  );
}
