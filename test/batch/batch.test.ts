import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src-main/batch/ledger.js';
import { nucleusImage, writeNucleus } from '../cli/nucleus.js';
import { type Outcome, runProgram, scratchFolder, startProgram } from '../cli/program.js';
import { contentOf } from '../cli/results-on-disk.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
/** By direct, which takes a tenth of the time; what field adds to a batch has a test of its own. */
const marks = [
  ...['--heterochromatin', '0', '--euchromatin', '1'],
  ...['--het-fraction', '0.58', '--solver', 'direct'],
];
const batch = (out: string, ...args: string[]): Promise<Outcome> =>
  runProgram(['batch', 'in', '--out', out, ...marks, ...args], folder);

function ledger(out: string): LedgerEntry[] {
  const lines = readFileSync(at(out, 'ledger.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

const good = Array.from({ length: 10 }, (_, k) => `n${String(k)}.tif`);
const names = ['a_empty.tif', ...good, 'z_torn.tif'];

beforeAll(() => {
  mkdirSync(at('in'));
  for (const [k, name] of good.entries()) writeNucleus(at('in', name), { seed: 20 + k });
  writeFileSync(at('in', 'a_empty.tif'), '');
  writeFileSync(at('in', 'z_torn.tif'), nucleusImage().subarray(0, 3000));
  writeFileSync(at('in', 'notes.md'), 'not an input');
});

describe('a folder with ten good files, an empty one and a broken one', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await batch('whole');
  });

  it('ends with 3 and says which failed and why', () => {
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toMatch(/^10 of 12 done, 2 failed$/m);
    expect(outcome.stdout).toMatch(/^failed: a_empty\.tif: .*empty \(0 bytes\)/m);
    expect(outcome.stdout).toMatch(/^failed: z_torn\.tif: .*3000 bytes/m);
    expect(outcome.stderr).toMatch(/^epiflux: n3\.tif: done in /m);
  });

  it('has ten result folders, each complete, and none for the others', () => {
    const folders = good.map((name) => name.replace('.tif', ''));
    expect(readdirSync(at('whole')).sort()).toEqual(
      ['ledger.jsonl', ...folders, 'report.html', 'summary.csv'].sort(),
    );
    for (const stem of folders) {
      const files = readdirSync(at('whole', stem)).sort();
      const suffixes = [
        'figure.png',
        'figure.svg',
        'lambda.ome.tif',
        'mask.ome.tif',
        'phi.ome.tif',
        'result.json',
      ];
      expect(files).toEqual(suffixes.map((suffix) => `${stem}.${suffix}`));
    }
  });

  it('has a ledger line for each input, in file order, with hashes and reasons', () => {
    const entries = ledger('whole');
    expect(entries.map(({ input }) => input)).toEqual(names);
    expect(new Set(entries.map(({ jobHash }) => jobHash)).size).toBe(1);
    for (const { input, sha256, state, error, files, folder: stem } of entries) {
      expect(sha256).toBe(
        createHash('sha256')
          .update(readFileSync(at('in', input)))
          .digest('hex'),
      );
      expect(state).toBe(good.includes(input) ? 'done' : 'failed');
      expect(error?.tag).toBe(state === 'done' ? undefined : 'unreadable');
      for (const file of files ?? []) {
        const bytes = readFileSync(at('whole', stem, file.name));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
      }
    }
  });

  it('has a summary with a row a nucleus, in file order, units in the header and no times', () => {
    const [header, ...rows] = readFileSync(at('whole', 'summary.csv'), 'utf8').trimEnd().split(/\r?\n/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(good);
    expect(header).toMatch(/^input,sha256,pixel_size_nm,.*lambda_mean,.*area_um2/);
    expect(header).not.toMatch(/second|time|date/);
    const mean = Number(rows[4].split(',')[header.split(',').indexOf('lambda_mean')]);
    const result = JSON.parse(readFileSync(at('whole', 'n4', 'n4.result.json'), 'utf8')) as {
      lambda: { mean: number };
    };
    expect(mean).toBe(result.lambda.mean);
    const moved = ['x', 'y', 'z'].map(
      (axis) => `moved_back_${axis}_nm,displacement_${axis}_nm,displacement_${axis}_sd_nm`,
    );
    expect(header).toContain(`channels_displaced,${moved.join(',')}`);
  });

  it('gives the same bytes with two at a time', async () => {
    expect((await batch('two', '--jobs', '2', '--quiet')).code).toBe(3);
    expect(contentOf(at('two'))).toEqual(contentOf(at('whole')));
    expect(ledger('two').map(({ input }) => input)).toEqual(names);
  });

  it('gives the same bytes when killed in the middle and resumed', async () => {
    const { child, end } = startProgram(['batch', 'in', '--out', 'killed', ...marks, '--jobs', '2'], folder);
    await new Promise<void>((resume) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('n2.tif: done')) resume();
      });
    });
    child.kill('SIGKILL');
    expect((await end).signal).toBe('SIGKILL');
    expect(existsSync(at('killed', 'summary.csv'))).toBe(false);
    appendFileSync(at('killed', 'ledger.jsonl'), '{"input":"n9.tif","sha256":"12');
    const before = ledger2('killed');
    expect(before.length).toBeGreaterThanOrEqual(3);
    expect(before.length).toBeLessThan(12);

    const resumed = await batch('killed', '--resume');
    expect(resumed.code).toBe(3);
    expect(resumed.stderr).toContain('n1.tif: done before');
    expect(resumed.stderr).toContain('n9.tif: done in');
    expect(contentOf(at('killed'))).toEqual(contentOf(at('whole')));
    const strip = (entry: LedgerEntry) => ({
      ...entry,
      seconds: 0,
      files: entry.files?.map(({ name }) => name),
    });
    expect(ledger('killed').map(strip)).toEqual(ledger('whole').map(strip));
  });

  it('runs again what changed since: job, input or result', async () => {
    rmSync(at('killed', 'n0', 'n0.phi.ome.tif'));
    appendFileSync(at('killed', 'n1', 'n1.lambda.ome.tif'), 'x');
    writeNucleus(at('in', 'n2.tif'), { seed: 500 });
    const resumed = await batch('killed', '--resume');
    const redone = [...resumed.stderr.matchAll(/^epiflux: (\S+): done in/gm)].map(([, name]) => name);
    expect(redone).toEqual(['n0.tif', 'n1.tif', 'n2.tif']);
    writeNucleus(at('in', 'n2.tif'), { seed: 22 });
    const other = await batch('killed', '--resume', '--length-nm', '140');
    expect(other.stderr).not.toContain('done before');
  });

  it('finishes nothing half on Ctrl-C, and can be resumed', async () => {
    const { child, end } = startProgram(['batch', 'in', '--out', 'cut', ...marks], folder);
    await new Promise<void>((resume) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('n1.tif: done')) resume();
      });
    });
    child.kill('SIGINT');
    expect(await end).toMatchObject({ code: 130, stdout: '' });
    const done = ledger('cut').filter(({ state }) => state === 'done');
    expect(done.length).toBeGreaterThanOrEqual(2);
    expect(readdirSync(at('cut')).sort()).toEqual(
      ['ledger.jsonl', ...done.map((entry) => entry.folder)].sort(),
    );
    for (const entry of done)
      expect(readdirSync(at('cut', entry.folder))).toHaveLength(entry.files?.length ?? 0);
    expect((await batch('cut', '--resume', '--quiet')).code).toBe(3);
    expect(contentOf(at('cut'))).toEqual(contentOf(at('whole')));
  });

  it('ends with 0 where all are done', async () => {
    const two = await batch('some', '--pattern', 'n[01].tif', '--json');
    expect(two).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(two.stdout)).toMatchObject({ done: 2, failed: 0 });
  });
});

