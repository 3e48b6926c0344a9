import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import type { LedgerEntry } from '../../src-main/batch/ledger.js';
import { withLock } from '../../src-main/batch/lock.js';
import { html } from '../../src-main/batch/markup.js';
import { isOfTheDisk } from '../../src-main/batch/run.js';
import { writeFailure } from '../../src-main/engine/staging.js';
import { nucleusImage, writeNucleus } from '../cli/nucleus.js';
import { type Outcome, runProgram, scratchFolder } from '../cli/program.js';
import { contentOf, readResult } from '../cli/results-on-disk.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const marks = ['--heterochromatin', '0', '--euchromatin', '1', '--het-fraction', '0.58'];
const batch = (input: string, out: string, ...args: string[]): Promise<Outcome> =>
  runProgram(['batch', input, '--out', out, '--quiet', ...args], folder);

const disc = (_: number, i: number): number =>
  Math.hypot((i % 64) - 31.5, Math.floor(i / 64) - 31.5) < 22 ? 1 : 0;

describe('report.html', () => {
  let page = '';
  const names = ['a & <b>.tif', 'c.tif'];

  beforeAll(async () => {
    mkdirSync(at('in'));
    writeNucleus(at('in', names[0]), { seed: 1 });
    writeNucleus(at('in', names[1]), { seed: 2, pixelSizeNm: 25 });
    writeFileSync(at('in', 'torn.tif'), nucleusImage().subarray(0, 3000));
    expect((await batch('in', 'one', ...marks)).code).toBe(3);
    page = readFileSync(at('one', 'report.html'), 'utf8');
  });

  it('stands alone: no scripts, nothing to load, names as text', () => {
    expect(page).not.toMatch(/<script|javascript:|https?:|@import|url\(/);
    expect(
      [...page.matchAll(/src="([^"]{0,30})/g)].every(([, src]) => src.startsWith('data:image/png')),
    ).toBe(true);
    expect(page).toContain('a &amp; &lt;b&gt;.tif');
    expect(page).not.toContain('<b>.tif');
    expect(page).not.toContain(folder);
  });

  it('has a map and the numbers of result.json for every nucleus, and the reason for every failure', () => {
    expect(page.match(/alt="Map of λ of /g)).toHaveLength(2);
    const { lambda, settings } = readResult(at('one', 'c'), 'c');
    expect(page).toContain(`<td class="num">${lambda.median.toFixed(2)}</td>`);
    expect(page).toContain('>25 nm<');
    expect(page).toContain('Pixel size</th>');
    expect(page).toContain('The file is cut short: it ends after 3000 bytes');
    expect(settings.L0Nm).toBe(150);
    expect(page).toContain('calibration.hetFraction: 0.58');
  });

  it('is the same after another run, in whatever way', async () => {
    await batch('in', 'two', ...marks, '--jobs', '2');
    expect(readFileSync(at('two', 'report.html'), 'utf8')).toBe(page);
    rmSync(at('two', 'c'), { recursive: true });
    await batch('in', 'two', ...marks, '--resume');
    expect(readFileSync(at('two', 'report.html'), 'utf8')).toBe(page);
  });

  it('has the job as it can be used again', async () => {
    const text = /<pre>([\s\S]*?)<\/pre>/.exec(page)?.[1].replaceAll('&quot;', '"') ?? '';
    writeFileSync(at('job.json'), text);
    await batch('in', 'three', '--config', 'job.json');
    expect(contentOf(at('three'))).toEqual(contentOf(at('one')));
  });
});

describe('masks and second marks of their own', () => {
  function ledger(out: string): LedgerEntry[] {
    const lines = readFileSync(at(out, 'ledger.jsonl'), 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as LedgerEntry);
  }

  beforeAll(() => {
    mkdirSync(at('pairs'));
    for (const [k, name] of ['p', 'q', 'r'].entries()) {
      writeNucleus(at('pairs', `C1-${name}.tif`), { seed: k, channels: 1 });
      writeNucleus(at('pairs', `C2-${name}.tif`), { seed: 50 + k, channels: 1 });
      if (name !== 'r') writeNucleus(at('pairs', `C1-${name}_mask.tif`), { channels: 1, paint: disc });
    }
  });

  const together = ['--pattern', 'C1-*.tif', '--second-pattern', 'C2-{*}.tif', '--het-fraction', '0.5'];

  it('are used for each input, and an input without is a failure of its own', async () => {
    const outcome = await batch('pairs', 'pairs-out', ...together, '--mask-pattern', '{stem}_mask.tif');
    expect(outcome.code).toBe(3);
    const entries = ledger('pairs-out');
    expect(entries.map(({ input, state }) => [input, state])).toEqual([
      ['C1-p.tif', 'done'],
      ['C1-q.tif', 'done'],
      ['C1-r.tif', 'failed'],
    ]);
    expect(entries[0].second?.name).toBe('C2-p.tif');
    expect(entries[2].error).toMatchObject({
      tag: 'missing',
      message: expect.stringContaining('no mask') as string,
    });
    const result = readResult(at('pairs-out', 'C1-q'), 'C1-q');
    expect(result.mask?.name).toBe('C1-q_mask.tif');
    expect(result.second?.name).toBe('C2-q.tif');
    expect(result.job.channels).toMatchObject({ kind: 'two-channel', euchromatin: { file: 1, channel: 0 } });
    const args = ['--mask', 'pairs/C1-q_mask.tif', '--het-fraction', '0.5', '--out', 'by-infer', '--quiet'];
    await runProgram(['infer', 'pairs/C1-q.tif', 'pairs/C2-q.tif', ...args], folder);
    expect(contentOf(at('by-infer'))).toEqual(contentOf(at('pairs-out', 'C1-q')));
  });

  it('are run again when they have changed', async () => {
    const args = [...together, '--mask-pattern', '{stem}_mask.tif', '--resume'];
    writeNucleus(at('pairs', 'C2-p.tif'), { seed: 99, channels: 1 });
    const outcome = await runProgram(['batch', 'pairs', '--out', 'pairs-out', ...args], folder);
    expect(outcome.stderr).toContain('C1-p.tif: done in');
    expect(outcome.stderr).toContain('C1-q.tif: done before');
  });

  it('that look like masks are left out, and said to be', async () => {
    const args = ['--density', '0', '--het-fraction', '0.5', '--pattern', 'C1-*.tif'];
    const outcome = await runProgram(['batch', 'pairs', '--out', 'alone', ...args], folder);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toContain(
      '2 left out, by their names masks of other files (C1-p_mask.tif, C1-q_mask.tif)',
    );
    expect(ledger('alone')).toHaveLength(3);
  });

  it.each([
    ['a pattern without {stem}', ['--mask-pattern', 'mask.tif'], /--mask-pattern: .*does not say which mask/],
    [
      'a mask and a pattern',
      ['--mask', 'auto', '--mask-pattern', '{stem}_m.tif'],
      /cannot be combined with --mask/,
    ],
    [
      'a pattern that takes every input',
      ['--mask-pattern', '{stem}.tif'],
      /Every file that could be an input matches/,
    ],
  ])('%s is refused', async (_, args, message) => {
    const outcome = await batch('pairs', 'never', '--density', '0', '--het-fraction', '0.5', ...args);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(message);
  });
});

describe('one folder of results', () => {
  it('is of one batch at a time; the lock of one that was killed is taken away', async () => {
    mkdirSync(at('locked'));
    writeFileSync(at('locked', '.epiflux-999999999-batch'), '');
    await withLock(at('locked'), async () => {
      expect(readdirSync(at('locked'))).toEqual([`.epiflux-${process.pid}-batch`]);
      const second = withLock(at('locked'), () => Promise.resolve());
      await expect(second).rejects.toMatchObject({ tag: 'usage', where: at('locked') });
    });
    expect(readdirSync(at('locked'))).toEqual([]);
    mkdirSync(at('busy'));
    writeFileSync(at('busy', `.epiflux-${process.pid}-batch`), '');
    const outcome = await batch('in', 'busy', ...marks);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('Another batch (process');
  });

  it('is given up when the disk is full, but not for one file that cannot be written', () => {
    const failed = (code: string): unknown =>
      writeFailure('x', Object.assign(new Error(code), { code, syscall: 'write' }));
    expect(['ENOSPC', 'EDQUOT', 'EROFS'].map((code) => isOfTheDisk(failed(code)))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isOfTheDisk(failed('ENAMETOOLONG'))).toBe(false);
    expect(isOfTheDisk(new CoreError({ tag: 'unreadable', message: 'No space (ENOSPC).' }))).toBe(false);
  });
});

describe('markup', () => {
  it('escapes all that is not markup', () => {
    const inner = html`<i>${'a<b>"&'}</i>`;
    expect(html`<p title="${'"x"'}">${inner}${[inner, inner]}${3}</p>`.markup).toBe(
      '<p title="&quot;x&quot;"><i>a&lt;b&gt;&quot;&amp;</i><i>a&lt;b&gt;&quot;&amp;</i>\n<i>a&lt;b&gt;&quot;&amp;</i>3</p>',
    );
  });
});
