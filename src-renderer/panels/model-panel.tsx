import type { ReactNode } from 'react';
import { largestFractionSd, ratioSd } from '../../src-core/data/level.js';
import { changeJob } from '../actions/app.js';
import { setSetting } from '../actions/remedy-actions.js';
import { imageShape, isUnsolvable } from '../state/findings.js';
import type { Quantity } from '../state/quantity.js';
import type { Settings } from '../state/session.js';
import { showShare } from '../state/wording.js';
import { useApp, useOrigin, useSession, useSettings } from '../ui/app-context.js';
import { Choice } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';
import { Step } from '../ui/step.js';
import { LengthFields } from './length-fields.js';
import { amountQuantity, diffusivityQuantity, positiveQuantity, shareQuantity } from './quantities.js';

type Model = Settings['job']['model'];
type SolverName = Settings['job']['solver']['name'];

function useModelChange(): (part: Partial<Model>, gesture: string | null) => void {
  const app = useApp();
  return (part, gesture) => {
    changeJob(app, (job) => ({ ...job, model: { ...job.model, ...part } }), gesture);
  };
}

type Calibration = Settings['job']['calibration'];

/** sd of the fraction, in shares of all chromatin; what two sd reach must stay a fraction. */
function FractionSdField({
  calibration: { hetFraction, hetFractionSd },
  splits,
  change,
}: {
  readonly calibration: Calibration;
  /** Whether one density is split by the fraction. */
  readonly splits: boolean;
  readonly change: (part: Partial<Calibration>, gesture: string | null) => void;
}): ReactNode {
  if (hetFraction === null) return null;
  const most = 0.999 * largestFractionSd(hetFraction);
  const note =
    hetFractionSd === null
      ? 'How well the fraction is known (one sd). Without it nobody knows how well the level of λ is known.'
      : `Level of λ: ${splits ? 'about ' : ''}± ${showShare(ratioSd(hetFraction, hetFractionSd))}, ${splits ? 'more in some places, less in others' : 'the same for every pixel'}.`;
  return (
    <QuantityField
      label="± sd"
      setting="calibration.hetFractionSd"
      value={hetFractionSd}
      quantity={{ kind: 'share', least: 1e-4, most }}
      empty="not given"
      start={Math.min(0.02, most / 2)}
      note={note}
      onChange={(sd, gesture) => {
        change({ hetFractionSd: sd }, gesture);
      }}
    />
  );
}

/** A new fraction; its sd stays as long as it can be one of it. */
function withFraction({ hetFractionSd: sd }: Calibration, hetFraction: number | null): Partial<Calibration> {
  const fits = sd !== null && hetFraction !== null && sd < largestFractionSd(hetFraction);
  return { hetFraction, hetFractionSd: fits ? sd : null };
}

function HetFractionField(): ReactNode {
  const app = useApp();
  const settings = useSettings();
  if (settings === null) return null;
  const { calibration, channels } = settings.job;
  const needed = channels.kind === 'density';
  const note = needed
    ? 'Needed to split one density: the share of heterochromatin in all chromatin of the nucleus.'
    : 'Without it the level of λ is not calibrated; its pattern is.';
  const change = (part: Partial<Calibration>, gesture: string | null): void => {
    changeJob(app, (job) => ({ ...job, calibration: { ...job.calibration, ...part } }), gesture);
  };
  return (
    <>
      <QuantityField
        label="Het. fraction"
        setting="calibration.hetFraction"
        value={calibration.hetFraction}
        quantity={shareQuantity}
        empty="not given"
        start={0.5}
        note={calibration.hetFraction === null ? <span className="doubtful">{note}</span> : undefined}
        onChange={(fraction, gesture) => {
          change(withFraction(calibration, fraction), gesture);
        }}
      />
      <FractionSdField calibration={calibration} splits={needed} change={change} />
    </>
  );
}

