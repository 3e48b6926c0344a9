import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder where `epiflux serve` keeps what outlives it: $XDG_STATE_HOME (or ~/.local/state) on Linux, Application
 * Support on a Mac, %LOCALAPPDATA% on Windows. It need not exist yet.
 */
export function stateFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): string {
  const given = env.XDG_STATE_HOME;
  if (given !== undefined && given !== '') return join(given, 'epiflux');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Epiflux');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Epiflux');
  return join(home, '.local', 'state', 'epiflux');
}
