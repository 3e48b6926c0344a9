import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNucleus } from '../cli/nucleus.js';
import { runProgram, scratchFolder, startProgram } from '../cli/program.js';

const folder = scratchFolder();
process.env.XDG_STATE_HOME = join(folder, 'state');

/** The first line that the program prints. */
function firstLine({ child }: ReturnType<typeof startProgram>): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
  });
}

function sessionFolders(pid: number | undefined): string[] {
  const passing = join(folder, 'state', 'epiflux', 'files');
  return readdirSync(passing).filter((name) => name.startsWith(`.epiflux-${pid}-`));
}

describe('epiflux serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'prints the address first, answers there, and ends on %s leaving nothing behind',
    async (signal) => {
      const program = startProgram(['serve', '--no-open', '--port', '0']);
      const address = new URL(await firstLine(program));
      expect(address.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
      expect([200, 503]).toContain((await fetch(address)).status);
      expect((await fetch(address.origin)).status).toBe(403);
      expect(sessionFolders(program.child.pid)).toHaveLength(1);
      program.child.kill(signal);
      const end = await program.end;
      expect(end).toMatchObject({ code: 0, signal: null, stdout: `${address.href}\n` });
      expect(sessionFolders(program.child.pid)).toEqual([]);
      await expect(fetch(address)).rejects.toThrow();
    },
  );

  it('takes a port that is free, and says so of one that is not', async () => {
    const program = startProgram(['serve', '--no-open']);
    const { port } = new URL(await firstLine(program));
    const second = await runProgram(['serve', '--no-open', '--port', port]);
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toContain(`--port: Port ${port} is taken.`);
    program.child.kill('SIGINT');
    await program.end;
  });

  it.each(['-1', '65536', 'a', '1.5'])('--port %s is wrong usage', async (port) => {
    const outcome = await runProgram(['serve', '--no-open', `--port=${port}`]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain('0 to 65535');
  });

  it('--open takes files that are there, beside --no-open', async () => {
    const path = writeNucleus(join(folder, 'n.ome.tif'));
    const program = startProgram(['serve', '--no-open', '--open', path]);
    expect(await firstLine(program)).toContain('token=');
    program.child.kill('SIGINT');
    await program.end;
    const absent = await runProgram(['serve', '--no-open', '--open', join(folder, 'none.tif')]);
    expect(absent).toMatchObject({ code: 3, stdout: '' });
    expect(absent.stderr).toContain('none.tif: There is no such file.');
  });
});

describe('epiflux app', () => {
  it('where it cannot run says why in one line and serves', async () => {
    const program = startProgram(['app']);
    const line = await Promise.race([firstLine(program), program.end.then(() => 'ended')]);
    program.child.kill('SIGINT');
    const { stderr } = await program.end;
    if (line !== 'ended') expect(line).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(stderr.split('\n')[0]).toMatch(/^epiflux: no desktop app: .+; serving it to a browser instead\.$/);
  });
});
