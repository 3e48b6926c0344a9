import type { ReactNode } from 'react';
import { formatNumber } from '../../src-core/figure/ticks.js';
import { activeLayer } from '../actions/view-actions.js';
import { histogramOf, displayOf, layerData, limitsOf } from '../state/layer-data.js';
import { showTogether, showValue } from '../state/wording.js';
import { useSession } from '../ui/app-context.js';
import { Fact } from './fact.js';
import { HistogramPlot } from './histogram-plot.js';
import { PreviewMark } from './preview-mark.js';

function RateHistogram(): ReactNode {
  const data = useSession((session) => layerData(session, 'lambda'));
  const display = useSession((session) => displayOf(session, 'lambda'));
  const histogram = data === null ? undefined : histogramOf(data);
  if (data === null || histogram === undefined) return null;
  return (
    <HistogramPlot
      histogram={histogram}
      limits={limitsOf(data, 'lambda', display)}
      colormap={display.colormap}
    />
  );
}

function MethylationFact({ rate }: { readonly rate: number }): ReactNode {
  const value = (
    <>
      {formatNumber(rate)} <span className="unit">1/s</span>
    </>
  );
  return <Fact name="Γ_me median" value={value} />;
}

/** The distribution of λ over the identifiable part of the nucleus. */
export function RateReadout(): ReactNode {
  const document = useSession(({ result }) => result?.result.document ?? null);
  const contrastIsOfRate = useSession((session) => activeLayer(session) === 'lambda');
  if (document === null) return null;
  const { lambda, methylationRate } = document;
  const [mean, sd, p05, p95] = showTogether([lambda.mean, lambda.sd, lambda.p05, lambda.p95]);
  return (
    <section className="readout" aria-labelledby="rate-title">
      <h2 id="rate-title">
        Rate in this nucleus
        <PreviewMark />
      </h2>
      {contrastIsOfRate ? null : <RateHistogram />}
      <table data-readout="rate">
        <tbody>
          <Fact name="λ median" value={showValue(lambda.median)} mark="strong" />
          <Fact name="λ mean ± sd over pixels" value={`${mean} ± ${sd}`} />
          <Fact name="5 – 95 %" value={`${p05} – ${p95}`} />
          {methylationRate === null ? null : <MethylationFact rate={methylationRate.median} />}
        </tbody>
      </table>
    </section>
  );
}
