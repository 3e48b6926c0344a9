import type { ReactNode } from 'react';
import type { CheckResult } from '../../src-main/api.js';
import { perform } from '../actions/commands.js';
import { showShare, showValue } from '../state/wording.js';
import { useApp } from '../ui/app-context.js';
import { CheckNumbers } from './check-numbers.js';
import { PairPlot } from './pair-plot.js';

type Forward = Extract<CheckResult, { kind: 'forward' }>;
type Agreement = Forward['report']['phiH'];

const rows: readonly (readonly [string, (agreement: Agreement) => string])[] = [
  ['rms difference', ({ rms }) => showValue(rms)],
  ['… in units of the noise', ({ rms, noiseRms }) => `${showValue(rms / noiseRms)} ×`],
  ['… of the spread', ({ rms, spread }) => `${showValue(rms / spread)} ×`],
  ['correlation', ({ correlation }) => (correlation === null ? '—' : correlation.toFixed(3))],
  ['relative L2', ({ relativeL2 }) => showShare(relativeL2)],
];

function Numbers({ report: { phiH, phiE } }: Forward): ReactNode {
  const columns = [
    { title: 'φ_h', of: phiH },
    { title: 'φ_e', of: phiE },
  ];
  return <CheckNumbers corner="measured − predicted" columns={columns} rows={rows} />;
}

function Plots({ plots, report }: Forward): ReactNode {
  const plot = (symbol: string, pairs: Forward['plots']['phiH'], { correlation }: Agreement): ReactNode => (
    <PairPlot
      pairs={pairs}
      xLabel={`${symbol} measured`}
      yLabel="predicted"
      summary={`${symbol} of all pixels, measured against predicted, correlation ${correlation?.toFixed(3) ?? 'unknown'}`}
    />
  );
  return (
    <div className="check-plots">
      {plot('φ_h', plots.phiH, report.phiH)}
      {plot('φ_e', plots.phiE, report.phiE)}
    </div>
  );
}

/** The numbers, plots and premises of a forward check. */
export function ForwardDetails({ result }: { readonly result: Forward }): ReactNode {
  const app = useApp();
  const { report } = result;
  return (
    <>
      <p>{report.summary}</p>
      <Numbers {...result} />
      <Plots {...result} />
      <button
        type="button"
        className="link"
        onClick={() => {
          perform(app, 'show-forward');
        }}
      >
        Show prediction and difference
      </button>
      <ul>
        {report.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}
