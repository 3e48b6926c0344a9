import { type ReactNode, useId } from 'react';
import { stepTitle } from '../actions/commands.js';
import { toggleStep } from '../actions/view-actions.js';
import { type Session, type StepName, stepNames } from '../state/session.js';
import { dotWord, stepState } from '../state/steps.js';
import { useApp, useSession } from './app-context.js';

/** A step of the pipeline: its dot, its line of result, and its settings when it is open. */
export function Step({
  name,
  children,
}: {
  readonly name: StepName;
  readonly children: ReactNode;
}): ReactNode {
  const app = useApp();
  const open = useSession(({ openSteps }) => openSteps.includes(name));
  const dot = useSession((session: Session) => stepState(session, name).dot);
  const line = useSession((session: Session) => stepState(session, name).line);
  const id = useId();
  return (
    <section className="step" data-open={open ? '' : undefined} data-step={name}>
      <h2>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => {
            toggleStep(app, name);
          }}
        >
          <span className="dot" data-dot={dot} />
          <span className="step-title">{stepTitle(name)}</span>
          <span className="hidden-text">{dotWord(dot)}</span>
          <kbd className="step-key">{stepNames.indexOf(name) + 1}</kbd>
        </button>
      </h2>
      <p className="step-line" title={line}>
        {line}
      </p>
      <div id={id} className="step-body" hidden={!open}>
        {open ? children : null}
      </div>
    </section>
  );
}
