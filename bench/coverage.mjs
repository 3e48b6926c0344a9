// How often the true λ lies within 1 and 2 sd of the field solver's: many draws of noise of the same nuclei.
//   npm run build && node bench/coverage.mjs [seeds]
import { writeFileSync } from 'node:fs';
import path from 'node:path';
const core = new URL('../dist/src-core/', import.meta.url);
const { infer, memorySource, parseJob, quietRun, simulateNucleus } = await import(new URL('index.js', core));
const { parsePhantomSpec } = await import(new URL('models/phantom-spec.js', core));
const { writeOmeTiff } = await import(new URL('io/ome-tiff.js', core));
const { randomStream } = await import(new URL('random.js', core));

const seeds = Number(process.argv[2] ?? 20);
const cases = [
  { name: 'bumps, 5 %', spec: { lambda: 'bumps', shape: 'ellipse', seed: 41 }, noise: 0.05 },
  { name: 'radial, 5 %', spec: { lambda: 'radial', shape: 'ellipse', seed: 42 }, noise: 0.05 },
  { name: 'constant, 5 %', spec: { lambda: 'constant', shape: 'bean', seed: 43 }, noise: 0.05 },
];

/** An image of the phantom's channels as TIFF: Poisson noise of `noise` times the mean signal. */
function drawn({ grid, channels, truth }, noise, seed) {
  const { offset, gainCountsPerPhi } = truth.camera;
  const stream = randomStream(seed);
  const images = channels.map(({ name, counts }, k) => {
    const mean = [truth.meanPhiH, truth.meanPhiE][k];
    const gain = 1 / (noise * noise * mean);
    const values = Float32Array.from(counts, (count) => {
      const signal = Math.max(0, (count - offset) / gainCountsPerPhi);
      return 100 + stream.poisson(gain * signal);
    });
    return { name, values };
  });
  return memorySource(
    'drawn.ome.tif',
    new Uint8Array(Buffer.concat(writeOmeTiff({ grid, channels: images }))),
  );
}

function score({ rate }, known) {
  let [count, one, two, square, error, size] = [0, 0, 0, 0, 0, 0];
  rate.estimate.forEach((value, i) => {
    if (rate.identifiable[i] === 0 || !Number.isFinite(known[i])) return;
    const off = Math.abs(value - known[i]);
    count++;
    if (off < rate.sd[i]) one++;
    if (off < 2 * rate.sd[i]) two++;
    square += (off / rate.sd[i]) ** 2;
    error += off * off;
    size += known[i] ** 2;
  });
  return {
    one: one / count,
    two: two / count,
    rmsZ: Math.sqrt(square / count),
    relL2: Math.sqrt(error / size),
  };
}

const rows = [];
for (const { name, spec, noise } of cases) {
  const phantom = await simulateNucleus(parsePhantomSpec({ ...spec, noise: 0 }), quietRun);
  const mask = writeOmeTiff({ grid: phantom.grid, channels: [{ name: 'mask', values: phantom.mask }] });
  const job = parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
    mask: 'file',
    calibration: { hetFraction: phantom.truth.heterochromatinFraction },
  });
  const scores = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const files = {
      input: drawn(phantom, noise, seed),
      mask: memorySource('mask.tif', new Uint8Array(Buffer.concat(mask))),
    };
    const result = await infer(files, job, quietRun);
    scores.push({ ...score(result, phantom.lambda), lengthNm: result.report.settings.prior.lengthNm });
    if (process.env.VERBOSE) console.error(name, seed, JSON.stringify(scores.at(-1)));
  }
  const mean = (key) => scores.reduce((sum, each) => sum + each[key], 0) / scores.length;
  const range = (key) => [Math.min(...scores.map((s) => s[key])), Math.max(...scores.map((s) => s[key]))];
  rows.push({
    name,
    seeds,
    one: mean('one'),
    two: mean('two'),
    worstTwo: range('two')[0],
    rmsZ: mean('rmsZ'),
    relL2: mean('relL2'),
    relL2Range: range('relL2'),
  });
}
const percent = (v) => `${(100 * v).toFixed(0)} %`;
console.log(
  '| case | seeds | relative L2 (range) | within 1 sd | within 2 sd | fewest within 2 sd | rms of error/sd |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const row of rows) {
  const [low, high] = row.relL2Range.map((v) => v.toFixed(4).slice(1));
  console.log(
    `| ${row.name} | ${row.seeds} | ${row.relL2.toFixed(4).slice(1)} (${low}–${high}) | ${percent(row.one)} | ${percent(row.two)} | ${percent(row.worstTwo)} | ${row.rmsZ.toFixed(2)} |`,
  );
}
writeFileSync(
  path.join(import.meta.dirname, 'results', 'coverage.json'),
  JSON.stringify(rows, null, 1) + '\n',
);
