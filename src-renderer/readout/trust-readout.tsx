import type { ReactNode } from 'react';
import { formatLength } from '../../src-core/figure/ticks.js';
import type { JobResult } from '../../src-main/api.js';
import { borderGain, evidencePoints } from '../state/evidence.js';
import { levelWord } from '../state/level.js';
import { showShare, showValue } from '../state/wording.js';
import { CheckReadout } from './check-readout.js';
import { EvidencePlot } from './evidence-plot.js';
import { Fact } from './fact.js';
import { PreviewMark } from './preview-mark.js';
import { asksToRegister } from '../state/registration.js';
import { useSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { RegistrationFacts } from './registration-facts.js';

type Report = JobResult['document'];

function fitOf({ residual, solver }: Report): { readonly text: string; readonly doubtful: boolean } {
  if (residual.mismatch) return { text: 'does not fit', doubtful: true };
  const { rms, noiseRms } = residual;
  const judged = rms !== null && noiseRms !== null && rms <= 1.5 * noiseRms;
  if (!judged) return { text: `not judged by “${solver.name}”`, doubtful: false };
  return { text: 'within noise', doubtful: false };
}

function Coverage({ identifiable }: { readonly identifiable: number }): ReactNode {
  return (
    <>
      <table data-readout="trust">
        <tbody>
          <Fact name="identifiable" value={showShare(identifiable)} mark="strong" />
        </tbody>
      </table>
      <div className="meter" aria-hidden="true">
        <span style={{ width: `${100 * identifiable}%` }} data-low={identifiable < 0.5 ? '' : undefined} />
      </div>
    </>
  );
}

/** An error by noise over this share of λ is marked as doubtful. */
const noisyShare = 0.3;

const markOf = (doubtful: boolean): 'doubtful' | undefined => (doubtful ? 'doubtful' : undefined);

/** Noise that has to be taken this many times stronger than measured speaks against the equation. */
const suspiciousInflation = 2;

/** What a solver that knows its uncertainty says of λ. */
function FieldFacts({ report: { settings, uncertainty } }: { readonly report: Report }): ReactNode {
  const { prior } = settings;
  if (prior === null || uncertainty === null) return null;
  const { sd, resolutionNm, inflation } = uncertainty;
  // Results saved before there was one have none.
  const { totalSd = null } = uncertainty as Partial<typeof uncertainty>;
  const origin = prior.from === 'data' ? 'by evidence' : 'given';
  const borders = borderGain(prior);
  return (
    <>
      <Fact name="sd, pattern (median)" value={showValue(sd)} />
      {totalSd === null ? null : <Fact name="sd, with level (median)" value={showValue(totalSd)} />}
      <Fact
        name="resolved down to (median)"
        value={resolutionNm === null ? 'nothing' : formatLength(Number(resolutionNm.toPrecision(2)))}
        mark={markOf(resolutionNm === null)}
      />
      <Fact name={`length scale, ${origin}`} value={formatLength(Number(prior.lengthNm.toPrecision(3)))} />
      <Fact name="sd of λ (prior)" value={showValue(prior.sd)} />
      {borders === null ? null : <Fact name="sharp borders of λ, held-out noise" value={borders} />}
      {inflation <= 1.05 ? null : (
        <Fact
          name="noise taken as"
          value={`${inflation.toFixed(1)} × measured`}
          mark={markOf(inflation >= suspiciousInflation)}
        />
      )}
    </>
  );
}

function Facts({ report }: { readonly report: Report }): ReactNode {
  const { settings, calibration, residual } = report;
  const { lambdaNoise, mollifierNm } = settings;
  const fit = fitOf(report);
  return (
    <table>
      <tbody>
        <Fact name="model fit" value={fit.text} mark={markOf(fit.doubtful)} />
        <Fact name="level" value={levelWord(report)} mark={markOf(!calibration.levelCalibrated)} />
        {mollifierNm === null ? null : (
          <Fact name="smoothed over (rms)" value={formatLength(Number(mollifierNm.toPrecision(3)))} />
        )}
        <FieldFacts report={report} />
        <RegistrationFacts registration={calibration.registration} />
        {lambdaNoise === null ? null : (
          <Fact
            name="λ error by noise alone"
            value={showShare(lambdaNoise)}
            mark={markOf(lambdaNoise > noisyShare)}
          />
        )}
        {residual.rms === null || residual.noiseRms === null ? null : (
          <Fact name="residual / noise" value={showValue(residual.rms / residual.noiseRms)} />
        )}
      </tbody>
    </table>
  );
}

/** Why the length scale is what it is, where it was chosen by the data. */
function Evidence({ report: { settings } }: { readonly report: Report }): ReactNode {
  const points = settings.prior === null ? [] : evidencePoints(settings.prior);
  return points.length === 0 ? null : <EvidencePlot points={points} />;
}

function Sentences({
  title,
  sentences,
  doubtful,
  open,
}: {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly doubtful: boolean;
  readonly open: boolean;
}): ReactNode {
  if (sentences.length === 0) return null;
  return (
    <details className="sentences" open={open}>
      <summary className={doubtful ? 'doubtful' : undefined}>
        {title} ({sentences.length})
      </summary>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </details>
  );
}

/** The remedy for channels that the map says are displaced. */
function RegistrationOffer(): ReactNode {
  const asks = useSession(asksToRegister);
  if (!asks) return null;
  return (
    <div className="registration-offer">
      <p className="field-note doubtful">
        The channels seem displaced against each other, which would make λ wrong everywhere.
      </p>
      <div className="buttons">
        <CommandButton id="register-channels">Register the channels</CommandButton>
      </div>
    </div>
  );
}

/** How far the map can be believed: coverage, fit, calibration, and all that it rests on. */
export function TrustReadout(): ReactNode {
  const report = useSession(({ result }) => result?.result.document ?? null);
  if (report === null) return null;
  return (
    <section className="readout" aria-labelledby="trust-title">
      <h2 id="trust-title">
        Can I trust it?
        <PreviewMark />
      </h2>
      <RegistrationOffer />
      <Coverage identifiable={report.identifiable} />
      <Facts report={report} />
      <Evidence report={report} />
      <CheckReadout />
      <Sentences title="Doubts" sentences={report.warnings} doubtful open={false} />
      <Sentences title="Assumed" sentences={report.assumptions} doubtful={false} open={false} />
    </section>
  );
}
