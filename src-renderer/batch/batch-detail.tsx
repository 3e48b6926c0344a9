import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { BatchResultDetail } from '../../src-main/api-batch.js';
import { downloadFile, openInput, revealOutput, startBatch } from '../actions/batch-actions.js';
import { batchObstacle, type BatchRow, sortedRows } from '../state/batch.js';
import { levelWord } from '../state/level.js';
import { showBytes, showShare, showTogether, showValue } from '../state/wording.js';
import { Fact } from '../readout/fact.js';
import { useApp, useSession } from '../ui/app-context.js';
import { FailureCard } from '../ui/failure-card.js';
import { BatchStrip } from './batch-strip.js';

function Numbers({ document }: Pick<BatchResultDetail, 'document'>): ReactNode {
  const { lambda, identifiable, input, region, settings, uncertainty } = document;
  const [mean, sd, p05, p95] = showTogether([lambda.mean, lambda.sd, lambda.p05, lambda.p95]);
  const rows: readonly (readonly [string, string])[] = [
    ['λ median', showValue(lambda.median)],
    ['λ mean ± sd over pixels', `${mean} ± ${sd}`],
    ['5 – 95 %', `${p05} – ${p95}`],
    ['identifiable', showShare(identifiable)],
    ['nuclei, area', `${region.nuclei}, ${showValue(region.areaUm2)} µm²`],
    ['pixel size', `${showValue(input.pixelSizeNm)} nm`],
    ...(settings.mollifierNm === null
      ? []
      : [['mollifier, rms', `${showValue(settings.mollifierNm)} nm`] as const]),
    ...(settings.lengthScaleNm === null
      ? []
      : [['length scale of λ', `${showValue(settings.lengthScaleNm)} nm`] as const]),
    ...(uncertainty === null ? [] : [['sd of λ, pattern (median)', showValue(uncertainty.sd)] as const]),
    ['level of λ known to', levelWord(document)],
  ];
  return (
    <table>
      <tbody>
        {rows.map(([title, value]) => (
          <Fact key={title} name={title} value={value} />
        ))}
      </tbody>
    </table>
  );
}

function Doubts({ document }: Pick<BatchResultDetail, 'document'>): ReactNode {
  const { warnings } = document;
  if (warnings.length === 0) return null;
  return (
    <details className="sentences">
      <summary className="doubtful">
        {warnings.length} {warnings.length === 1 ? 'warning' : 'warnings'}
      </summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </details>
  );
}

function Files({
  input,
  files,
}: {
  readonly input: string;
  readonly files: BatchResultDetail['files'];
}): ReactNode {
  const app = useApp();
  const reveals = useSession(({ hello }) => hello?.capabilities.reveal === true);
  if (reveals) {
    return (
      <div className="buttons">
        <Button size="xs" variant="default" onClick={() => void revealOutput(app, input)}>
          Show its files
        </Button>
      </div>
    );
  }
  return (
    <details className="sentences">
      <summary>Its files</summary>
      <ul className="batch-files">
        {files.map(({ name, bytes }) => (
          <li key={name}>
            <button type="button" className="link" onClick={() => void downloadFile(app, input, name)}>
              {name}
            </button>{' '}
            {showBytes(bytes)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Result({ row }: { readonly row: BatchRow }): ReactNode {
  const detail = useSession(({ batch }) => batch.detail);
  const trouble = useSession(({ batch }) => batch.detailTrouble);
  if (trouble !== null) return <FailureCard title={trouble.what} failure={trouble.failure} />;
  if (row.state !== 'done' && row.state !== 'skipped') return null;
  if (detail?.input !== row.name) return <p className="dim">…</p>;
  const { document, thumbnail, limits, files } = detail.result;
  const [low, high] = showTogether(limits);
  return (
    <>
      <img className="batch-map" src={thumbnail} alt={`Map of λ of ${row.name}`} />
      <p className="field-note">
        λ from {low} (dark) to {high} (light), its 5th to 95th percentile; hatched: not identifiable.
      </p>
      <Numbers document={document} />
      <Doubts document={document} />
      <Files input={row.name} files={files} />
    </>
  );
}

function Buttons({ row }: { readonly row: BatchRow }): ReactNode {
  const app = useApp();
  const isReady = useSession((session) => batchObstacle(session) === null);
  const running = useSession(({ batch }) => batch.run?.state === 'running');
  const isDone = row.state === 'done' || row.state === 'skipped';
  return (
    <div className="buttons">
      <Button
        size="xs"
        variant={isDone ? 'filled' : 'default'}
        disabled={row.state === 'running'}
        onClick={() => void openInput(app, row.name)}
      >
        {isDone ? 'Open this result' : 'Open this image'}
      </Button>
      {row.state === 'failed' ? (
        <Button
          size="xs"
          variant="default"
          disabled={!isReady || running}
          onClick={() => void startBatch(app, [row.name])}
        >
          Run it again
        </Button>
      ) : null}
    </div>
  );
}

function Chosen({ row }: { readonly row: BatchRow }): ReactNode {
  return (
    <section className="readout" aria-labelledby="batch-chosen-title">
      <h2 id="batch-chosen-title">
        <span className="as-is" title={row.name}>
          {row.name}
        </span>
      </h2>
      {row.error === null ? null : <FailureCard title="It failed" failure={row.error} />}
      {row.doubt === null ? null : <p className="field-note doubtful">{row.doubt}</p>}
      <Result row={row} />
      <Buttons row={row} />
    </section>
  );
}

/** The right of the batch page: the medians so far, and the image that is looked at. */
export function BatchSide(): ReactNode {
  const page = useSession(({ batch }) => batch);
  const row = page.chosen === null ? undefined : sortedRows(page).find(({ name }) => name === page.chosen);
  return (
    <aside className="readouts" aria-label="Image of the batch">
      <BatchStrip />
      {row === undefined ? (
        <p className="dim">Choose an image in the table to look at its result, or at why it failed.</p>
      ) : (
        <Chosen row={row} />
      )}
    </aside>
  );
}
