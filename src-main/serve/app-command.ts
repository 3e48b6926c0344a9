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

/** Runs the desktop app until it ends; its exit code. */
function runDesktop(program: string, files: readonly string[]): Promise<number> {
  const child = spawn(program, [fileURLToPath(programRoot), ...files], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

/** Adds `epiflux app`. */
export function addApp(program: Command): void {
  program
    .command('app')
    .summary('the desktop app')
    .description('Opens the desktop app; where it cannot run, serves it to the browser and says why.')
    .argument('[files...]', 'images, tables or a project to have open at the start')
    .action(async (files: readonly string[]) => {
      const desktop = findDesktop();
      if ('program' in desktop) {
        process.exitCode = await runDesktop(desktop.program, files);
        return;
      }
      process.stderr.write(`epiflux: no desktop app: ${desktop.absent}; serving it to a browser instead.\n`);
      await serve({ port: 0, files, browser: true });
    });
}
