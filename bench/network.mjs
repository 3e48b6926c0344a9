// λ by training on the two-channel cases of the truth kit, through the command line: relative L2, correlation, seconds.
//   node bench/network.mjs [--kit ../shared/truth] [--cases 01,02] [--steps 600] [-- more options of infer]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPages, score } from './score.mjs';
import { argumentsOf } from './truth-arguments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const end = process.argv.indexOf('--', 2);
const own = end < 0 ? process.argv : process.argv.slice(0, end);
const more = end < 0 ? [] : process.argv.slice(end + 1);
const option = (name, fallback) => (own.includes(name) ? own[own.indexOf(name) + 1] : fallback);
const kit = path.resolve(option('--kit', path.join(root, '../shared/truth')));
const ids = option('--cases', '01,02,03,04,05,06,07,08').split(',');

console.log('| case | relative L2 | correlation | held out | steps | cells | solve s |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const id of ids) {
  const name = readdirSync(kit).find((entry) => entry.startsWith(`${id}_`));
  const folder = path.join(kit, name);
  const truth = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8'));
  const known = await readPages(path.join(folder, truth.lambda));
  const mask = await readPages(path.join(folder, truth.mask));
  const out = mkdtempSync(path.join(tmpdir(), 'epiflux-network-'));
  const args = argumentsOf(folder, truth, 'file');
  const steps = ['--solver', 'network', '--steps', option('--steps', '600')];
  const program = path.join(root, 'bin/epiflux.js');
  const text = execFileSync(
    process.execPath,
    [program, 'infer', ...args, ...steps, ...more, '--out', out, '--json'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    },
  );
  const { solver, files } = JSON.parse(text);
  const map = await readPages(files.find((file) => file.name.endsWith('.lambda.ome.tif')).path);
  rmSync(out, { recursive: true });
  const { relL2, r } = score(map, known, mask);
  const { heldOut, steps: made, cells } = solver.training;
  const line = [relL2.toFixed(4), r === null ? '' : r.toFixed(3), heldOut.toFixed(2), made, cells];
  console.log(`| ${id} | ${line.join(' | ')} | ${solver.seconds.toFixed(1)} |`);
}
