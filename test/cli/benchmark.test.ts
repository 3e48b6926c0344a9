import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram, scratchFolder, startProgram } from './program.js';

const folder = scratchFolder();
const briefly = ['--quick', '--seconds', '0.1'];

interface Described {
  readonly suite: string;
  readonly command: { readonly quick: boolean; readonly seed: number; readonly threads: number };
  readonly machine: { readonly node: string };
  readonly clock: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

describe('benchmark', () => {
  it('measures derivatives of both kinds, and writes JSON, Markdown and figures', async () => {
    const out = join(folder, 'mollifier');
    const args = ['benchmark', '--suite', 'mollifier', ...briefly, '--problems', 'langevin,heat', '--json'];
    const outcome = await runProgram([...args, '--out', out]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const document = JSON.parse(outcome.stdout) as Described & {
      step: { medianMs: number; backend: string; threads: number };
      rows: {
        problem: string;
        architecture: string;
        derivatives: string;
        steps: number;
        peakBytes: number;
      }[];
    };
    expect(document).toMatchObject({
      suite: 'mollifier',
      clock: 'wall',
      command: { quick: true, seed: 1, threads: 1 },
      machine: { node: process.versions.node },
      step: { backend: 'simd', threads: 1 },
    });
    expect(document.step.medianMs).toBeGreaterThan(1);
    // Two problems, three networks, both kinds, one level of noise.
    expect(document.rows).toHaveLength(12);
    for (const row of document.rows) expect(Math.min(row.steps, row.peakBytes)).toBeGreaterThan(0);
    const peakOf = (derivatives: string): number =>
      document.rows.find((row) => row.problem === 'heat' && row.derivatives === derivatives)?.peakBytes ??
      NaN;
    expect(peakOf('autodiff')).toBeGreaterThan(2 * peakOf('mollifier'));
    expect(document.files.map(({ path }) => path)).toEqual(
      [
        ...['benchmark-mollifier.json', 'benchmark-mollifier.md'],
        ...['mollifier-cost.svg', 'mollifier-langevin.svg', 'mollifier-heat.svg'],
      ].map((name) => join(out, name)),
    );
    const markdown = readFileSync(join(out, 'benchmark-mollifier.md'), 'utf8');
    expect(markdown).toMatch(/^\*\*Quick\*\*/);
    expect(markdown).toMatch(/best constant λ: langevin 0\.\d+, heat 0\.\d+\./);
    expect(markdown).toMatch(/\| heat \(2\) \| pinnsformer \| mollifier \| 5 % \|/);
    expect(readFileSync(join(out, 'mollifier-cost.svg'), 'utf8')).toMatch(/^<svg [^]*pinnsformer, autodiff/);
  });

  it('compares the optimisers, and prints the tables', async () => {
    const args = ['benchmark', '--suite', 'optimizers', ...briefly, '--problems', 'wave,kuramoto'];
    const { code, stdout, stderr } = await runProgram(args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^epiflux: Wave: reference$/m);
    for (const name of ['adam', 'lbfgs', 'soap']) {
      expect(stdout).toMatch(new RegExp(`^\\| Wave \\| ${name} \\| [\\d.]+ \\| \\d+ \\|`, 'm'));
    }
    expect(stdout).toContain('Kolmogorov flow: needs a GPU for hours: not run.');
    expect(stdout).not.toContain('Burgers');
  });

  it.each([
    [['--suite', 'pictures'], /no suite "pictures"[^]*mollifier, optimizers/],
    [['--suite', 'field'], /not run by this command[^]*npm run bench:truth/],
    [['--suite', 'mollifier', '--seed', '-1'], /--seed: "-1"[^]*whole number from 0/],
    [['--suite', 'mollifier', '--threads', '99'], /--threads: "99"[^]*from 1 to 8/],
    [['--suite', 'optimizers', '--seconds', 'soon'], /--seconds: "soon"[^]*0\.05 to 3600/],
    [['--suite', 'optimizers', '--problems', 'heat'], /no problem "heat"[^]*wave, burgers/],
    [[], /--suite/],
  ])('refuses %j', async (args, words) => {
    const outcome = await runProgram(['benchmark', ...args]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(words);
  });

  it('hears an interrupt in the middle of a training, and leaves nothing behind', async () => {
    const out = join(folder, 'cancelled');
    const { child, end } = startProgram(['benchmark', '--suite', 'mollifier', '--out', out]);
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('Langevin')) setTimeout(resolve, 300);
      });
    });
    const asked = performance.now();
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 130 });
    // 200 ms, and what a busy machine takes to end a process.
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(() => readFileSync(join(out, 'benchmark-mollifier.json'))).toThrow();
  });
});
