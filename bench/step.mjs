// One training step: MLP 4 × 128 on 128 × 128 points, mollifier layer of five kernels, Adam; beside PyTorch where there is one.
//   npm run bench:step [-- --steps 15 --python /usr/bin/python3]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
const core = new URL('../dist/src-core/', import.meta.url);
const from = (name) => import(new URL(name, core));
const { simdEngine } = await from('index.js');
const { measureStep, trainingStep } = await from('benchmarks/training-step.js');
const { quietRun } = await from('run.js');
const { openSimdHost } = await import(new URL('../dist/src-main/compute/simd-host.js', import.meta.url));

const option = (name, fallback) =>
  process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback;
const steps = Number(option('steps', '15'));
const python = option('python', 'python3');
const { side, points, target, source, layer, network } = trainingStep();

/** Our step, the same as in `epiflux benchmark`. */
async function measure(threads) {
  const host = openSimdHost(threads);
  const means = { engine: simdEngine(host), clock: () => performance.now() / 1000 };
  const { medianMs, first, last, peakBytes } = await measureStep(trainingStep(), means, steps, quietRun);
  await host.close();
  return { threads, medianMs, first, last, peakMB: Math.round(peakBytes / 2 ** 20) };
}

/** The peer's step on so many threads, or null where there is no PyTorch. */
function measurePeer(threads) {
  const folder = mkdtempSync(path.join(tmpdir(), 'epiflux-step-'));
  const file = path.join(folder, 'problem.json');
  const plain = (values) => [...values];
  writeFileSync(
    file,
    JSON.stringify({
      ...{ side, taps: layer.kernels.taps[2], points: plain(points), kernels: plain(layer.kernels.values) },
      ...{ target: plain(target), source: plain(source) },
      blocks: network.parameters.map((each) => ({ ...each, values: plain(each.values) })),
    }),
  );
  try {
    const args = [path.join(import.meta.dirname, 'step.py'), file, String(threads), String(steps)];
    return {
      threads,
      ...JSON.parse(execFileSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
    };
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Turn and turn about, so that both see the machine alike.
const rows = [];
for (const threads of [1, 2]) {
  rows.push({ name: 'epiflux simd', ...(await measure(threads)) });
  const peer = measurePeer(threads);
  if (peer !== null) rows.push({ name: 'PyTorch', ...peer });
}
const best = Math.min(...rows.filter(({ name }) => name === 'PyTorch').map(({ medianMs }) => medianMs));
console.log('| engine | threads | median ms | over the best of PyTorch | first loss | last loss | peak MB |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const { name, threads, medianMs, first, last, peakMB } of rows) {
  const ratio = Number.isFinite(best) ? (medianMs / best).toFixed(2) : 'no PyTorch here';
  console.log(
    `| ${name} | ${threads} | ${medianMs.toFixed(0)} | ${ratio} | ${first.toFixed(5)} | ${last.toFixed(5)} | ${peakMB} |`,
  );
}
