import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as driver, type Page } from 'playwright-core';
import { build } from 'vite';

/** Folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const pictures = join(root, 'test-results', 'screens');

/** `epiflux serve` with a browser on it. */
export interface BrowserWindow {
  readonly page: Page;
  readonly url: string;
  /** Complaints of the page so far: errors, warnings, breaches of the content security policy. */
  readonly complaints: string[];
  /** Messages that the window has sent to the main side so far, save those that say what is open. */
  readonly sent: string[];
  /** Keeps a picture of the window under test-results/screens. */
  readonly picture: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
  /** Ends the server as a power cut does. */
  readonly kill: () => Promise<void>;
}

/** What `epiflux serve` is started with. */
export interface ServeStart {
  readonly args?: readonly string[];
  /** Folder of the user's state; a new one if not given. */
  readonly stateHome?: string;
  /** What the browser remembers of an earlier visit. */
  readonly stored?: Readonly<Record<string, string>>;
}

const flags = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--no-first-run',
];

/** A folder for the state of a user who has none, removed when the tests end. */
function passingState(): string {
  const folder = mkdtempSync(join(tmpdir(), 'epiflux-state-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function startServer({
  args = [],
  stateHome,
}: ServeStart): Promise<{ server: ChildProcess; url: string }> {
  const program = join(root, 'bin', 'epiflux.js');
  const server = spawn(process.execPath, [program, 'serve', '--port', '0', '--no-open', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, XDG_STATE_HOME: stateHome ?? passingState() },
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0].trim());
    });
    server.on('exit', (code) => {
      reject(new Error(`serve stopped with ${code}: ${text}`));
    });
  });
  return { server, url };
}

function listen(page: Page): { complaints: string[]; sent: string[] } {
  const complaints: string[] = [];
  const sent: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      if (!String(payload).includes('"name":"keepOpen"')) sent.push(String(payload));
    });
  });
  return { complaints, sent };
}

/** Whether a file of the window is newer than the window that was built last. */
function isBuildStale(): boolean {
  const built = join(root, 'dist', 'src-renderer', 'index.html');
  if (!existsSync(built)) return true;
  const sources = readdirSync(join(root, 'src-renderer'), { recursive: true, encoding: 'utf8' });
  const newest = Math.max(...sources.map((file) => statSync(join(root, 'src-renderer', file)).mtimeMs));
  return newest > statSync(built).mtimeMs;
}

/** Builds the window if need be and opens it in a browser at 1280 × 720, as if the tour had been seen. */
export async function openBrowserWindow(
  colorScheme: 'dark' | 'light' = 'dark',
  { tour = false, ...start }: ServeStart & { readonly tour?: boolean } = {},
): Promise<BrowserWindow> {
  if (isBuildStale()) await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'error' });
  mkdirSync(pictures, { recursive: true });
  const { server, url } = await startServer(start);
  const executablePath = await chromium.executablePath();
  const browser: Browser = await driver.launch({ executablePath, headless: true, args: flags });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, colorScheme });
  if (!tour)
    await context.addInitScript(() => {
      localStorage.setItem('epiflux-tour', 'seen');
    });
  await context.addInitScript((stored) => {
    for (const [key, value] of Object.entries(stored)) localStorage.setItem(key, value);
  }, start.stored ?? {});
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  const heard = listen(page);
  await page.goto(url);
  return {
    page,
    url,
    ...heard,
    picture: async (name) => {
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    },
    close: async () => {
      await browser.close();
      server.kill();
    },
    kill: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await ended;
      await browser.close();
    },
  };
}

/** Keeps a picture that the window has made beside those of the window itself. */
export function keepPicture(name: string, png: Uint8Array): void {
  writeFileSync(join(pictures, `${name}.png`), png);
}

/** Drops a file on the window. */
export async function dropFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const data = Buffer.from(bytes).toString('base64');
  const transfer = await page.evaluateHandle(
    ([text, fileName]) => {
      const decoded = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const dropped = new DataTransfer();
      dropped.items.add(new File([decoded], fileName));
      return dropped;
    },
    [data, name],
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Serious and critical findings of axe-core about the page, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    // Run by the debugger, which the content security policy does not bind.
    await page.evaluate(readFileSync(axePath, 'utf8'));
  }
  const results = await page.evaluate<AxeResults>('axe.run(document)');
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
}

/** How often each view has been drawn. */
export function drawings(page: Page): Promise<number[]> {
  return page
    .locator('.pane-canvas canvas')
    .evaluateAll((canvases) =>
      canvases.map((canvas) => Number((canvas as HTMLCanvasElement).dataset.frames)),
    );
}

/** Waits until no view has been drawn for 300 ms. */
export async function stillness(page: Page): Promise<void> {
  for (let last = '', tries = 0; tries < 40; tries++) {
    const now = (await drawings(page)).join();
    if (now === last) return;
    last = now;
    await page.waitForTimeout(300);
  }
  throw new Error('The views do not come to rest.');
}
