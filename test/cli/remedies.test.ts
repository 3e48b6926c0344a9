import { describe, expect, it } from 'vitest';
import { CoreError, remedySettings } from '../../src-core/errors.js';
import { jobSchema, parseJob } from '../../src-core/job.js';
import { failureDocument, failureText } from '../../src-main/cli/exit-codes.js';
import { hintWithOptions } from '../../src-main/cli/remedy-options.js';
import { fieldOf, remediesOf } from '../../src-renderer/state/setting-fields.js';
import { stepNames } from '../../src-renderer/state/session.js';
import { sourceFiles, sourceText } from '../source-files.js';

const missing = new CoreError({
  tag: 'missing',
  message: 'The file does not say how large its pixels are.',
  where: 'a.tif',
  hint: 'Give the side of a pixel in nm, such as 20.',
  remedies: [{ setting: 'calibration.pixelSizeNm' }],
});

describe('a remedy on the command line', () => {
  it('is the option that sets it, in words and in JSON', () => {
    expect(failureText(missing)).toBe(
      'epiflux: a.tif: The file does not say how large its pixels are.\n' +
        '  → Give the side of a pixel in nm, such as 20 (--pixel-size-nm P).',
    );
    expect(failureDocument(missing)).toMatchObject({
      error: {
        hint: 'Give the side of a pixel in nm, such as 20 (--pixel-size-nm P).',
        remedies: [{ setting: 'calibration.pixelSizeNm' }],
        exitCode: 4,
      },
    });
  });

  it('has the value that would do, and several options where there are several', () => {
    const hint = 'Draw them coarser.';
    expect(
      hintWithOptions({ hint, remedies: [{ setting: 'table.spacingNm', value: 13 }, { setting: 'mask' }] }),
    ).toBe('Draw them coarser (--spacing-nm 13, --mask FILE|auto|none).');
    expect(hintWithOptions({ hint, remedies: [{ setting: 'channels.euchromatin' }] })).toBe(
      'Draw them coarser (--euchromatin N).',
    );
    expect(hintWithOptions({ hint, remedies: [{ setting: 'model.a' }] })).toBe(hint);
    expect(hintWithOptions({ hint })).toBe(hint);
    expect(hintWithOptions({})).toBeUndefined();
  });
});

describe('settings that a failure may ask for', () => {
  const density = parseJob({ channels: { kind: 'density', density: { file: 0, channel: 0 } } });
  const marks = parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
  });
  const has = (whole: unknown, [head, ...rest]: string[]): boolean =>
    typeof whole === 'object' &&
    whole !== null &&
    head in whole &&
    (rest.length === 0 || has((whole as Record<string, unknown>)[head], rest));

  it.each(remedySettings)('%s is a place in the job, and has a field in a step of the window', (setting) => {
    expect([density, marks].some((job) => has(job, setting.split('.')))).toBe(true);
    expect(stepNames).toContain(fieldOf(setting).step);
    const fields = sourceFiles('src-renderer').map(sourceText).join('\n');
    const [section, name] = setting.split('.');
    const named = [`"${setting}"`, `'${setting}'`, ...(section === 'model' ? [`name="${name}"`] : [])];
    expect(named.some((text) => fields.includes(text))).toBe(true);
  });

  it('are read from what the gate refused as well', () => {
    const refused = {
      tag: 'usage' as const,
      message: 'The request cannot be used.',
      fields: [
        { path: 'job.table.spacingNm', message: 'too small' },
        { path: 'job.seed', message: 'too large' },
      ],
    };
    expect(remediesOf(refused)).toEqual([{ setting: 'table.spacingNm' }]);
    expect(remediesOf({ tag: 'bug', message: '', stack: '' })).toEqual([]);
    expect(jobSchema.safeParse(density).success).toBe(true);
  });
});

describe('messages, hints and warnings of core', () => {
  const texts = (code: string): string[] =>
    [...code.matchAll(/(['`])((?:(?!\1)[^\\]|\\.)*)\1/g)].map(([, , text]) => text);

  it.each(sourceFiles('src-core'))('%s names no option of the command line', (file) => {
    const code = sourceText(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(texts(code).filter((text) => /(^|[\s(])--[a-z]/.test(text))).toEqual([]);
  });
});
