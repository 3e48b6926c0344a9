import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { setOutput } from '../actions/batch-folder-actions.js';
import { downloadFile, revealOutput } from '../actions/batch-actions.js';
import { perform } from '../actions/commands.js';
import { batchObstacle, countsOf, isShownRun } from '../state/batch.js';
import { showSeconds } from '../state/wording.js';
import { useApp, useSession, useWholeSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { FailureCard } from '../ui/failure-card.js';

const phaseWords: Readonly<Record<string, string>> = {
  check: 'looking at what is done already',
  report: 'writing report.html',
};

const stateWords = {
  running: 'running',
  done: 'done',
  cancelled: 'cancelled',
  failed: 'ended early',
} as const;

/** How far the batch is, in one line and a bar. */
function ProgressLine(): ReactNode {
  const run = useSession(({ batch }) => (isShownRun(batch) ? batch.run : null));
  if (run === null) return null;
  const counts = countsOf(run);
  const { total, done, failed, skipped, secondsLeft } = counts;
  const phase = run.state === 'running' ? run.phase : null;
  const parts = [
    `${done} of ${total} done`,
    ...(skipped > 0 ? [`${skipped} of them before`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(phase === null
      ? []
      : [`${phaseWords[phase.stage] ?? phase.stage} ${Math.round(100 * phase.fraction)} %`]),
    showSeconds(run.seconds),
    ...(secondsLeft === null || phase !== null ? [] : [`about ${showSeconds(secondsLeft)} left`]),
  ];
  return (
    <div className="batch-progress" data-state={run.state}>
      <progress value={(done + failed) / Math.max(1, total)} max={1} aria-label="Progress of the batch" />
      <span role="status">
        <span className="strong">{stateWords[run.state]}</span> · {parts.join(' · ')}
      </span>
    </div>
  );
}

/** What was written of the batch as a whole: shown where it lies, or to be downloaded. */
function Outputs(): ReactNode {
  const app = useApp();
  const run = useSession(({ batch }) => (isShownRun(batch) ? batch.run : null));
  const reveals = useSession(({ hello }) => hello?.capabilities.reveal === true);
  if (run === null || run.state === 'running' || run.written.length === 0) return null;
  return (
    <p className="batch-outputs">
      <span className="dim">Results</span>
      {reveals ? (
        <button type="button" className="link" onClick={() => void revealOutput(app, null)}>
          Show {run.folder.output.name}
        </button>
      ) : (
        run.written.map((name) => (
          <button
            key={name}
            type="button"
            className="link"
            onClick={() => void downloadFile(app, null, name)}
          >
            {name}
          </button>
        ))
      )}
    </p>
  );
}

/** Why the batch cannot be started, with the way out. */
function Obstacle(): ReactNode {
  const app = useApp();
  const obstacle = batchObstacle(useWholeSession());
  const running = useSession(({ batch }) => batch.run?.state === 'running');
  if (obstacle === null || running) return null;
  const { message, command } = obstacle;
  const words = {
    'batch-folder': 'Choose a folder …',
    'batch-first': 'Open the first image',
    'batch-close': 'Back to the nucleus',
  };
  return (
    <p className="batch-obstacle">
      {message}{' '}
      {command === undefined ? null : (
        <button
          type="button"
          className="link"
          onClick={() => {
            perform(app, command);
          }}
        >
          {words[command]}
        </button>
      )}
    </p>
  );
}

function Trouble(): ReactNode {
  const app = useApp();
  const trouble = useSession(({ batch }) => batch.trouble ?? batch.listingTrouble);
  const output = useSession(({ batch }) => batch.folder?.output.kind);
  const asks = useSession(({ hello }) => hello?.capabilities.openFolder === true);
  if (trouble === null) return null;
  const isOutput = /^(The output cannot be written|Another batch)/.test(trouble.failure.message);
  return (
    <FailureCard title={trouble.what} failure={trouble.failure}>
      {isOutput && (asks || output !== 'session') ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            void setOutput(app, asks ? 'ask' : 'session');
          }}
        >
          {asks ? 'Results elsewhere …' : 'Keep the results in the session'}
        </Button>
      ) : null}
    </FailureCard>
  );
}

/** Start, cancel, retry; how far; what went wrong. */
export function BatchProgress(): ReactNode {
  const running = useSession(({ batch }) => batch.run?.state === 'running');
  const failed = useSession(({ batch }) =>
    batch.run !== null && isShownRun(batch) ? countsOf(batch.run).failed : 0,
  );
  const count = useSession(({ batch }) => batch.listing?.inputs.length ?? 0);
  return (
    <div className="batch-head">
      <div className="buttons">
        {running ? (
          <CommandButton id="batch-cancel">Cancel</CommandButton>
        ) : (
          <CommandButton id="batch-start" variant="filled">
            {count === 0 ? 'Run' : `Run ${count} ${count === 1 ? 'image' : 'images'}`}
          </CommandButton>
        )}
        {failed > 0 && !running ? (
          <CommandButton id="batch-retry">Run what failed again ({failed})</CommandButton>
        ) : null}
        <span className="spacer" />
        <CommandButton id="batch-close">Back</CommandButton>
      </div>
      <Obstacle />
      <ProgressLine />
      <Outputs />
      <Trouble />
    </div>
  );
}
