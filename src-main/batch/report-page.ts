import {
  differencesOf,
  drawStripPlot,
  drawThumbnail,
  formatNumber,
  formatShare,
  layoutStripPlot,
} from '../../src-core/index.js';
import { version } from '../engine/version.js';
import { html, type Markup, trusted } from './markup.js';
import type { ReportContent, ReportRow } from './report-content.js';
import { compareSettings, type SettingsComparison } from './report-columns.js';
import { reportStyle } from './report-style.js';

const pngUrl = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString('base64')}`;

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A rate with three digits, all of them shown, so that a column of them stands straight: "1.50". */
function rate(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 1e5 || (size > 0 && size < 1e-3)) return formatNumber(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace('-', '−');
}

/** The value in the middle of ascending ones. */
function median(values: readonly number[]): number {
  const ascending = values.filter(Number.isFinite).sort((a, b) => a - b);
  const half = Math.floor(ascending.length / 2);
  return ascending.length % 2 === 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2;
}

function counts({ rows, failed }: ReportContent): Markup {
  const medians = rows.map(({ reading }) => reading.lambdaMedian);
  const doubtful = rows.filter(({ reading }) => reading.mismatch).length;
  const list: readonly (readonly [string, string])[] = [
    [String(rows.length), rows.length === 1 ? 'nucleus image done' : 'nucleus images done'],
    [String(failed.length), 'failed'],
    ...(rows.length === 0
      ? []
      : ([
          [rate(median(medians)), 'median of their λ medians'],
          [formatShare(median(rows.map(({ reading }) => reading.identifiable))), 'identifiable, median'],
          [String(doubtful), 'where the model does not fit'],
        ] as const)),
  ];
  return html`<div class="counts">
    ${list.map(([n, what]) => html`<div><b>${n}</b><span>${what}</span></div>`)}
  </div>`;
}

function levelNote({ rows }: ReportContent): Markup {
  const open = rows.filter(({ reading }) => !reading.levelCalibrated).length;
  if (open === 0) return trusted('');
  const which =
    open === rows.length ? 'No level of λ here is' : `The level of λ in ${open} of ${rows.length} is not`;
  return html`<p class="note">
    ${which} calibrated: no heterochromatin fraction was given. Patterns within a nucleus can be compared,
    levels between nuclei only as far as the stains are equally bright.
  </p>`;
}

function distribution({ rows }: ReportContent): Markup {
  const medians = rows.map(({ reading }) => reading.lambdaMedian);
  const plot = layoutStripPlot(medians, {
    width: 900,
    height: rows.length > 40 ? 150 : 90,
    radius: rows.length > 300 ? 2.5 : 4,
  });
  if (plot === undefined) return trusted('');
  const words = `Medians of λ of ${plural(rows.length, 'nucleus image')}, ${formatNumber(Math.min(...medians))} to ${formatNumber(Math.max(...medians))}`;
  const power = plot.exponent === 0 ? '' : `, in units of 10^${plot.exponent}`;
  return html`<h2>Distribution</h2>
    <figure>
      ${trusted(drawStripPlot(plot, words))}
      <figcaption>
        Median of λ = Γ_me/Γ_ac (dimensionless${power}), one dot an image; line: median, band: first to third
        quartile. Images are no replicates: compare conditions by animal, culture or experiment.
      </figcaption>
    </figure>`;
}

function flagsOf({ reading }: ReportRow, allOpen: boolean): Markup[] {
  const { mismatch, displaced, levelCalibrated, identifiable, nuclei } = reading;
  const words = [
    ...(mismatch ? ['model does not fit'] : []),
    ...(displaced ? ['channels displaced'] : []),
    ...(levelCalibrated || allOpen ? [] : ['level not calibrated']),
    ...(identifiable < 0.5 ? ['little identifiable'] : []),
    ...(nuclei > 1 ? [`${nuclei} nuclei`] : []),
  ];
  return words.map((word) => html`<span class="flag">${word}</span>`);
}

function warningsOf({ warnings }: ReportRow): Markup {
  if (warnings.length === 0) return trusted('');
  const items = warnings.map((warning) => html`<li>${warning}</li>`);
  return html`<details>
    <summary>${plural(warnings.length, 'warning')}</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function rowOf(row: ReportRow, differing: readonly string[], allOpen: boolean): Markup {
  const { entry, reading, lambda } = row;
  const alt = `Map of λ of ${entry.input}`;
  const cells = differing.map((value) => html`<td>${value}</td>`);
  return html`<tr>
    <td class="map"><img src="${pngUrl(row.thumbnail)}" alt="${alt}" /></td>
    <td class="name">${entry.input}</td>
    <td class="num">${rate(reading.lambdaMedian)}</td>
    <td class="num">${rate(reading.lambdaSd)}</td>
    <td class="num">${rate(lambda.p05)} – ${rate(lambda.p95)}</td>
    <td class="num">${formatShare(reading.identifiable)}</td>
    <td>${flagsOf(row, allOpen)}${warningsOf(row)}</td>
    ${cells}
  </tr>`;
}

