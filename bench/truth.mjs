// The accuracy table of bench/README.md: every case of the truth kit through the command line, as a user would run it.
//   npm run bench:truth [-- --kit ../shared/truth] [--cases 01,05]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPages, score } from './score.mjs';
import { argumentsOf } from './truth-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const valueOf = (flag) =>
  process.argv.includes(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined;
const kit = path.resolve(valueOf('--kit') ?? path.join(root, '../shared/truth'));
const only = valueOf('--cases')?.split(',');
const bestDirect = {
  '01': 0.032,
  '02': 0.035,
  '03': 0.104,
  '04': 0.038,
  '05': 0.007,
  '06': 0.03,
  '07': 0.023,
  '08': 0.117,
  12: 0.054,
};

function inferCase(folder, truth, { solver, mask, equation }, out) {
  const output = execFileSync(
    process.execPath,
    [
      path.join(root, 'bin/epiflux.js'),
      'infer',
      ...argumentsOf(folder, truth, mask),
      '--solver',
      solver,
      ...(equation ? ['--equation', equation] : []),
      '--out',
      out,
      '--json',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26 },
  );
  return JSON.parse(output);
}

/** Exit code of a result that is nowhere identifiable (see docs/command-line.md): the solver cannot do the case. */
const notIdentifiable = 5;

/** The result of a case, or null where a solver that may says that λ is not identifiable. */
function resultOf(folder, truth, variant, out) {
  try {
    return inferCase(folder, truth, variant, out);
  } catch (error) {
    if (!['field', 'phaseField'].includes(variant.key) || error.status !== notIdentifiable) throw error;
    return null;
  }
}

async function measureCase(id, name) {
  const folder = path.join(kit, name);
  const truth = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8'));
  const [known, mask] = [
    await readPages(path.join(folder, truth.lambda)),
    await readPages(path.join(folder, truth.mask)),
  ];
  const row = {
    id,
    name,
    ratio: truth.scores.ratio.relL2,
    constant: truth.scores.constant_best.relL2,
    bestDirect: bestDirect[id] ?? null,
  };
  const variants = [
    { key: 'balance', solver: 'balance', mask: 'file' },
    { key: 'direct', solver: 'direct', mask: 'file' },
    { key: 'phaseField', solver: 'direct', mask: 'file', equation: 'phase-field' },
    { key: 'field', solver: 'field', mask: 'file' },
    ...(truth.geometry ? [] : [{ key: 'auto', solver: 'direct', mask: 'auto' }]),
  ];
  for (const variant of variants) {
    const out = mkdtempSync(path.join(tmpdir(), 'epiflux-truth-'));
    const result = resultOf(folder, truth, variant, out);
    if (result === null) continue;
    const map = readdirSync(out).find((file) => file.endsWith('.lambda.ome.tif'));
    row[variant.key] = {
      ...score(await readPages(path.join(out, map)), known, mask),
      widthNm: result.settings.mollifierNm,
      lengthNm: result.settings.prior?.lengthNm ?? null,
      sd: result.uncertainty?.sd ?? null,
      seconds: result.solver.seconds,
      mismatch: result.residual.mismatch,
    };
    rmSync(out, { recursive: true });
  }
  return row;
}

const number = (value, digits = 4) => (value === null ? '' : value.toFixed(digits).replace(/^0/, ''));
const rows = [];
for (const name of readdirSync(kit)
  .filter((entry) => /^(0[1-9]|1[0-25-8])_/.test(entry) && (only?.includes(entry.slice(0, 2)) ?? true))
  .sort()) {
  rows.push(await measureCase(name.slice(0, 2), name));
  process.stderr.write(`${name}\n`);
}
console.log(
  '| case | best constant | ratio | balance | balance / ratio | direct, best width (kit) | direct, own width | phase-field form | own / best | width nm | coverage | mismatch | direct, automatic mask | field | field / best rival | ℓ nm | sd | seconds |',
);
console.log(`|${'---|'.repeat(18)}`);
for (const { name, constant, ratio, balance, direct, phaseField, field, auto, bestDirect: best } of rows) {
  const cells = [
    name,
    number(constant, 3),
    number(ratio, 4),
    number(balance.relL2),
    (balance.relL2 / ratio).toFixed(2),
    number(best, 3),
    number(direct.relL2),
    phaseField === undefined ? '' : number(phaseField.relL2, 3),
    best === null ? '' : (direct.relL2 / best).toFixed(2),
    direct.widthNm.toFixed(0),
    direct.coverage.toFixed(3),
    direct.mismatch ? 'yes' : 'no',
    auto === undefined || name.startsWith('11') ? '' : number(auto.relL2, 3),
    ...(field === undefined
      ? ['', '', '', '', '']
      : [
          number(field.relL2),
          (field.relL2 / Math.min(balance.relL2, direct.relL2, phaseField?.relL2 ?? Infinity)).toFixed(2),
          field.lengthNm.toFixed(0),
          number(field.sd, 3),
          field.seconds.toFixed(1),
        ]),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
// A few cases are a look, not the table: they leave what was measured of all of them as it is.
if (only === undefined) mkdirSync(path.join(root, 'bench/results'), { recursive: true });
if (only === undefined)
  writeFileSync(path.join(root, 'bench/results/truth.json'), `${JSON.stringify(rows, null, 1)}\n`);
