// One training step: MLP 4 × 128 on 128 × 128 points, mollifier layer of five kernels, Adam; beside PyTorch where there is one.
//   npm run bench:step [-- --steps 15 --python /usr/bin/python3]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
const core = new URL('../dist/src-core/', import.meta.url);
const from = (name) => import(new URL(name, core));
const { simdEngine } = await from('index.js');
const { startTape } = await from('compute/tape.js');
const { makeGrid } = await from('data/grid.js');
const { mollifierLayer, mollified } = await from('networks/mollifier-layer.js');
const { holdBlocks } = await from('networks/held-blocks.js');
const { networkOutputs, startNetwork } = await from('networks/network.js');
const { adamDefaults, startAdam, stepAdam } = await from('optimizers/adam.js');
const { openSimdHost } = await import(new URL('../dist/src-main/compute/simd-host.js', import.meta.url));

const option = (name, fallback) =>
  process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback;
const steps = Number(option('steps', '15'));
const python = option('python', 'python3');
const side = 128;
const inner = 108;
const pixel = 2 / (side - 1);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const derivatives = [[0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 2, 0], 'bilaplacian'];
// (1 − r²)⁸ of a radius of 10.5 pixels.
const layer = mollifierLayer(makeGrid([1, inner, inner], [1, pixel, pixel]), derivatives, {
  family: 'poly8',
  rmsWidth: 2.41 * pixel,
});
const position = (i) => 2 * (i / (side - 1)) - 1;
const points = Float32Array.from({ length: 2 * side * side }, (_, k) => {
  const at = k >> 1;
  return position(k % 2 === 0 ? at % side : Math.floor(at / side));
});
const onInner = (f) =>
  Float32Array.from({ length: inner * inner }, (_, at) =>
    f(position((at % inner) + 10), position(Math.floor(at / inner) + 10)),
  );
const target = onInner((x, y) => Math.sin(Math.PI * x) * Math.cos(2 * y));
const source = onInner((x, y) => Math.sin(3 * x + y));
const network = startNetwork({
  ...{ architecture: 'mlp', inputs: 2, outputs: 1, width: 128, depth: 4, waves: null, seed: 1 },
});

function lossOn(tape, held, of) {
  const g = tape.transpose(networkOutputs(tape, tape.hold(held.points), network, of));
  const [u, ux, uxx, uyy, bilaplacian] = mollified(tape, g, layer);
  const sum = (a, b) => tape.binary('add', a, b);
  const known = sum(tape.affine(bilaplacian, 0.02), tape.affine(sum(uxx, uyy), -0.1));
  const off = tape.binary('subtract', u, tape.hold(held.target));
  const equation = sum(known, sum(tape.affine(ux, 0.3), u));
  const residual = tape.binary('subtract', equation, tape.hold(held.source));
  const square = (a) => tape.sum('all', tape.binary('times', a, a));
  return tape.affine(sum(square(off), square(residual)), 1 / (inner * inner));
}

async function measure(threads) {
  const host = openSimdHost(threads);
  const engine = simdEngine(host);
  const fixed = {
    points: engine.upload(points, side * side, 2),
    target: engine.upload(target, 1, inner * inner),
    source: engine.upload(source, 1, inner * inner),
  };
  let { parameters } = network;
  let state = startAdam(parameters);
  const [times, losses] = [[], []];
  for (let k = 0; k < steps + 3; k++) {
    const start = performance.now();
    const tape = startTape(engine);
    const { of, variables } = holdBlocks(tape, parameters);
    const loss = lossOn(tape, fixed, of);
    const gradients = tape.gradients(loss, variables).map(({ tensor }, at) => ({
      ...parameters[at],
      values: engine.read(tensor),
    }));
    losses.push(engine.read(loss.tensor)[0]);
    tape.clear();
    ({ parameters, state } = stepAdam({ parameters, state }, gradients, {
      ...adamDefaults,
      learningRate: 1e-3,
    }));
    if (k >= 3) times.push(performance.now() - start);
  }
  const peakMB = Math.round(engine.memory().most / 2 ** 20);
  await host.close();
  return { threads, medianMs: median(times), first: losses[0], last: losses.at(-1), peakMB };
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
