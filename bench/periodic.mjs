// Error of λ on periodic boxes (256², smooth bumps, L0 150 nm, 15 nm pixels) against the goals, median over seeds.
//   npm run build && node bench/periodic.mjs [seeds] [--json FILE]
import { writeFileSync } from 'node:fs';
const core = new URL('../dist/src-core/', import.meta.url);
const { infer, memorySource, parseJob, quietRun, simulateNucleus } = await import(new URL('index.js', core));
const { parsePhantomSpec } = await import(new URL('models/phantom-spec.js', core));
const { writeOmeTiff } = await import(new URL('io/ome-tiff.js', core));
const { randomStream } = await import(new URL('random.js', core));

const seeds = Number(process.argv[2] ?? 5);
const goals = { 0.01: 0.008, 0.02: 0.01, 0.05: 0.012, 0.1: 0.016, 0.2: 0.022 };
const noises = Object.keys(goals)
  .map(Number)
  .sort((p, q) => p - q);
const ways = ['field', 'direct', 'balance'];

/** The box as the camera of `epiflux simulate` records it at a noise, from one that was recorded without. */
function recorded({ grid, channels, truth }, noise, seed) {
  const { offset, gainCountsPerPhi } = truth.camera;
  const gain = 2 / (noise * noise * (truth.meanPhiH + truth.meanPhiE));
  const stream = randomStream(seed);
  const images = channels.map(({ name, counts }) => ({
    name,
    values: Uint16Array.from(counts, (count) => {
      const phi = Math.max(0, (count - offset) / gainCountsPerPhi);
      return Math.max(0, Math.round(offset + stream.poisson(gain * phi) + 1.5 * stream.normal()));
    }),
  }));
  const bytes = Buffer.concat(writeOmeTiff({ grid, channels: images }));
  return memorySource('box.ome.tif', new Uint8Array(bytes));
}

function relativeL2({ rate }, known) {
  let [error, size] = [0, 0];
  rate.estimate.forEach((value, i) => {
    if (rate.identifiable[i] === 0) return;
    error += (value - known[i]) ** 2;
    size += known[i] ** 2;
  });
  return Math.sqrt(error / size);
}

const jobOf = (solver, { truth }) =>
  parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
    mask: 'none',
    calibration: {
      hetFraction: truth.heterochromatinFraction,
      offset: [truth.camera.offset, truth.camera.offset],
    },
    model: { boundary: 'periodic' },
    solver: { name: solver },
  });

const results = [];
for (let seed = 1; seed <= seeds; seed++) {
  const phantom = await simulateNucleus(parsePhantomSpec({ shape: 'periodic', noise: 0, seed }), quietRun);
  for (const noise of noises) {
    const input = recorded(phantom, noise, 1000 * seed + 1);
    for (const way of ways) {
      const result = await infer({ input }, jobOf(way, phantom), quietRun);
      const { prior } = result.report.settings;
      const one = {
        ...{ seed, noise, way, relL2: relativeL2(result, phantom.lambda) },
        ...{ known: result.report.identifiable, lengthNm: prior?.lengthNm ?? null },
        seconds: result.report.solver.seconds,
      };
      results.push(one);
      if (process.env.VERBOSE) console.error(JSON.stringify(one));
    }
  }
}

const median = (values) => {
  const sorted = [...values].sort((p, q) => p - q);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const cell = (value) => value.toFixed(4).slice(1);
console.log(`| noise | goal | ${ways.join(' | ')} | field, least to most |`);
console.log(`| --- | --- | ${ways.map(() => '---').join(' | ')} | --- |`);
for (const noise of noises) {
  const of = (name) =>
    results.filter((each) => each.noise === noise && each.way === name).map(({ relL2 }) => relL2);
  const cells = ways.map((name) => cell(median(of(name))));
  const field = of('field');
  const range = `${cell(Math.min(...field))} to ${cell(Math.max(...field))}`;
  console.log(`| ${100 * noise} % | ${cell(goals[noise])} | ${cells.join(' | ')} | ${range} |`);
}
const at = process.argv.indexOf('--json');
if (at > 0) writeFileSync(process.argv[at + 1], JSON.stringify(results, null, 1));
