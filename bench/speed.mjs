// The timing table of bench/README.md: solve and whole command, medians of several runs.
//   npm run bench:speed [-- --kit ../shared/truth --runs 7]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { infer, memorySource, parseJob, quietRun } from '../dist/src-core/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const kit = path.resolve(option('kit', path.join(root, '../shared/truth')));
const runs = Number(option('runs', '7'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const cases = [
  { title: '256 × 256, two channels', folder: '01_ellipse_bumps_n02' },
  { title: '24 × 96 × 96, two channels', folder: '10_zstack_bumps_n05' },
];

const sourceOf = (folder, name) =>
  memorySource(name, new Uint8Array(readFileSync(path.join(kit, folder, name))));

async function solveSeconds(folder, solver) {
  const job = parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
    mask: 'file',
    solver: { name: solver },
  });
  const files = { input: sourceOf(folder, 'image.ome.tif'), mask: sourceOf(folder, 'mask.tif') };
  const seconds = [];
  for (let k = 0; k < runs; k++) seconds.push((await infer(files, job, quietRun)).report.solver.seconds);
  return { first: seconds[0], median: median(seconds) };
}

function commandSeconds(folder, solver) {
  const seconds = [];
  for (let k = 0; k < runs; k++) {
    const out = mkdtempSync(path.join(tmpdir(), 'epiflux-speed-'));
    const start = performance.now();
    const file = (name) => path.join(kit, folder, name);
    execFileSync(
      process.execPath,
      [
        path.join(root, 'bin/epiflux.js'),
        'infer',
        file('image.ome.tif'),
        '--heterochromatin',
        '0',
        '--euchromatin',
        '1',
        '--mask',
        file('mask.tif'),
        '--solver',
        solver,
        '--out',
        out,
        '--quiet',
      ],
      { stdio: 'ignore' },
    );
    seconds.push((performance.now() - start) / 1000);
    rmSync(out, { recursive: true });
  }
  return median(seconds);
}

console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, median of ${runs} runs\n`);
console.log('| input | solver | solve, first run ms | solve, median ms | whole command s |');
console.log('|---|---|---|---|---|');
for (const { title, folder } of cases) {
  for (const solver of ['balance', 'direct']) {
    const { first, median: middle } = await solveSeconds(folder, solver);
    console.log(
      `| ${title} | ${solver} | ${(1000 * first).toFixed(0)} | ${(1000 * middle).toFixed(0)} | ${commandSeconds(folder, solver).toFixed(2)} |`,
    );
  }
}
