import type { ReactNode } from 'react';
import type { Grid } from '../../src-core/data/grid.js';
import { colorRange } from '../../src-core/figure/color-range.js';
import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';
import type { CheckResult } from '../../src-main/api.js';
import type { ShownCheck } from '../state/checks.js';
import { showShare } from '../state/wording.js';
import { CheckNumbers } from './check-numbers.js';
import { MapThumbnail } from './map-thumbnail.js';
import { PairPlot } from './pair-plot.js';

type Phantoms = Extract<CheckResult, { kind: 'phantom' }>;
type Score = Phantoms['report']['scores'][number];

const names: Readonly<Record<Score['pattern'], string>> = {
  bumps: 'bumps',
  patches: 'patches',
  constant: 'constant',
};

/** "+1.3 %", "−16 %", "< 0.1 %". */
function showBias(bias: number): string {
  if (Math.abs(bias) < 1e-3) return '< 0.1 %';
  return `${bias < 0 ? '−' : '+'}${showShare(Math.abs(bias))}`;
}

const showLength = (nm: number | null): string =>
  nm === null ? '—' : formatLength(Number(nm.toPrecision(3)));

const rows: readonly (readonly [string, (score: Score) => string])[] = [
  ['error (relative L2)', ({ relativeL2 }) => showShare(relativeL2)],
  ['… within L0 of the rim', ({ rim }) => (rim === null ? '—' : showShare(rim))],
  ['… deeper inside', ({ interior }) => (interior === null ? '—' : showShare(interior))],
  ['bias of the median', ({ medianBias }) => showBias(medianBias)],
  ['bias of the mean', ({ meanBias }) => showBias(meanBias)],
  ['correlation', ({ correlation }) => (correlation === null ? '—' : correlation.toFixed(3))],
  ['smoothed over', ({ mollifierNm }) => showLength(mollifierNm)],
  ['length scale of λ', ({ lengthScaleNm }) => showLength(lengthScaleNm)],
];

function Numbers({ report: { scores } }: Phantoms): ReactNode {
  const columns = scores.map((score) => ({ title: names[score.pattern], of: score }));
  return <CheckNumbers corner="λ true as" columns={columns} rows={rows} />;
}

/** True and inferred map side by side under the limits of the truth, and all pixels against each other. */
function Phantom({
  phantom,
  maps,
  grid,
}: {
  readonly phantom: Phantoms['phantoms'][number];
  readonly maps: ShownCheck['maps'][number] | undefined;
  readonly grid: Grid;
}): ReactNode {
  const limits = maps && colorRange(maps.truth, () => true)?.limits;
  const name = names[phantom.pattern];
  return (
    <figure className="check-phantom">
      <figcaption>
        {name}: true, inferred
        {limits === undefined
          ? ''
          : `, colours from ${formatNumber(limits[0])} to ${formatNumber(limits[1])}`}
      </figcaption>
      {maps === undefined || limits === undefined ? null : (
        <>
          <MapThumbnail values={maps.truth} grid={grid} limits={limits} label={`True λ, ${name}`} />
          <MapThumbnail values={maps.inferred} grid={grid} limits={limits} label={`Inferred λ, ${name}`} />
        </>
      )}
      <PairPlot
        pairs={phantom.plot}
        xLabel="true λ"
        yLabel="inferred"
        summary={`λ of all pixels of the phantom with ${name}, true against inferred`}
      />
    </figure>
  );
}

/** The numbers, maps, plots and premises of the phantoms. */
export function PhantomDetails({
  result,
  maps,
}: {
  readonly result: Phantoms;
  readonly maps: ShownCheck['maps'];
}): ReactNode {
  const { report, phantoms, grid } = result;
  return (
    <>
      <p>{report.summary}</p>
      <Numbers {...result} />
      {phantoms.map((phantom, k) => (
        <Phantom key={phantom.pattern} phantom={phantom} maps={maps.at(k)} grid={grid} />
      ))}
      <ul>
        {report.failed.map(({ pattern, reason }) => (
          <li key={pattern} className="doubtful">
            {names[pattern]}: not done. {reason}
          </li>
        ))}
        {report.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </>
  );
}
