import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { changeJob } from '../actions/app.js';
import { toggleStep } from '../actions/view-actions.js';
import { commandOf, stepTitle } from '../actions/commands.js';
import { obstacleOf } from '../state/findings.js';
import { isPreview, latestResult } from '../state/following.js';
import type { Session, Settings } from '../state/session.js';
import { fieldOf } from '../state/setting-fields.js';
import { showSeconds, showValue } from '../state/wording.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { FollowBox } from '../ui/follow-box.js';
import { FailureCard } from '../ui/failure-card.js';
import { Choice, Segments } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';
import { RemedyButtons } from '../ui/remedy-buttons.js';
import { focusSetting } from '../ui/setting-focus.js';
import { Step } from '../ui/step.js';
import { NetworkFields } from './network-fields.js';
import { lengthQuantity } from './quantities.js';
import type { SolverPart } from './solver-part.js';

type Solver = Settings['job']['solver'];

const solverNotes: Readonly<Record<Solver['name'], string>> = {
  field: 'λ as a smooth field with its uncertainty; length scale by evidence.',
  balance: 'Fast: local averages of φ_h and φ_e; no derivatives.',
  direct: 'Derivatives of the smoothed fractions, per pixel.',
  network: 'Trained: fields under mollifiers and a network for λ (minutes).',
};

/** Length scale of λ that the last run found, in words. */
function lengthScaleFound(session: Session): string {
  const prior = latestResult(session)?.result.document.settings.prior;
  return prior ? `${showValue(prior.lengthNm)} nm by evidence` : 'by evidence';
}

/** Mollifier width that the last run took, in words. */
function widthFound(session: Session): string {
  const settings = latestResult(session)?.result.document.settings;
  const width = settings?.mollifierNm ?? null;
  if (width === null) return 'from the data';
  const shown = `${showValue(width)} nm`;
  return isPreview(session) ? `${shown} in the preview` : `${shown} from the data`;
}

function KernelField({ solver }: { readonly solver: Solver }): ReactNode {
  const app = useApp();
  return (
    <details className="more">
      <summary>More: kernel</summary>
      <Choice
        label="Kernel"
        value={solver.mollifier}
        options={[
          { value: 'poly8', label: 'polynomial of degree 8' },
          { value: 'bump', label: 'bump' },
          { value: 'gauss', label: 'Gaussian' },
        ]}
        onChange={(mollifier) => {
          changeJob(app, (job) => ({ ...job, solver: { ...job.solver, mollifier } }));
        }}
      />
    </details>
  );
}

function LengthScaleField({ solver, change }: SolverPart): ReactNode {
  const found = useSession(lengthScaleFound);
  return (
    <QuantityField
      label="Length scale"
      setting="solver.lengthScaleNm"
      value={solver.lengthScaleNm}
      quantity={lengthQuantity}
      empty={found}
      start={200}
      {...(solver.lengthScaleNm !== null && { origin: 'of the prior on λ' })}
      note="Over which λ is taken to vary; empty: the most evidence."
      onChange={(lengthScaleNm, gesture) => {
        change({ lengthScaleNm }, gesture);
      }}
    />
  );
}

function MollifierFields({ solver, change }: SolverPart): ReactNode {
  const found = useSession(widthFound);
  return (
    <>
      <QuantityField
        label="Mollifier"
        setting="solver.mollifierNm"
        value={solver.mollifierNm}
        quantity={lengthQuantity}
        empty={found}
        start={60}
        {...(solver.mollifierNm !== null && { origin: 'rms width' })}
        note="Width of the smoothing; empty: weighed from noise and structure."
        onChange={(mollifierNm, gesture) => {
          change({ mollifierNm }, gesture);
        }}
      />
      <KernelField solver={solver} />
    </>
  );
}

