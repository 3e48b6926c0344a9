import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CoreError } from '../../src-core/index.js';
import { withInterrupt } from '../cli/interrupt.js';
import { stateFolder } from '../project/state-folder.js';
import { makeSession, type Session } from '../session/session.js';
import { openBrowser } from './browser.js';
import { startServer } from './server.js';
import { windowFolder } from './window-folder.js';

/** Options of `epiflux serve`. */
export interface ServeOptions {
  readonly port: number;
  /** Files to have open at the start, and folders for the batch page. */
  readonly files: readonly string[];
  /** Whether to open the user's browser. */
  readonly browser: boolean;
}

const defaultPort = '0';

function tell(line: string): void {
  process.stderr.write(`epiflux: ${line}\n`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** Grants what was named on the command line: a folder for batches, or a file. */
async function grantGiven(session: Session, path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) await session.folders.add(path, 'command-line');
  else await session.grantPath(path, 'command-line');
}

/** Serves the app until it is interrupted; the address is the first line on stdout. Throws `usage`, `unreadable`. */
export async function serve({ port, files, browser }: ServeOptions): Promise<void> {
  const session = await makeSession({
    window: { name: 'serve', theme: () => null },
    stateFolder: stateFolder(),
  });
  try {
    for (const path of files) await grantGiven(session, path);
    await withInterrupt(async (signal) => {
      const server = await startServer({ session, windowFolder }, port);
      process.stdout.write(`${server.url}\n`);
      if (browser && !(await openBrowser(server.url))) tell('open the address above in a browser.');
      tell('stop with Ctrl-C.');
      await untilAborted(signal);
      await server.close();
    });
  } finally {
    await session.close();
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  const hint = 'Give a whole number from 0 to 65535; 0 takes a free port.';
  throw new CoreError({ tag: 'usage', message: `"${text}" is not a port.`, where: '--port', hint });
}

/** Adds `epiflux serve`. */
export function addServe(program: Command): void {
  const files: string[] = [];
  let browser = true;
  program
    .command('serve')
    .summary('the app in a browser')
    .description('Serves the app to browsers of this computer until it is stopped with Ctrl-C.')
    .argument(
      '[paths...]',
      'images, tables or a project to have open at the start, and a folder for the batch page',
    )
    .option('--port <N>', 'port on 127.0.0.1 (0 to 65535; 0 takes a free one)', defaultPort)
    .option('--no-open', 'do not open the browser')
    .option('--open <FILE...>', 'files to have open at the start', (file: string) => files.push(file))
    // Commander keeps --open and --no-open in one place: each is heard by itself.
    .on('option:no-open', () => {
      browser = false;
    })
    .action(async (paths: readonly string[], { port }: { port: string }) => {
      await serve({ port: readPort(port), files: [...paths, ...files], browser });
    });
}
