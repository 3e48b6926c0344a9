// The table on sharp borders in bench/README.md: λ under the smooth prior and under that of sharp borders.
//   npm run build && node bench/borders.mjs [--kit ../shared/truth] [--cases 03,08]
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { memorySource, parseJob, quietRun } from '../dist/src-core/index.js';
import { unpack } from '../dist/src-core/kernels/no-flux.js';
import { solveJob } from '../dist/src-core/pipeline.js';
import { solveField } from '../dist/src-core/solvers/field/field.js';
import { readPages } from './score.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const valueOf = (flag) =>
  process.argv.includes(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined;
const kit = path.resolve(valueOf('--kit') ?? path.join(root, '../shared/truth'));
const cases = (valueOf('--cases') ?? '01,02,03,04,05,06,07,08').split(',');

async function posed(folder, truth) {
  const file = (name) => memorySource(name, new Uint8Array(readFileSync(path.join(folder, name))));
  const channels = {
    kind: 'two-channel',
    heterochromatin: { file: 0, channel: 0 },
    euchromatin: { file: 0, channel: 1 },
  };
  const job = parseJob({
    channels,
    mask: 'file',
    model: { lengthNm: truth.L0_nm },
    solver: { name: 'balance' },
  });
  const outcome = await solveJob({ input: file(truth.image), mask: file(truth.mask) }, job, quietRun);
  return outcome.posed.problem;
}

function relativeError(problem, rate, known) {
  const map = unpack(rate, problem.domain);
  let [off, all] = [0, 0];
  known.forEach((truth, i) => {
    if (!Number.isFinite(truth) || !Number.isFinite(map[i])) return;
    off += (map[i] - truth) ** 2;
    all += truth ** 2;
  });
  return Math.sqrt(off / all);
}

console.log('| case | smooth prior | chosen | length scale nm | gain / its sd | within 1, 2 sd |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const name of readdirSync(kit).filter((entry) => cases.includes(entry.slice(0, 2)))) {
  const folder = path.join(kit, name);
  const truth = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8'));
  const problem = await posed(folder, truth);
  const known = (await readPages(path.join(folder, truth.lambda))).flatMap((page) => [...page]);
  const solve = (lengthScale) => solveField(problem, { family: 'poly8', lengthScale }, quietRun);
  const chosen = await solve(null);
  const { prior, borders, sd } = chosen.uncertainty;
  const smooth = await solve(prior.lengthNm);
  const z = chosen.rate.map((v, i) => Math.abs(v - known[problem.domain.voxel[i]]) / sd[i]);
  const within = [1, 2].map((k) => (z.filter((v) => v < k).length / z.length).toFixed(2)).join(', ');
  const gain = borders === undefined ? 'smooth kept' : (borders.gain / borders.gainSd).toFixed(1);
  const errors = [smooth, chosen].map(({ rate }) => relativeError(problem, rate, known).toFixed(4));
  console.log(`| ${[name, ...errors, prior.lengthNm.toFixed(0), gain, within].join(' | ')} |`);
}
