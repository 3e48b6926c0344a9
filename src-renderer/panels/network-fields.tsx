import type { ReactNode } from 'react';
import type { Settings } from '../state/session.js';
import { Choice, Segments } from '../ui/field.js';
import { QuantityField } from '../ui/quantity-field.js';
import { countQuantity, positiveQuantity } from './quantities.js';
import type { SolverPart } from './solver-part.js';

type Network = Settings['job']['solver']['network'];

interface NetworkPart {
  readonly network: Network;
  readonly change: (part: Partial<Network>, gesture: string | null) => void;
}

type CountName = 'steps' | 'width' | 'depth' | 'points' | 'patience';

function CountField({
  label,
  name,
  note,
  part: { network, change },
}: {
  readonly label: string;
  readonly name: CountName;
  readonly note: string;
  readonly part: NetworkPart;
}): ReactNode {
  return (
    <QuantityField
      label={label}
      value={network[name]}
      quantity={countQuantity}
      note={note}
      onChange={(value, gesture) => {
        if (value !== null) change({ [name]: Math.round(value) }, gesture);
      }}
    />
  );
}

/** What is trained, and how fields are differentiated. */
function FormFields({ network, change }: NetworkPart): ReactNode {
  return (
    <>
      <Choice
        label="Architecture"
        value={network.architecture}
        options={[
          { value: 'mlp', label: 'MLP' },
          { value: 'piratenet', label: 'PirateNet' },
          { value: 'pinnsformer', label: 'PINNsFormer (small)' },
        ]}
        onChange={(architecture) => {
          change({ architecture }, null);
        }}
      />
      <Segments
        label="Fields"
        value={network.under}
        options={[
          { value: 'grid', label: 'free grid' },
          { value: 'network', label: 'network' },
        ]}
        note="What stands under the mollifier in place of the measured fields."
        onChange={(under) => {
          change({ under, ...(under === 'grid' && { derivatives: 'mollifier' }) }, null);
        }}
      />
      <Segments
        label="Derivatives"
        value={network.derivatives}
        options={[
          { value: 'mollifier', label: 'mollifier' },
          { value: 'autodiff', label: 'autodiff' },
        ]}
        note={
          network.derivatives === 'autodiff'
            ? 'The network itself, differentiated four times: slow, for comparison.'
            : undefined
        }
        onChange={(derivatives) => {
          change({ derivatives, ...(derivatives === 'autodiff' && { under: 'network' }) }, null);
        }}
      />
    </>
  );
}

function OptimizerFields(part: NetworkPart): ReactNode {
  const { network, change } = part;
  return (
    <>
      <Segments
        label="Optimiser"
        value={network.optimizer}
        options={[
          { value: 'adam', label: 'Adam' },
          { value: 'soap', label: 'SOAP' },
          { value: 'lbfgs', label: 'L-BFGS' },
        ]}
        onChange={(optimizer) => {
          change({ optimizer }, null);
        }}
      />
      <CountField label="Steps" name="steps" note="At most; 600 are usual." part={part} />
    </>
  );
}

function MoreFields(part: NetworkPart): ReactNode {
  const { network, change } = part;
  return (
    <details className="more">
      <summary>More: network</summary>
      <CountField label="Width" name="width" note="Numbers per layer." part={part} />
      <CountField label="Depth" name="depth" note="Hidden layers." part={part} />
      <CountField label="Cells" name="points" note="Most cells in the box around the nucleus." part={part} />
      <CountField
        label="Patience"
        name="patience"
        note="Steps without a better held-out error after which training ends; 0: never."
        part={part}
      />
      <QuantityField
        label="Learning rate"
        value={network.learningRate}
        quantity={positiveQuantity}
        empty="one that suits"
        start={0.002}
        onChange={(learningRate, gesture) => {
          change({ learningRate }, gesture);
        }}
      />
      <Segments
        label="λ"
        value={network.rate}
        options={[
          { value: 'network', label: 'network' },
          { value: 'pointwise', label: 'point by point' },
        ]}
        onChange={(rate) => {
          change({ rate, ...(rate === 'pointwise' && { start: 'random' }) }, null);
        }}
      />
      <Segments
        label="λ begins"
        value={network.start}
        options={[
          { value: 'random', label: 'at random' },
          { value: 'direct', label: 'as direct' },
        ]}
        onChange={(start) => {
          change({ start, ...(start === 'direct' && { rate: 'network' }) }, null);
        }}
      />
    </details>
  );
}

/** Settings of the solver that trains. */
export function NetworkFields({ solver, change }: SolverPart): ReactNode {
  const { network } = solver;
  const changeNetwork: NetworkPart['change'] = (part, gesture) => {
    change({ network: { ...network, ...part } }, gesture);
  };
  return (
    <>
      <FormFields network={network} change={changeNetwork} />
      <OptimizerFields network={network} change={changeNetwork} />
      <MoreFields network={network} change={changeNetwork} />
    </>
  );
}
