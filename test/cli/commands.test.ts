import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatTable } from '../../src-core/index.js';
import { runProgram } from './program.js';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('epiflux', () => {
  it('prints help and version on stdout', async () => {
    const help = await runProgram(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['infer', 'simulate', 'batch', 'doctor', 'formats'])
      expect(help.stdout).toContain(command);
    expect(await runProgram(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
    const infer = await runProgram(['infer', '--help']);
    expect(infer.stdout).toMatch(/--solver <NAME>[^-]*network[^-]*default\s+field\)/);
    expect(infer.stdout).toMatch(/--architecture <NAME>[^-]*mlp[^-]*default\s+mlp\)/);
  });

  it('is wrong usage alone, or with an unknown command', async () => {
    expect(await runProgram([])).toMatchObject({ code: 2, stdout: '' });
    const unknown = await runProgram(['infr']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^epiflux: Unknown command 'infr'/);
    expect(unknown.stderr).toContain('infer');
  });

  it.each(['figure', 'reproduce'])('says that %s is not available yet', async (name) => {
    const outcome = await runProgram([name, 'some.tif', '--port', '0']);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(
      new RegExp(`^epiflux: ${name}: This is not available yet\\.\n  → Available: infer`),
    );
  });
});

describe('doctor', () => {
  it('tells versions, threads, memory, and why a backend is not there', async () => {
    const outcome = await runProgram(['doctor', '--json']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const found = JSON.parse(outcome.stdout) as {
      processor: { threads: number };
      memory: { totalBytes: number };
      backends: { name: string; ok: boolean; detail: string }[];
    };
    expect(found).toMatchObject({ versions: { epiflux: manifest.version, node: process.versions.node } });
    expect(found.processor.threads).toBeGreaterThan(0);
    expect(found.memory.totalBytes).toBeGreaterThan(1e8);
    const tensorflow = found.backends.find(({ name }) => name === 'tensorflow');
    expect(tensorflow?.detail).toMatch(/tfjs-node-gpu.*not used yet by any solver/);
    expect((await runProgram(['doctor'])).stdout).toMatch(/^epiflux \d.*node \d/);
  });
});

describe('formats', () => {
  it('lists every format that is known, and the way out for what is not read', async () => {
    const { code, stdout } = await runProgram(['formats', '--json']);
    const { formats } = JSON.parse(stdout) as { formats: { id: string; kind: string; content: string }[] };
    expect(code).toBe(0);
    expect(formats.map(({ id }) => id)).toEqual(formatTable.map(({ id }) => id));
    const text = (await runProgram(['formats'])).stdout;
    for (const { title, content } of formatTable)
      for (const part of [title, content]) expect(text).toContain(part);
  });
});
