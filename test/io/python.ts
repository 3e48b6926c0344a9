import { execFileSync } from 'node:child_process';

/** A Python that has tifffile, or undefined where there is none. */
export function pythonWithTifffile(): string | undefined {
  for (const command of ['python3', '/usr/bin/python3'])
    try {
      execFileSync(command, ['-c', 'import tifffile'], { stdio: 'ignore' });
      return command;
    } catch {
      continue;
    }
  return undefined;
}
