// The tables on checks in bench/README.md: does the forward check tell a right λ from a wrong one, and do phantoms like
// a nucleus predict the error that was made on it.
//   npm run bench:check [-- --kit ../shared/truth] [--only forward|phantom] [--cases 01,05]
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { memorySource, parseJob, quietRun } from '../dist/src-core/index.js';
import { pack } from '../dist/src-core/kernels/no-flux.js';
import { solveJob } from '../dist/src-core/pipeline.js';
import { checkSolved } from '../dist/src-core/pipeline/forward-check.js';
import { checkPhantoms } from '../dist/src-core/pipeline/phantom-check.js';
import { readPages } from './score.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const option = (name, fallback) => {
  const at = process.argv.indexOf(name);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const kit = path.resolve(option('--kit', path.join(root, '../shared/truth')));
const only = option('--only', 'both');
const chosen = option('--cases', '01,02,03,04,05,06,07,08,09,10,11,12').split(',');

const source = (file) => {
  const bytes = readFileSync(file);
  return memorySource(path.basename(file), new Uint8Array(file.endsWith('.gz') ? gunzipSync(bytes) : bytes));
};

/** Files, job and true λ of a case of the kit: mask and L0 given, the fraction where one channel or tables need it. */
async function readCase(id) {
  const name = readdirSync(kit).find((entry) => entry.startsWith(`${id}_`));
  const folder = path.join(kit, name);
  const truth = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8'));
  const file = (entry) => source(path.join(folder, entry));
  const { tables, type, parameters } = truth;
  const channel = (of, index) => ({ file: of, channel: index });
  const channels =
    type === 'density'
      ? { kind: 'density', density: channel(0, 0) }
      : {
          kind: 'two-channel',
          heterochromatin: channel(0, 0),
          euchromatin: tables ? channel(1, 0) : channel(0, 1),
        };
  const fraction = tables || type === 'density' ? { hetFraction: parameters.heterochromatin_fraction } : {};
  return {
    name,
    files: {
      input: file(tables ? tables.heterochromatin : truth.image),
      mask: file(truth.mask),
      ...(tables && { second: file(tables.euchromatin) }),
    },
    job: { channels, mask: 'file', calibration: fraction, model: { lengthNm: truth.L0_nm } },
    known: (await readPages(path.join(folder, truth.lambda))).flatMap((page) => [...page]),
  };
}

/** The sample nucleus of the project, with its truth. */
async function readSample() {
  const folder = path.join(root, 'assets/sample');
  const truth = JSON.parse(readFileSync(path.join(folder, 'truth.json'), 'utf8'));
  const file = (name) => source(path.join(folder, name));
  return {
    name: 'sample',
    files: { input: file('image.ome.tif'), mask: file('mask.ome.tif') },
    job: { ...truth.job, mask: 'file' },
    known: (await readPages(path.join(folder, 'lambda_true.ome.tif'))).flatMap((page) => [...page]),
  };
}

const solved = async ({ files, job }, lengthNm) => {
  const spec = parseJob(lengthNm ? { ...job, model: { ...job.model, lengthNm } } : job);
  return { spec, outcome: await solveJob(files, spec, quietRun) };
};

const withRate = (outcome, rate) => ({
  ...outcome,
  solution: { ...outcome.solution, rate, identifiable: new Uint8Array(rate.length).fill(1) },
});

/** λ turned by 180° about the middle of the frame; its median where that falls outside the nucleus. */
function turned(rate, { grid, voxel }) {
  const [, ny, nx] = grid.shape;
  const at = new Map();
  voxel.forEach((index, i) => at.set(index, rate[i]));
  const median = Float64Array.from(rate).sort()[rate.length >> 1];
  return Float64Array.from(voxel, (index) => {
    const plane = Math.floor(index / (ny * nx)) * ny * nx;
    return at.get(plane + ny * nx - 1 - (index - plane)) ?? median;
  });
}

async function tell(outcome, spec) {
  try {
    const { report } = await checkSolved(outcome, spec, quietRun);
    return {
      verdict: report.verdict,
      explained: report.explained,
      noise: Math.max(report.phiH.rms / report.phiH.noiseRms, report.phiE.rms / report.phiE.noiseRms),
      r: [report.phiH.correlation, report.phiE.correlation],
      settled: report.state.settled,
    };
  } catch (error) {
    return { verdict: error.tag ?? 'bug', message: error.message };
  }
}

