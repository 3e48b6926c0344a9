import { spawn } from 'node:child_process';

/** Whether a window can be shown: Linux needs a display server. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean {
  return platform !== 'linux' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

function openerOf(url: string): readonly [command: string, ...args: string[]] {
  if (process.platform === 'darwin') return ['open', url];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

/** Opens an address in the user's browser; whether there was a program to do it. */
export function openBrowser(url: string): Promise<boolean> {
  if (!hasDisplay()) return Promise.resolve(false);
  const [command, ...args] = openerOf(url);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => {
      resolve(false);
    });
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
