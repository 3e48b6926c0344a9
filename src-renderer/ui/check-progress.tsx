import type { ReactNode } from 'react';
import { perform } from '../actions/commands.js';
import { checkUnderWay } from '../state/checks.js';
import { useApp, useSession } from './app-context.js';
import { WorkProgress } from './work-progress.js';

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
      <WorkProgress
        name={`Progress of the ${names[kind]}`}
        progress={progress}
        onCancel={() => {
          perform(app, 'cancel-check');
        }}
      />
    </>
  );
}