function SolverFields({ solver }: { readonly solver: Solver }): ReactNode {
  const app = useApp();
  const change = (part: Partial<Solver>, gesture: string | null): void => {
    changeJob(app, (job) => ({ ...job, solver: { ...job.solver, ...part } }), gesture);
  };
  return (
    <>
      <Segments
        label="Solver"
        setting="solver.name"
        value={solver.name}
        options={[
          { value: 'field', label: 'field' },
          { value: 'balance', label: 'balance' },
          { value: 'direct', label: 'direct' },
          { value: 'network', label: 'network' },
        ]}
        note={solverNotes[solver.name]}
        onChange={(name) => {
          change({ name, ...(name === 'field' ? { mollifierNm: null } : { lengthScaleNm: null }) }, null);
        }}
      />
      {solver.name === 'network' ? <NetworkFields solver={solver} change={change} /> : null}
      {solver.name === 'field' ? (
        <LengthScaleField solver={solver} change={change} />
      ) : (
        <MollifierFields solver={solver} change={change} />
      )}
    </>
  );
}

function ObstacleNote(): ReactNode {
  const app = useApp();
  const step = useSession((session) => obstacleOf(session)?.step ?? null);
  const message = useSession((session) => obstacleOf(session)?.message ?? '');
  const setting = useSession((session) => obstacleOf(session)?.setting ?? null);
  const open = useSession(({ openSteps }) => step !== null && openSteps.includes(step));
  if (step === null) return null;
  return (
    <p className="field-note doubtful">
      {message}{' '}
      {open && setting === null ? null : (
        <button
          type="button"
          className="link"
          onClick={() => {
            if (setting === null) toggleStep(app, step);
            else focusSetting(app, setting);
          }}
        >
          {setting === null ? `Open ${stepTitle(step)}` : `Go to “${fieldOf(setting).title}”`}
        </button>
      )}
    </p>
  );
}

function RunButtons(): ReactNode {
  const running = useSession((session) => session.running !== null);
  const seconds = useSession((session) =>
    isPreview(session) ? null : (session.result?.job.seconds ?? null),
  );
  const blocked = useSession((session) => obstacleOf(session) !== null);
  const trains = useSession((session) => session.running !== null && session.training !== null);
  const goesOn = useSession(commandOf('go-on-training').possible);
  if (running) {
    return (
      <>
        <CommandButton id="cancel">Cancel</CommandButton>
        {trains ? <CommandButton id="end-training">End training here</CommandButton> : null}
      </>
    );
  }
  return (
    <>
      <CommandButton id="run" variant={blocked ? 'default' : 'filled'}>
        Infer λ
      </CommandButton>
      {goesOn ? <CommandButton id="go-on-training">Go on training</CommandButton> : null}
      <span className="dim">
        {blocked ? '' : seconds === null ? 'or press Space' : `${showSeconds(seconds)} last time · Space`}
      </span>
    </>
  );
}

function SolveTrouble(): ReactNode {
  const app = useApp();
  const trouble = useSession(({ solveTrouble }) => solveTrouble);
  if (trouble === null) return null;
  const auto = /mollifier/i.test(trouble.failure.message);
  return (
    <FailureCard title="The run failed" failure={trouble.failure}>
      <RemedyButtons failure={trouble.failure} />
      {auto ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            changeJob(app, (job) => ({ ...job, solver: { ...job.solver, mollifierNm: null } }));
          }}
        >
          Take the width from the data
        </Button>
      ) : null}
    </FailureCard>
  );
}

/** The button that infers λ, always in sight, and what stands in its way. */
export function RunBar(): ReactNode {
  const open = useSession(({ project }) => project !== null);
  if (!open) return null;
  return (
    <div className="run-bar">
      <ObstacleNote />
      <div className="buttons">
        <RunButtons />
      </div>
    </div>
  );
}

/** Step 5: how λ is worked out. */
export function SolvePanel(): ReactNode {
  const settings = useSettings();
  return (
    <Step name="solve">
      {settings === null ? (
        <p className="field-note">Open a file first.</p>
      ) : (
        <>
          <SolverFields solver={settings.job.solver} />
          <FollowBox />
          <SolveTrouble />
        </>
      )}
    </Step>
  );
}
