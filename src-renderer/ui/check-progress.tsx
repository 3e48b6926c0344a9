import type { ReactNode } from 'react';
import { perform } from '../actions/commands.js';
import { checkUnderWay } from '../state/checks.js';
import { useApp, useSession } from './app-context.js';

const names = { forward: 'forward check', phantom: 'phantoms' } as const;

/** The check at work: how far, and a way to stop it; `named` says which it is. */
export function CheckProgress({ named = false }: { readonly named?: boolean }): ReactNode {
  const app = useApp();
  const kind = useSession((session) => checkUnderWay(session)?.kind ?? null);
  const progress = useSession((session) => checkUnderWay(session)?.check.progress ?? null);
  if (kind === null) return null;
  return (
    <>
      {named ? <span className="job-name">{names[kind]}</span> : null}
      <progress
        className="job-progress"
        value={progress?.fraction ?? 0}
        max={1}
        aria-label={`Progress of the ${names[kind]}`}
      />
      <span>
        {progress === null ? 'waiting' : `${progress.stage} · ${Math.round(100 * progress.fraction)} %`}
      </span>
      <button
        type="button"
        className="link"
        onClick={() => {
          perform(app, 'cancel-check');
        }}
      >
        Cancel
      </button>
    </>
  );
}
