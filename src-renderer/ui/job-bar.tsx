import type { ReactNode } from 'react';
import { patch } from '../actions/app.js';
import { perform } from '../actions/commands.js';
import { settingsOf, type Session } from '../state/session.js';
import { CheckProgress } from './check-progress.js';
import { checkUnderWay } from '../state/checks.js';
import { useApp, useSession } from './app-context.js';
import { JobQueue, OtherRuns } from './job-queue.js';
import { WorkProgress } from './work-progress.js';

function jobName(session: Session): string {
  const solver = settingsOf(session)?.job.solver.name ?? '';
  return `${solver} · ${session.project?.source.grant.name ?? ''}`;
}

/** The job at work: how far, how long yet, and a way to stop it. */
function RunningJob(): ReactNode {
  const app = useApp();
  const name = useSession(jobName);
  const progress = useSession((session) => session.progress);
  return (
    <>
      <span className="job-name">{name}</span>
      <WorkProgress
        name="Progress of the run"
        progress={progress}
        onCancel={() => {
          perform(app, 'cancel');
        }}
      />
    </>
  );
}

/** No run was asked for; the map may still be on its way to the settings of now. */
function Quiet(): ReactNode {
  const updating = useSession((session) => session.updating !== null);
  if (!updating) return <span className="dim">nothing running</span>;
  return <span className="dim late">updating the map …</span>;
}

function jobCounts({ jobs }: Session): string {
  const count = (state: string): number => jobs.filter((job) => job.state === state).length;
  const [done, failed, cancelled] = [count('done'), count('failed'), count('cancelled')];
  if (done + failed + cancelled === 0) return 'no job run yet';
  const parts = [
    `${done} ${done === 1 ? 'job' : 'jobs'} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  return parts.join(' · ');
}

const linkWords: Readonly<Record<Session['link'], string>> = {
  connecting: 'connecting …',
  open: 'engine ready',
  lost: 'engine not reached: reload this window',
};

function LogLines(): ReactNode {
  const lines = useSession((session) => session.log);
  return (
    <ol className="log" aria-label="Log" tabIndex={0}>
      {lines.toReversed().map((line, index) => (
        <li key={`${line.time} ${lines.length - index}`} data-level={line.level}>
          <time>{new Date(line.time).toLocaleTimeString()}</time> {line.text}
        </li>
      ))}
    </ol>
  );
}

/** The bottom: the job at work, jobs so far, and the log on demand. */
export function JobBar(): ReactNode {
  const app = useApp();
  const running = useSession((session) => session.running !== null);
  const checking = useSession((session) => checkUnderWay(session) !== null);
  const counts = useSession(jobCounts);
  const link = useSession((session) => session.link);
  const logOpen = useSession((session) => session.logOpen);
  return (
    <footer className="job-area">
      {logOpen ? <LogLines /> : null}
      <JobQueue />
      <div className="job-bar">
        {running ? <RunningJob /> : checking ? <CheckProgress named /> : <Quiet />}
        <OtherRuns />
        <span className="spacer" />
        <span className="dim">{counts}</span>
        <button
          type="button"
          className="link"
          aria-expanded={logOpen}
          onClick={() => {
            patch(app, { logOpen: !logOpen });
          }}
        >
          Log
        </button>
        <span className={link === 'lost' ? 'bad' : 'dim'} role="status">
          {linkWords[link]}
        </span>
      </div>
    </footer>
  );
}
