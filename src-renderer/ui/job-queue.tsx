import type { ReactNode } from 'react';
import { appOf, patch } from '../actions/app.js';
import { cancelRun } from '../actions/job-actions.js';
import { documentName, documentOf } from '../state/documents.js';
import type { Session } from '../state/session.js';
import { useApp, useSession } from './app-context.js';
import { WorkProgress } from './work-progress.js';

/** Open images at work or waiting, in the order of their tabs, joined by spaces: the same text while they are the same. */
function busyIds(session: Session): string {
  return session.tabs.filter((id) => documentOf(session, id).running !== null).join(' ');
}

function QueuedJob({ id }: { readonly id: string }): ReactNode {
  const app = useApp();
  const name = useSession((session) => documentName(session, id));
  const progress = useSession((session) => documentOf(session, id).progress);
  return (
    <li>
      <span className="job-name">{name}</span>
      <WorkProgress
        name={`Progress of ${name}`}
        progress={progress}
        cancelName={`Cancel ${name}`}
        onCancel={() => {
          cancelRun(appOf(app, id));
        }}
      >
        <span className="spacer" />
      </WorkProgress>
    </li>
  );
}

/** Every run of the open images, with its progress and a way to stop it. */
export function JobQueue(): ReactNode {
  const open = useSession(({ queueOpen }) => queueOpen);
  const ids = useSession(busyIds);
  if (!open || ids === '') return null;
  return (
    <ul className="job-queue" aria-label="Runs">
      {ids.split(' ').map((id) => (
        <QueuedJob key={id} id={id} />
      ))}
    </ul>
  );
}

/** How many runs there are of images that are not shown; opens the list of all. */
export function OtherRuns(): ReactNode {
  const app = useApp();
  const open = useSession(({ queueOpen }) => queueOpen);
  const others = useSession(
    (session) =>
      busyIds(session)
        .split(' ')
        .filter((id) => id !== '' && id !== session.activeDocument).length,
  );
  if (others === 0) return null;
  return (
    <button
      type="button"
      className="link"
      aria-expanded={open}
      onClick={() => {
        patch(app, { queueOpen: !open });
      }}
    >
      {others === 1 ? '1 other run' : `${others} other runs`}
    </button>
  );
}
