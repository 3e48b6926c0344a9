import type { ReactNode } from 'react';
import { formatLength } from '../../src-core/figure/ticks.js';
import type { JobResult } from '../../src-main/api.js';
import { showShare, showValue } from '../state/wording.js';
import { useSession } from '../ui/app-context.js';

type Report = JobResult['document'];

function fitOf({ residual, solver }: Report): { readonly text: string; readonly doubtful: boolean } {
  if (residual.mismatch) return { text: 'does not fit', doubtful: true };
  const { rms, noiseRms } = residual;
  const judged = rms !== null && noiseRms !== null && rms <= 1.5 * noiseRms;
  if (!judged) return { text: `not judged by “${solver.name}”`, doubtful: false };
  return { text: 'within noise', doubtful: false };
}

function Facts({ report }: { readonly report: Report }): ReactNode {
  const { identifiable, settings, calibration } = report;
  const fit = fitOf(report);
  return (
    <>
      <table data-readout="trust">
        <tbody>
          <tr>
            <th scope="row">identifiable</th>
            <td className="strong">{showShare(identifiable)}</td>
          </tr>
        </tbody>
      </table>
      <div className="meter" aria-hidden="true">
        <span style={{ width: `${100 * identifiable}%` }} data-low={identifiable < 0.5 ? '' : undefined} />
      </div>
      <table>
        <tbody>
          <tr>
            <th scope="row">model fit</th>
            <td className={fit.doubtful ? 'doubtful' : undefined}>{fit.text}</td>
          </tr>
          <tr>
            <th scope="row">level</th>
            <td className={calibration.levelCalibrated ? undefined : 'doubtful'}>
              {calibration.levelCalibrated ? 'calibrated' : 'not calibrated'}
            </td>
          </tr>
          <tr>
            <th scope="row">smoothed over (rms)</th>
            <td>{formatLength(Number(settings.mollifierNm.toPrecision(3)))}</td>
          </tr>
          {settings.lambdaNoise === null ? null : (
            <tr>
              <th scope="row">λ error by noise alone</th>
              <td>{showShare(settings.lambdaNoise)}</td>
            </tr>
          )}
          {report.residual.rms === null || report.residual.noiseRms === null ? null : (
            <tr>
              <th scope="row">residual / noise</th>
              <td>{showValue(report.residual.rms / report.residual.noiseRms)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </>
  );
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

/** How far the map can be believed: coverage, fit, calibration, and all that it rests on. */
export function TrustReadout(): ReactNode {
  const report = useSession(({ result }) => result?.result.document ?? null);
  if (report === null) return null;
  return (
    <section className="readout" aria-labelledby="trust-title">
      <h2 id="trust-title">Can I trust it?</h2>
      <Facts report={report} />
      <Sentences title="Doubts" sentences={report.warnings} doubtful open={false} />
      <Sentences title="Assumed" sentences={report.assumptions} doubtful={false} open={false} />
    </section>
  );
}
