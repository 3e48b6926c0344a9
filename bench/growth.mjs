// The table on growth in bench/README.md: time and peak memory of `field` against the number of voxels, each size in a
// process of its own that is given the image as a file. The nuclei are composed (see composed-nucleus.mjs).
//   npm run build && node bench/growth.mjs [--sizes 1x128x128,24x96x96] [--svg docs/growth.svg]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { infer, memorySource, parseJob } from '../dist/src-core/index.js';
import { openPassHost } from '../dist/src-main/compute/pass-host.js';
import { composedNucleus } from './composed-nucleus.mjs';

const valueOf = (flag) =>
  process.argv.includes(flag) ? process.argv[process.argv.indexOf(flag) + 1] : undefined;
const standard =
  '1x128x128,1x256x256,1x512x512,1x1024x1024,16x64x64,24x96x96,32x128x128,48x192x192,64x256x256';

async function compose(size, folder) {
  const { image, mask, lambda, inside } = await composedNucleus(size.split('x').map(Number));
  writeFileSync(path.join(folder, 'image.ome.tif'), image);
  writeFileSync(path.join(folder, 'mask.tif'), mask);
  writeFileSync(path.join(folder, 'lambda.f32'), new Uint8Array(lambda.buffer));
  console.log(JSON.stringify({ inside }));
}

function relativeError({ estimate, identifiable }, folder) {
  const known = new Float32Array(new Uint8Array(readFileSync(path.join(folder, 'lambda.f32'))).buffer);
  let [off, all] = [0, 0];
  known.forEach((v, i) => {
    if (!Number.isFinite(v) || identifiable[i] === 0) return;
    off += (estimate[i] - v) ** 2;
    all += v * v;
  });
  return Math.sqrt(off / all);
}

/** Longest time, ms, that the engine kept a timer of 5 ms waiting: how late a cancel would be heard. */
function longestSilence() {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

async function solve(folder) {
  const source = (name) => memorySource(name, new Uint8Array(readFileSync(path.join(folder, name))));
  const channel = (index) => ({ file: 0, channel: index });
  const job = parseJob({
    channels: { kind: 'two-channel', heterochromatin: channel(0), euchromatin: channel(1) },
    mask: 'file',
    solver: { name: 'field' },
  });
  const silence = longestSilence();
  const start = performance.now();
  const run = { signal: { aborted: false }, report: () => undefined, passes: openPassHost() };
  const result = await infer({ input: source('image.ome.tif'), mask: source('mask.tif') }, job, run);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(
    JSON.stringify({
      seconds: result.report.solver.seconds,
      whole: (performance.now() - start) / 1000,
      processor: (userCPUTime + systemCPUTime) / 1e6,
      peakMB: maxRSS / 1024,
      silence: silence(),
      error: relativeError(result.rate, folder),
    }),
  );
}

function measure(size) {
  const folder = mkdtempSync(path.join(tmpdir(), 'epiflux-growth-'));
  const child = (...args) =>
    JSON.parse(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { encoding: 'utf8' }),
    );
  const { inside } = child('--compose', size, folder);
  const row = { size, inside, ...child('--solve', folder) };
  rmSync(folder, { recursive: true });
  return row;
}

const ink = '#222222';
const colours = { flat: '#2c5aa0', stack: '#b5541c' };

/** Both quantities over the voxels inside, on logarithmic axes. */
function drawing(rows) {
  const [width, height, left, top] = [760, 330, 60, 30];
  const panel = { width: 290, height: 240 };
  const decades = [3.5, 6.5];
  const x = (row) => ((Math.log10(row.inside) - decades[0]) / (decades[1] - decades[0])) * panel.width;
  const chart = (title, of, [low, high], at) => {
    const y = (value) => panel.height * (1 - (Math.log10(value) - low) / (high - low));
    const marks = [4, 5, 6].map(
      (p) =>
        `<text x="${((p - decades[0]) / (decades[1] - decades[0])) * panel.width}" y="${panel.height + 18}" text-anchor="middle">10${'⁴⁵⁶'[p - 4]}</text>`,
    );
    for (let p = Math.ceil(low); p <= high; p++)
      marks.push(
        `<path d="M0 ${y(10 ** p)}H${panel.width}" stroke="#dddddd"/><text x="-6" y="${y(10 ** p) + 4}" text-anchor="end">${10 ** p}</text>`,
      );
    for (const kind of ['flat', 'stack']) {
      const own = rows.filter((row) => row.size.startsWith('1x') === (kind === 'flat'));
      const points = own.map((row) => `${x(row).toFixed(1)},${y(of(row)).toFixed(1)}`);
      marks.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${colours[kind]}"/>`);
      marks.push(
        ...points.map(
          (p) => `<circle cx="${p.split(',')[0]}" cy="${p.split(',')[1]}" r="3.5" fill="${colours[kind]}"/>`,
        ),
      );
    }
    return `<g transform="translate(${at} ${top})"><rect width="${panel.width}" height="${panel.height}" fill="none" stroke="${ink}"/>${marks.join('')}<text x="0" y="-10">${title}</text><text x="${panel.width / 2}" y="${panel.height + 38}" text-anchor="middle">voxels inside the nucleus</text></g>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="${ink}"><rect width="${width}" height="${height}" fill="white"/>${chart('processor, seconds', (row) => row.processor, [-0.5, 3], left)}${chart('peak memory, MB', (row) => row.peakMB, [1.5, 4], left + panel.width + 80)}<g transform="translate(${left} ${height - 8})"><text fill="${colours.flat}">flat images</text><text x="90" fill="${colours.stack}">stacks</text></g></svg>\n`;
}

function table() {
  const load = loadavg()[0].toFixed(1);
  console.log(`${cpus().length} × ${cpus()[0].model}, Node ${process.version}, load at the start ${load}\n`);
  console.log(
    '| size | voxels inside | solve s | whole inference s | processor s | solve µs a voxel | peak memory MB | longest silence ms | relative L2 |',
  );
  console.log(`|${'---|'.repeat(9)}`);
  const rows = [];
  for (const size of (valueOf('--sizes') ?? standard).split(',')) {
    const row = measure(size);
    rows.push(row);
    const { inside, seconds, whole, processor, peakMB, silence, error } = row;
    const times = [seconds, whole, processor].map((v) => v.toFixed(1));
    const each = ((1e6 * seconds) / inside).toFixed(0);
    const name = size.replace(/^1x/, '').replaceAll('x', ' × ');
    console.log(
      `| ${[name, inside, ...times, each, peakMB.toFixed(0), silence.toFixed(0), error.toFixed(4)].join(' | ')} |`,
    );
  }
  if (valueOf('--svg') !== undefined) writeFileSync(valueOf('--svg'), drawing(rows));
}

if (process.argv[2] === '--compose') await compose(process.argv[3], process.argv[4]);
else if (process.argv[2] === '--solve') await solve(process.argv[3]);
else table();
