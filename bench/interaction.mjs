// The interaction table of bench/README.md: from a dropped file to its picture, what a slider step costs, and the
// memory of the window, in a real browser on `epiflux serve`.
//   npm run bench:interaction [-- --runs 5 --rows 1000000]
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as driver } from 'playwright-core';
import { makeGrid, writeOmeTiff } from '../dist/src-core/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? Number(process.argv[at + 1]) : fallback;
};
const runs = option('runs', 5);
const rows = option('rows', 1_000_000);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const folder = mkdtempSync(path.join(tmpdir(), 'epiflux-interaction-'));
const flags = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--no-first-run',
  '--enable-precise-memory-info',
];

/** Numbers from 0 to 1 that are the same every time. */
function stream(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A two-channel picture of blobs in a disc, float32. */
function image(side) {
  const random = stream(side);
  const grid = makeGrid([1, side, side], [1, 15, 15]);
  const channel = (name, phase) => {
    const values = new Float32Array(side * side);
    for (let i = 0; i < values.length; i++) {
      const [x, y] = [(i % side) / side - 0.5, Math.floor(i / side) / side - 0.5];
      const inside = x * x + y * y < 0.16 ? 1 : 0;
      values[i] = 100 + inside * (400 + 200 * Math.sin(40 * x + phase) * Math.cos(37 * y)) + 20 * random();
    }
    return { name, values };
  };
  const file = path.join(folder, `image-${side}.ome.tif`);
  const chunks = [...writeOmeTiff({ grid, channels: [channel('H3K9me3', 0), channel('H3K27ac', 2)] })];
  writeFileSync(file, Buffer.concat(chunks));
  return file;
}

/** A ThunderSTORM table of points in a disc of 8 µm. */
function table() {
  const random = stream(7);
  const file = path.join(folder, `table-${rows}.csv`);
  const handle = openSync(file, 'w');
  writeSync(handle, '"id","frame","x [nm]","y [nm]","sigma [nm]","intensity [photon]","uncertainty [nm]"\n');
  for (let first = 0; first < rows; first += 10_000) {
    let text = '';
    for (let k = first; k < Math.min(rows, first + 10_000); k++) {
      const [r, angle] = [4000 * Math.sqrt(random()), 2 * Math.PI * random()];
      const [x, y] = [5000 + r * Math.cos(angle), 5000 + r * Math.sin(angle)];
      text += `${k + 1},${1 + (k % 20_000)},${x.toFixed(2)},${y.toFixed(2)},120.5,${(800 * random()).toFixed(1)},12.4\n`;
    }
    writeSync(handle, text);
  }
  closeSync(handle);
  return file;
}

function startServer() {
  const program = path.join(root, 'bin/epiflux.js');
  const server = spawn(process.execPath, [program, 'serve', '--port', '0', '--no-open'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new Promise((resolve) => {
    server.stdout.once('data', (chunk) => resolve({ server, url: chunk.toString().split('\n')[0].trim() }));
  });
}

/** A fresh window with a count of the bytes that come over the network and the socket. */
async function openWindow(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Performance.enable');
  const moved = { bytes: 0 };
  devtools.on('Network.dataReceived', ({ dataLength }) => (moved.bytes += dataLength));
  devtools.on(
    'Network.webSocketFrameReceived',
    ({ response }) => (moved.bytes += response.payloadData.length),
  );
  devtools.on('Network.webSocketFrameSent', ({ response }) => (moved.bytes += response.payloadData.length));
  await page.goto(url);
  await page.getByText('engine ready').waitFor();
  const skip = page.getByRole('button', { name: /skip|leave/i });
  if ((await skip.count()) > 0) await skip.first().click();
  return { context, page, devtools, moved };
}

/** Waits until the panes have drawn their picture and nothing is drawn any more. */
async function pictureShown(page) {
  await page.waitForFunction(
    () => {
      const panes = [...document.querySelectorAll('.pane-canvas')];
      return (
        panes.length > 0 && panes.every((pane) => pane.dataset.mode && !pane.querySelector('.pane-note'))
      );
    },
    undefined,
    { polling: 'raf', timeout: 120_000 },
  );
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Milliseconds from handing a file to the window until its picture is drawn; median over fresh windows. */
async function dropToPicture(browser, url, file) {
  const times = [];
  let memory = 0;
  for (let run = 0; run < runs; run++) {
    const { context, page, devtools } = await openWindow(browser, url);
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open a file' }).first().click();
    const chooser = await choosing;
    const start = performance.now();
    await chooser.setFiles(file);
    await pictureShown(page);
    times.push(performance.now() - start);
    memory = await windowMemory(devtools);
    await context.close();
  }
  return { median: median(times), least: Math.min(...times), most: Math.max(...times), memory };
}

/** MB of JavaScript objects and array buffers of the page after a collection. */
async function windowMemory(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage');
  return (usedSize + backingStorageSize) / 1e6;
}

/** Bytes moved by a change of contrast, colour map, camera and z: none may go to the main side. */
async function viewSteps(browser, url) {
  const { context, page, moved, devtools } = await openWindow(browser, url);
  await page.getByRole('button', { name: 'Open the sample nucleus' }).first().click();
  await pictureShown(page);
  await page.keyboard.press('Space');
  await page.getByText('1 job done').waitFor({ timeout: 60_000 });
  await pictureShown(page);
  await page.waitForTimeout(1500);
  const before = moved.bytes;
  const slider = page.getByRole('slider', { name: 'Upper contrast limit' });
  await slider.focus();
  for (let step = 0; step < 20; step++) await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(1500);
  const bytes = (moved.bytes - before) / 20;
  const memory = await windowMemory(devtools);
  await context.close();
  return { bytes, memory };
}

const megabytes = (file) => (statSync(file).size / 1e6).toFixed(1);
const { server, url } = await startServer();
const browser = await driver.launch({
  executablePath: await chromium.executablePath(),
  headless: true,
  args: flags,
});
try {
  const inputs = [
    ['256 × 256, two channels', image(256)],
    ['2048 × 2048, two channels', image(2048)],
    [`table of ${rows.toLocaleString('en')} rows`, table()],
  ];
  process.stdout.write(
    `${cpus()[0].model}, ${cpus().length} cores, software WebGL; ${runs} fresh windows each\n\n`,
  );
  process.stdout.write(
    '| file | size MB | to picture, median ms | least – most | window memory MB |\n| --- | --- | --- | --- | --- |\n',
  );
  for (const [title, file] of inputs) {
    const { median: middle, least, most, memory } = await dropToPicture(browser, url, file);
    process.stdout.write(
      `| ${title} | ${megabytes(file)} | ${middle.toFixed(0)} | ${least.toFixed(0)} – ${most.toFixed(0)} | ${memory.toFixed(0)} |\n`,
    );
  }
  const { bytes, memory } = await viewSteps(browser, url);
  process.stdout.write(
    `\nA step of a contrast slider moves ${bytes.toFixed(0)} bytes; the window with the sample's result holds ${memory.toFixed(0)} MB.\n`,
  );
} finally {
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
