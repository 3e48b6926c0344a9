import type { ReactNode } from 'react';
import { changeJob } from '../actions/app.js';
import {
  hasDepth,
  type RegistrationKind,
  registrationFound,
  registrationKind,
  registrationLines,
  startingShift,
} from '../state/registration.js';
import type { Settings } from '../state/session.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { Choice } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';
import { shiftQuantity } from './quantities.js';

type Shift = Settings['job']['calibration']['shiftNm'];
type GivenShift = Exclude<Shift, 'auto' | null>;

function useShiftChange(): (shiftNm: Shift, gesture: string | null) => void {
  const app = useApp();
  return (shiftNm, gesture) => {
    changeJob(app, (job) => ({ ...job, calibration: { ...job.calibration, shiftNm } }), gesture);
  };
}

const labels = ['Displaced x', 'Displaced y', 'Displaced z'];

function ShiftFields({ shift }: { readonly shift: GivenShift }): ReactNode {
  const change = useShiftChange();
  const deep = useSession(hasDepth);
  const [x, y, z = 0] = shift;
  const values = deep ? [x, y, z] : [x, y];
  return labels.slice(0, values.length).map((label, axis) => (
    <QuantityField
      key={label}
      label={label}
      value={values[axis]}
      quantity={shiftQuantity}
      {...(axis === values.length - 1 && {
        note: 'of euchromatin against heterochromatin, to the right and down; it is moved back by that.',
      })}
      onChange={(value, gesture) => {
        if (value === null) return;
        const [nextX, nextY, nextZ] = values.map((own, other) => (other === axis ? value : own));
        change(deep ? [nextX, nextY, nextZ] : [nextX, nextY], gesture);
      }}
    />
  ));
}

/** What the last run found of the displacement of the channels. */
function FoundNote(): ReactNode {
  const found = useSession(registrationFound);
  const lines = found === null ? [] : registrationLines(found);
  if (lines.length === 0) return null;
  return (
    <p className={found?.left?.displaced === true ? 'field-note doubtful' : 'field-note'} role="status">
      {lines.join(' ')}
    </p>
  );
}

/** Whether the euchromatin channel is moved back onto the other, and by how much. */
export function RegistrationFields(): ReactNode {
  const app = useApp();
  const settings = useSettings();
  const change = useShiftChange();
  if (settings?.job.channels.kind !== 'two-channel') return null;
  const { shiftNm } = settings.job.calibration;
  const choose = (kind: RegistrationKind): void => {
    const given = kind === 'given' ? startingShift(app.session.get()) : null;
    change(kind === 'auto' ? 'auto' : given, null);
  };
  return (
    <>
      <Choice
        label="Registration"
        setting="calibration.shiftNm"
        value={registrationKind(shiftNm)}
        options={[
          { value: 'none', label: 'as they are' },
          { value: 'auto', label: 'register' },
          { value: 'given', label: 'moved back by …' },
        ]}
        {...(shiftNm === 'auto' && {
          note: 'The displacement that the equation wants is found in each run and taken back.',
        })}
        onChange={choose}
      />
      {shiftNm === null || shiftNm === 'auto' ? null : <ShiftFields shift={shiftNm} />}
      <FoundNote />
    </>
  );
}
