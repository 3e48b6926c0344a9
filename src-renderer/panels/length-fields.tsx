import type { ReactNode } from 'react';
import { formatLength } from '../../src-core/figure/ticks.js';
import { EvidencePlot } from '../readout/evidence-plot.js';
import { lengthPoints } from '../state/evidence.js';
import type { Settings } from '../state/session.js';
import { useOrigin, useSession } from '../ui/app-context.js';
import { Choice } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';
import { lengthQuantity } from './quantities.js';

type Model = Settings['job']['model'];

/** What the last result says of L0, where the image was asked for it. */
function LengthFound(): ReactNode {
  const settings = useSession(({ result }) => result?.result.document.settings ?? null);
  if (settings?.lengthEvidence == null) return null;
  const { determined, sdNm, reason } = settings.lengthEvidence;
  const points = lengthPoints(settings);
  const found = `L0 ${settings.L0Nm.toFixed(1)} ± ${(sdNm ?? 0).toFixed(1)} nm by evidence.`;
  return (
    <div data-readout="length">
      <p className={determined ? 'field-note' : 'field-note doubtful'}>
        {determined
          ? found
          : `The image does not determine L0: ${reason ?? ''}. ${formatLength(settings.L0Nm)} was kept.`}
      </p>
      {points.length === 0 ? null : <EvidencePlot points={points} of="L0" />}
    </div>
  );
}

/** L0: given, or estimated from the image, with what came of it. */
export function LengthFields({
  model,
  change,
}: {
  readonly model: Model;
  readonly change: (part: Partial<Model>, gesture: string | null) => void;
}): ReactNode {
  const origin = useOrigin(model.lengthNm, (defaults) => defaults.model.lengthNm);
  const estimated = model.lengthFrom === 'image';
  return (
    <>
      <Choice
        label="L0 is"
        value={model.lengthFrom}
        options={[
          { value: 'given', label: 'given' },
          { value: 'image', label: 'from the image' },
        ]}
        {...(estimated && {
          note: 'By evidence: how well each L0 lets the euchromatin seen foretell the heterochromatin. Takes several times as long.',
        })}
        onChange={(lengthFrom) => {
          change({ lengthFrom }, null);
        }}
      />
      <QuantityField
        label={estimated ? 'Begin at' : 'Length L0'}
        setting="model.lengthNm"
        value={model.lengthNm}
        quantity={lengthQuantity}
        {...origin}
        note={
          estimated
            ? 'L0 is looked for from 0.4 to 2.7 times this, which stays where the image does not say.'
            : '√(D/Γ_ac): how far euchromatin diffuses before it is acetylated.'
        }
        onChange={(value, gesture) => {
          if (value !== null) change({ lengthNm: value }, gesture);
        }}
      />
      {estimated ? <LengthFound /> : null}
    </>
  );
}