async function forwardRow(one) {
  const { spec, outcome } = await solved(one);
  const { domain, phiH, phiE, length } = outcome.posed.problem;
  const known = pack(Float64Array.from(one.known), domain);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const constant = new Float64Array(domain.count).fill(sum(phiH) / sum(phiE));
  const trials = {
    true: [
      withRate(
        outcome,
        known.map((value) => (Number.isFinite(value) ? value : constant[0])),
      ),
      spec,
    ],
    direct: [outcome, spec],
    constant: [withRate(outcome, constant), spec],
    turned: [withRate(outcome, turned(outcome.solution.rate, domain)), spec],
  };
  for (const factor of [0.7, 1.4]) {
    const other = await solved(one, length * factor);
    trials[`L0 × ${factor}`] = [other.outcome, other.spec];
  }
  const row = { name: one.name };
  for (const [name, [trial, job]] of Object.entries(trials)) row[name] = await tell(trial, job);
  return row;
}

/** The error made on the nucleus itself, and those predicted by phantoms like it. */
async function phantomRow(one) {
  const { spec, outcome } = await solved(one);
  const { domain } = outcome.posed.problem;
  const known = pack(Float64Array.from(one.known), domain);
  let [difference, size] = [0, 0];
  outcome.solution.rate.forEach((value, i) => {
    if (outcome.solution.identifiable[i] === 0 || !Number.isFinite(known[i])) return;
    difference += (value - known[i]) ** 2;
    size += known[i] ** 2;
  });
  const { report } = await checkPhantoms(one.files, spec, quietRun);
  const error = (pattern) => report.scores.find((score) => score.pattern === pattern)?.relativeL2 ?? null;
  return {
    name: one.name,
    actual: Math.sqrt(difference / size),
    bumps: error('bumps'),
    patches: error('patches'),
    constant: error('constant'),
    failed: report.failed,
  };
}

const words = {
  'within-noise': 'within noise',
  explains: 'explains',
  'structure-left': 'structure left',
  'not-settled': 'not settled',
};
const percent = ({ verdict, explained }) =>
  explained === undefined ? verdict : `${(100 * explained).toFixed(1)} %, ${words[verdict]}`;

function forwardTable(rows) {
  const trials = Object.keys(rows[0]).filter((key) => key !== 'name');
  console.log(`| case | ${trials.join(' | ')} | direct: left / noise | direct: r of φ_h, φ_e |`);
  console.log(`|${'---|'.repeat(trials.length + 3)}`);
  for (const row of rows) {
    const r = (row.direct.r ?? []).map((value) => value?.toFixed(3) ?? '');
    const cells = [
      ...trials.map((trial) => percent(row[trial])),
      row.direct.noise?.toFixed(1) ?? '',
      r.join(', '),
    ];
    console.log(`| ${row.name} | ${cells.join(' | ')} |`);
  }
}

/** The phantom whose λ is of the nucleus's own kind. */
const ownPattern = (name) =>
  name.includes('patches') ? 'patches' : name.includes('const') ? 'constant' : 'bumps';

function phantomTable(rows) {
  const number = (value) => (value === null ? '' : value.toFixed(4).replace(/^0/, ''));
  console.log('| case | made | bumps | patches | constant | own kind / made |');
  console.log('|---|---|---|---|---|---|');
  for (const row of rows) {
    const own = row[ownPattern(row.name)];
    const ratio = own === null ? '' : (own / row.actual).toFixed(2);
    const cells = [row.actual, row.bumps, row.patches, row.constant].map(number);
    console.log(`| ${row.name} | ${cells.join(' | ')} | ${ratio} |`);
  }
}

// Kept after every case: a run that is ended half way has measured what it has measured.
const kept = path.join(root, `bench/results/check-${only}.json`);
mkdirSync(path.dirname(kept), { recursive: true });
const results = { forward: [], phantom: [] };
for (const id of [...chosen, ...(process.argv.includes('--cases') ? [] : ['sample'])]) {
  const one = id === 'sample' ? await readSample() : await readCase(id);
  if (only !== 'phantom') results.forward.push(await forwardRow(one));
  if (only !== 'forward') results.phantom.push(await phantomRow(one));
  writeFileSync(kept, `${JSON.stringify(results, null, 1)}\n`);
  process.stderr.write(`${one.name}\n`);
}
if (results.forward.length > 0) forwardTable(results.forward);
if (results.phantom.length > 0) phantomTable(results.phantom);