/** The colours of the thumbnails with their values. */
function colorScale({ limits }: ReportContent): Markup {
  if (limits === undefined) return trusted('');
  const [low, high] = limits;
  const ramp = Float32Array.from({ length: 128 }, (_, i) => low + ((i + 0.5) / 128) * (high - low));
  const bar = drawThumbnail({
    nx: 128,
    ny: 1,
    rate: ramp,
    mask: new Uint8Array(128).fill(1),
    size: 128,
    limits,
  });
  return html`<p class="scale">
    λ ${formatNumber(low)} <img src="${pngUrl(bar)}" alt="colour scale, viridis" /> ${formatNumber(high)}, the
    same for every map; beyond it the end colours; hatched: not identifiable.
  </p>`;
}

function nuclei(content: ReportContent, { differing }: SettingsComparison): Markup {
  const { rows } = content;
  if (rows.length === 0) return trusted('');
  const allOpen = rows.every(({ reading }) => !reading.levelCalibrated);
  const more = differing.map(({ title }) => html`<th scope="col">${title}</th>`);
  const body = rows.map((row, k) =>
    rowOf(
      row,
      differing.map(({ values }) => values[k]),
      allOpen,
    ),
  );
  return html`<h2>Nuclei</h2>
    ${colorScale(content)}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Map of λ</th>
            <th scope="col">Image</th>
            <th scope="col" class="num">λ median</th>
            <th scope="col" class="num">sd over pixels</th>
            <th scope="col" class="num">5 – 95 %</th>
            <th scope="col" class="num">Identifiable</th>
            <th scope="col">Flags</th>
            ${more}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>`;
}

function failures({ failed }: ReportContent): Markup {
  if (failed.length === 0) return trusted('');
  const rows = failed.map(
    ({ input, error }) =>
      html`<tr>
        <td>${input}</td>
        <td>
          <span class="reason">${error?.message ?? ''}</span><br />
          <span class="dim">${error?.hint ?? ''}</span>
        </td>
      </tr>`,
  );
  return html`<h2>Failed</h2>
    <table class="failed">
      <thead>
        <tr>
          <th scope="col">Image</th>
          <th scope="col">Why, and what would do</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
}

function restsOn({ rows }: ReportContent, { shared }: SettingsComparison): Markup {
  if (rows.length === 0) return trusted('');
  const common = rows[0].assumptions.filter((sentence) =>
    rows.every(({ assumptions }) => assumptions.includes(sentence)),
  );
  const same = shared.map(({ title, value }) => html`<li>${title}: ${value}</li>`);
  return html`<h2>What every map here rests on</h2>
    <ul class="list">
      ${common.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
    <p class="dim">The same for all images:</p>
    <ul class="list">
      ${same}
    </ul>`;
}

function jobPart({ job, defaults, jobHash, patterns }: ReportContent): Markup {
  const changed = differencesOf(job, defaults).map(
    ({ path, value, base }) =>
      html`<li>
        ${path}: ${JSON.stringify(value)}
        <span class="dim">(default: ${base === null ? 'not given' : JSON.stringify(base)})</span>
      </li>`,
  );
  const given = patterns.map(([what, pattern]) => html`<li>${what}: ${pattern}</li>`);
  return html`<h2>The job</h2>
    <p>${changed.length === 0 ? 'Every setting has its default.' : 'Settings that are not the default:'}</p>
    <ul class="list">
      ${changed}
    </ul>
    <p class="dim">Which files were taken:</p>
    <ul class="list">
      ${given}
    </ul>
    <details>
      <summary>The whole job, to be used again with --config</summary>
      <pre>${JSON.stringify(job, null, 2)}</pre>
    </details>
    <p class="hash">Epiflux ${version} · job ${jobHash}</p>`;
}

function hashes({ rows, failed }: ReportContent): Markup {
  const entries = [...rows.map(({ entry }) => entry), ...failed];
  const lines = entries.map(({ input, sha256, mask, second }) => {
    const more = [mask, second].flatMap((file) => (file ? [html`<br />${file.name} ${file.sha256}`] : []));
    return html`<tr>
      <td>${input}</td>
      <td class="hash">${sha256 ?? 'not read'}${more}</td>
    </tr>`;
  });
  return html`<details>
    <summary>SHA-256 of every input</summary>
    <table>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </details>`;
}

/** report.html: every nucleus, every failure, the job, versions and hashes, in one page without scripts. */
export function reportPage(content: ReportContent): string {
  const comparison = compareSettings(content.rows.map(({ settings }) => settings));
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${content.title} · Epiflux batch</title>
        <style>
          ${trusted(reportStyle)}
        </style>
      </head>
      <body>
        <h1>Batch of ${content.title}</h1>
        <p class="dim">
          Epigenetic rate ratio λ = Γ_me/Γ_ac: methylation over acetylation, dimensionless. Epiflux
          ${version}.
        </p>
        ${counts(content)} ${levelNote(content)} ${distribution(content)} ${nuclei(content, comparison)}
        ${failures(content)} ${restsOn(content, comparison)} ${jobPart(content)} ${hashes(content)}
      </body>
    </html> `.markup;
}