function GeometryField({ model }: { readonly model: Model }): ReactNode {
  const change = useModelChange();
  const stack = useSession((session) => (imageShape(session)?.[0] ?? 1) > 1);
  return (
    <Choice
      label="Image shows"
      value={model.geometry ?? 'data'}
      options={[
        { value: 'data', label: stack ? 'a z-stack (found)' : 'uniform (assumed)' },
        { value: 'uniform', label: 'uniform along z' },
        ...(stack ? [{ value: 'stack' as const, label: 'a z-stack' }] : []),
      ]}
      onChange={(value) => {
        change({ geometry: value === 'data' ? null : value }, null);
      }}
    />
  );
}

/** A number of the model that has a default. */
function ParameterField({
  label,
  name,
  quantity,
  model,
  note,
}: {
  readonly label: string;
  readonly name: 'a' | 'wellHeight' | 'phiMax' | 'kappa';
  readonly quantity: Quantity;
  readonly model: Model;
  readonly note?: string;
}): ReactNode {
  const change = useModelChange();
  const origin = useOrigin(model[name], (defaults) => defaults.model[name]);
  const setting = name === 'a' || name === 'wellHeight' ? (`model.${name}` as const) : undefined;
  return (
    <QuantityField
      label={label}
      setting={setting}
      value={model[name]}
      quantity={quantity}
      {...origin}
      note={note}
      onChange={(value, gesture) => {
        if (value !== null) change({ [name]: value }, gesture);
      }}
    />
  );
}

function FreeEnergyFields({ model }: { readonly model: Model }): ReactNode {
  const change = useModelChange();
  return (
    <details className="more">
      <summary>More: diffusivity, free energy</summary>
      <QuantityField
        label="Diffusivity D"
        value={model.diffusivityUm2PerS}
        quantity={diffusivityQuantity}
        empty="not given"
        start={0.01}
        note="Turns λ into Γ_me in 1/s."
        onChange={(value, gesture) => {
          change({ diffusivityUm2PerS: value }, gesture);
        }}
      />
      <ParameterField label="a" name="a" quantity={positiveQuantity} model={model} />
      <ParameterField label="Well height W" name="wellHeight" quantity={positiveQuantity} model={model} />
      <ParameterField label="φ_max" name="phiMax" quantity={shareQuantity} model={model} />
      <ParameterField label="κ / L0²" name="kappa" quantity={amountQuantity} model={model} />
    </details>
  );
}

/** Why the equation does not go with the solver, and the ways out of it. */
function EquationNote({
  equation,
  solver,
}: {
  readonly equation: Model['equation'];
  readonly solver: SolverName;
}): ReactNode {
  const app = useApp();
  if (solver === 'balance') return 'Not used by the solver “balance”, which averages derivatives out.';
  if (!isUnsolvable(solver, equation)) return null;
  return (
    <span className="doubtful">
      The solver “field” solves the flux balance only.{' '}
      <button
        type="button"
        className="link"
        onClick={() => {
          setSetting(app, 'solver.name', 'direct');
        }}
      >
        Solve by “direct”
      </button>
    </span>
  );
}

function EquationField({
  equation,
  solver,
}: {
  readonly equation: Model['equation'];
  readonly solver: SolverName;
}): ReactNode {
  const change = useModelChange();
  const needsNote = solver === 'balance' || isUnsolvable(solver, equation);
  return (
    <Choice
      label="Equation"
      setting="model.equation"
      value={equation}
      options={[
        { value: 'flux-balance', label: 'flux balance' },
        { value: 'phase-field', label: 'phase field' },
      ]}
      {...(needsNote && { note: <EquationNote equation={equation} solver={solver} /> })}
      onChange={(chosen) => {
        change({ equation: chosen }, null);
      }}
    />
  );
}

/** Step 4: what is assumed of the chromatin. */
export function ModelPanel(): ReactNode {
  const settings = useSettings();
  const change = useModelChange();
  if (settings === null) {
    return (
      <Step name="model">
        <p className="field-note">Open a file first.</p>
      </Step>
    );
  }
  const { model, solver } = settings.job;
  return (
    <Step name="model">
      <GeometryField model={model} />
      <EquationField equation={model.equation} solver={solver.name} />
      <LengthFields model={model} change={change} />
      <HetFractionField />
      <FreeEnergyFields model={model} />
    </Step>
  );
}