/** The readable lines of a ledger whose last line is torn. */
function ledger2(out: string): LedgerEntry[] {
  const lines = readFileSync(at(out, 'ledger.jsonl'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

describe('channels that are moved back in a batch', () => {
  it('say by how much in summary and report, with what is left of it and its sd', async () => {
    const outcome = await batch(
      'moved',
      '--pattern',
      'n[01].tif',
      '--register',
      '20,-10',
      '--solver',
      'field',
      '--quiet',
    );
    expect(outcome.code).toBe(0);
    const [header, ...rows] = readFileSync(at('moved', 'summary.csv'), 'utf8').trimEnd().split(/\r?\n/);
    const value = (row: string, column: string): string => row.split(',')[header.split(',').indexOf(column)];
    for (const row of rows) {
      expect(value(row, 'moved_back_x_nm')).toBe('20');
      expect(value(row, 'moved_back_y_nm')).toBe('-10');
      expect(['true', 'false']).toContain(value(row, 'channels_displaced'));
      expect(Number(value(row, 'displacement_x_sd_nm'))).toBeGreaterThan(0);
      expect(['moved_back_z_nm', 'displacement_z_sd_nm'].map((name) => value(row, name))).toEqual(['', '']);
    }
    const report = readFileSync(at('moved', 'report.html'), 'utf8');
    expect(readdirSync(at('moved', 'n0'))).toContain('n0.lambda-sd.ome.tif');
    expect(report).toContain('Euchromatin moved back by');
    expect(report).toContain('x +20.0 nm, y −10.0 nm');
  });
});

describe('what a batch refuses', () => {
  it.each<[string, string[], number, RegExp]>([
    ['no jobs', ['--jobs', '0'], 2, /--jobs: "0"/],
    ['half a job', ['--jobs', '1.5'], 2, /--jobs: "1\.5"/],
    ['slurm', ['--executor', 'slurm'], 2, /--executor slurm: .*not available yet/],
    ['conditions', ['--condition-from', 'folder'], 2, /--condition-from: .*not available yet/],
    ['replicates', ['--replicate-from', 'x'], 2, /--replicate-from: .*not available yet/],
    ['one mask for all', ['--mask', 'in/n0.tif'], 2, /--mask FILE: .*not available yet/],
    ['no match', ['--pattern', '*.png'], 2, /No file matches \*\.png/],
    ['half a displacement', ['--register', '30'], 2, /--register: "30"/],
    ['a fraction of 1.2', ['--het-fraction', '1.2'], 2, /--het-fraction: "1\.2"/],
  ])('%s', async (_, args, code, message) => {
    const outcome = await batch('never', ...args);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(message);
    expect(existsSync(at('never'))).toBe(false);
  });

  it('a folder that is not there, and results among the inputs', async () => {
    const none = await runProgram(['batch', 'nowhere', '--out', 'never', ...marks], folder);
    expect(none).toMatchObject({ code: 3 });
    expect(none.stderr).toMatch(/nowhere: /);
    const same = await runProgram(['batch', 'in', '--out', 'in', ...marks], folder);
    expect(same).toMatchObject({ code: 2 });
  });

  it('nothing: channels are looked up per file where they are not given', async () => {
    mkdirSync(at('mixed'));
    writeNucleus(at('mixed', 'one.tif'), { channels: 1 });
    writeNucleus(at('mixed', 'two.tif'));
    const args = ['batch', 'mixed', '--out', 'mixed-out', '--het-fraction', '0.58', '--quiet'];
    expect((await runProgram(args, folder)).code).toBe(3);
    const [one, two] = ledger('mixed-out');
    expect([one.state, two.error?.tag]).toEqual(['done', 'missing']);
    expect(two.error?.message).toContain('H3K9me3');
  });
});
