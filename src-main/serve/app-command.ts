import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { programRoot } from '../session/sample.js';
import { hasDisplay } from './browser.js';
import { serve } from './command.js';

/** The desktop app's program, or why it cannot be started. */
type Desktop = { readonly program: string } | { readonly absent: string };

/** Folder of the electron package; undefined where it is not installed. Its code is never run: it would download. */
function electronFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return undefined;
  }
}

/** Looks for Electron's program in its package's folder and for a display; downloads nothing. */
export function findDesktop(
  folder = electronFolder(),
  env: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): Desktop {
  if (folder === undefined) return { absent: 'Electron is not installed' };
  const named = join(folder, 'path.txt');
  const program = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8').trim()) : undefined;
  if (program === undefined || !existsSync(program)) {
    return { absent: "Electron's program was not downloaded (npx install-electron gets it)" };
  }
  return hasDisplay(env, platform)
    ? { program }
    : { absent: 'there is no display (DISPLAY, WAYLAND_DISPLAY)' };
}

/** How the desktop app ended: with an exit code, or without having opened, and why. */
type DesktopEnd = { readonly code: number } | { readonly absent: string };

/** An app that fails within this time did not open: a library is missing, or the system forbids its sandbox. */
const openedAfterMs = 4000;

/** Runs the desktop app until it ends. */
export function runDesktop(
  program: string,
  args: readonly string[],
  openedAfter = openedAfterMs,
): Promise<DesktopEnd> {
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('error', ({ message }) => {
      resolve({ absent: `Electron's program cannot be started (${message})` });
    });
    child.once('exit', (code, signal) => {
      const failed = code !== 0 && signal !== 'SIGINT' && signal !== 'SIGTERM';
      const tooSoon = performance.now() - startedAt < openedAfter;
      if (failed && tooSoon) resolve({ absent: `Electron ended at once (${signal ?? `code ${code ?? 1}`})` });
      else resolve({ code: code ?? 1 });
    });
  });
}

async function openOrServe(files: readonly string[]): Promise<void> {
  const found = findDesktop();
  const say = (text: string): void => {
    process.stderr.write(`epiflux: ${text}\n`);
  };
  if ('program' in found) say('opening the desktop app.');
  const end =
    'program' in found ? await runDesktop(found.program, [fileURLToPath(programRoot), ...files]) : found;
  if ('code' in end) {
    process.exitCode = end.code;
    return;
  }
  say(`no desktop app: ${end.absent}; serving it to a browser instead.`);
  await serve({ port: 0, files, browser: true });
}

/** Adds `epiflux app`. */
export function addApp(program: Command): void {
  program
    .command('app')
    .summary('the desktop app')
    .description('Opens the desktop app; where it cannot run, serves it to the browser and says why.')
    .argument('[files...]', 'images, tables or a project to have open at the start')
    .action(openOrServe);
}
