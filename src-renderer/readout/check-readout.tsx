import type { ReactNode } from 'react';
import type { CheckKind } from '../../src-main/engine/check-document.js';
import { checkOf, isUnderWay, type ShownCheck } from '../state/checks.js';
import { isStale } from '../state/findings.js';
import { type Session, settingsOf } from '../state/session.js';
import { useSession } from '../ui/app-context.js';
import { CheckProgress } from '../ui/check-progress.js';
import { CommandButton } from '../ui/command-button.js';
import { FailureCard } from '../ui/failure-card.js';
import { ForwardDetails } from './forward-details.js';
import { PhantomDetails } from './phantom-details.js';

const wording = {
  forward: { question: 'Does λ explain the images?', command: 'check-forward', button: 'Run it forward' },
  phantom: {
    question: 'What error is to be expected?',
    command: 'check-phantom',
    button: 'Simulate nuclei like this',
  },
} as const;

const percent = (share: number): string => (100 * Math.max(0, share)).toPrecision(2);

/** The answer in one line, and whether it is a doubtful one. */
function answerOf({ result }: ShownCheck): { readonly text: string; readonly doubtful: boolean } | null {
  if (result === null) return null;
  if (result.kind === 'phantom') {
    const [least, most] = result.report.expected;
    const text =
      result.report.scores.length === 1
        ? `${percent(most)} % off`
        : `${percent(least)} – ${percent(most)} % off, by pattern`;
    return { text, doubtful: most > 0.3 };
  }
  const { verdict, explained } = result.report;
  const share = `${(100 * Math.max(0, explained)).toFixed(explained > 0.995 ? 1 : 0)} % of the structure`;
  const texts = {
    'within-noise': 'Yes, to within the noise',
    explains: `Yes, ${share}`,
    'structure-left': `No: ${share} only`,
    'not-settled': 'No steady state was reached',
  };
  return { text: texts[verdict], doubtful: verdict === 'structure-left' || verdict === 'not-settled' };
}

function staleResult(session: Session): boolean {
  const settings = settingsOf(session);
  return session.result !== null && settings !== null && isStale(session.result, settings);
}

function Answer({ check }: { readonly check: ShownCheck }): ReactNode {
  const answer = answerOf(check);
  const stale = useSession(staleResult);
  if (answer === null) return null;
  return (
    <p className={answer.doubtful ? 'check-answer doubtful' : 'check-answer'}>
      {answer.text}
      {stale ? <span className="dim"> (map of earlier settings)</span> : null}
    </p>
  );
}

function Details({ check }: { readonly check: ShownCheck }): ReactNode {
  const { result } = check;
  if (result === null) return null;
  return (
    <details className="sentences">
      <summary>Numbers and plots</summary>
      {result.kind === 'forward' ? (
        <ForwardDetails result={result} />
      ) : (
        <PhantomDetails result={result} maps={check.maps} />
      )}
    </details>
  );
}

/** One check: its question, the button, and the last answer. */
function Check({ kind }: { readonly kind: CheckKind }): ReactNode {
  const check = useSession((session) => checkOf(session, kind));
  const earlier = useSession((session) => session.checks[kind] !== null && checkOf(session, kind) === null);
  const { question, command, button } = wording[kind];
  const failure = check?.state === 'failed' ? check.failure : null;
  return (
    <div className="check" data-check={kind} data-state={check?.state}>
      <h3>{question}</h3>
      {isUnderWay(check) ? (
        <div className="check-progress">
          <CheckProgress />
        </div>
      ) : (
        <>
          {check === null ? null : <Answer check={check} />}
          {earlier ? <p className="dim">The last answer was about an earlier map.</p> : null}
          {check?.state === 'cancelled' ? <p className="dim">Cancelled.</p> : null}
          {failure === null ? null : <FailureCard title="The check could not be done" failure={failure} />}
          {check === null ? null : <Details check={check} />}
          {check?.state === 'done' ? null : <CommandButton id={command}>{button}</CommandButton>}
        </>
      )}
    </div>
  );
}

/** The two checks of a result. */
export function CheckReadout(): ReactNode {
  return (
    <>
      <Check kind="forward" />
      <Check kind="phantom" />
    </>
  );
}
