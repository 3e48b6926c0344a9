// How soon the map follows a setting, in the real window: a label of the Model panel is dragged step by step, and each
// step is timed from the pointer event in the page to the next drawing of the λ view.
//   npm run bench:preview [-- --steps 20 --solver direct --label "Length L0" --json]
import { spawn } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { chromium as driver } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const steps = Number(option('steps', '20'));
const solver = option('solver', 'direct');
const label = option('label', 'Length L0');
const target = 200;

async function startServer() {
  const program = path.join(root, 'bin', 'epiflux.js');
  const server = spawn(process.execPath, [program, 'serve', '--port', '0', '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n')[0].trim());
    });
    server.on('exit', (code) => reject(new Error(`serve stopped with ${code}`)));
  });
  return { server, url };
}

async function openPage(url) {
  const browser = await driver.launch({
    executablePath: await chromium.executablePath(),
    headless: true,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  return { browser, page };
}

/** Bytes of fetched arrays and of messages, both ways, since the page was opened. */
function countBytes(page) {
  const moved = { arrays: 0, messages: 0, fetches: 0 };
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.startsWith('/data/')) return;
    moved.fetches++;
    moved.arrays += Number(response.headers()['content-length'] ?? 0);
  });
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => (moved.messages += payload.length));
    socket.on('framereceived', ({ payload }) => (moved.messages += payload.length));
  });
  return moved;
}

const settled = (page) =>
  page.locator('[data-step=solve] .dot[data-dot=done], [data-step=solve] .dot[data-dot=doubtful]').waitFor();

/** Notes in the page when the pointer last moved and when the λ view was next drawn. */
function watch() {
  const canvas = document.querySelector('.pane[data-layer=lambda] canvas');
  globalThis.following = { moved: 0, seconds: [] };
  addEventListener('pointermove', () => (globalThis.following.moved ||= performance.now()), true);
  new MutationObserver(() => {
    const { moved, seconds } = globalThis.following;
    if (moved === 0) return;
    seconds.push(performance.now() - moved);
    globalThis.following.moved = 0;
  }).observe(canvas, { attributes: true, attributeFilter: ['data-frames'] });
}

async function measureSteps(page, moved) {
  await page.getByText(label, { exact: true }).scrollIntoViewIfNeeded();
  const box = await page.getByText(label, { exact: true }).boundingBox();
  const [x, y] = [box.x + 10, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(watch);
  const bytes = [];
  for (let step = 1; step <= steps; step++) {
    const before = { ...moved };
    await page.mouse.move(x + 4 * step, y);
    await page.waitForFunction((n) => globalThis.following.seconds.length >= n, step, { polling: 5 });
    await page.waitForTimeout(30);
    bytes.push({
      arrays: moved.arrays - before.arrays,
      messages: moved.messages - before.messages,
      fetches: moved.fetches - before.fetches,
    });
  }
  const times = await page.evaluate(() => globalThis.following.seconds);
  await page.mouse.up();
  return { times, bytes };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const { server, url } = await startServer();
const { browser, page } = await openPage(url);
try {
  const moved = countBytes(page);
  await page.reload();
  await page.getByRole('button', { name: 'Open the sample nucleus' }).click();
  await page.getByText(label, { exact: true }).waitFor();
  if (solver !== 'field') await page.getByText(solver, { exact: true }).click();
  await page.getByRole('button', { name: 'Infer λ' }).click();
  await settled(page);
  await page.waitForTimeout(500);
  const refusal = page.getByText('Not here: solving takes');
  if ((await refusal.count()) > 0) throw new Error(`The map does not follow. ${await refusal.innerText()}`);
  const { times, bytes } = await measureSteps(page, moved);
  const result = {
    machine: `${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}`,
    image: '256 × 256, two channels',
    solver,
    label,
    steps,
    medianMs: median(times),
    fastestMs: Math.min(...times),
    slowestMs: Math.max(...times),
    arrayBytes: median(bytes.map(({ arrays }) => arrays)),
    messageBytes: median(bytes.map(({ messages }) => messages)),
    fetches: median(bytes.map(({ fetches }) => fetches)),
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2));
  else {
    console.log(result.machine);
    console.log(
      '| setting | solver | event → picture, median ms | fastest | slowest | arrays kB | messages kB | fetches |',
    );
    console.log('|---|---|---|---|---|---|---|---|');
    console.log(
      `| ${label} | ${solver} | ${result.medianMs.toFixed(0)} | ${result.fastestMs.toFixed(0)} | ${result.slowestMs.toFixed(0)} | ${(result.arrayBytes / 1000).toFixed(0)} | ${(result.messageBytes / 1000).toFixed(1)} | ${result.fetches} |`,
    );
    console.log(result.medianMs <= target ? `within ${target} ms` : `over ${target} ms`);
  }
} finally {
  await browser.close();
  server.kill();
}
