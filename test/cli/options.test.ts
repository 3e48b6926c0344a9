import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJob } from '../../src-core/index.js';
import { readCommandJob } from '../../src-main/cli/job-inputs.js';
import { jobOptionSchema, readJobOptions } from '../../src-main/cli/job-options.js';
import { defaultText, rangeText, readValue } from '../../src-main/cli/schema-options.js';
import { scratchFolder } from './program.js';

const folder = scratchFolder();
const het = join(folder, 'het.tif');
const eu = join(folder, 'eu.tif');
const third = join(folder, 'third.tif');
for (const path of [het, eu, third]) writeFileSync(path, 'x');

const readJobValue = (flag: string, text: string, path: string): unknown =>
  readValue(jobOptionSchema, { flag, path }, text);

const read = async (inputs: string[], values: Record<string, unknown>) =>
  await readCommandJob(inputs, values);

describe('readJobValue', () => {
  it('reads numbers, names, pairs and columns', () => {
    expect(readJobValue('--length-nm', '1.2e2', 'model.lengthNm')).toBe(120);
    expect(readJobValue('--z', 'max', 'z')).toBe('max');
    expect(readJobValue('--z', '3', 'z')).toBe(3);
    expect(readJobValue('--offset', '100', 'calibration.offset')).toEqual([100, 100]);
    expect(readJobValue('--offset', '-1, 2.5', 'calibration.offset')).toEqual([-1, 2.5]);
    expect(readJobValue('--register', 'auto', 'calibration.shiftNm')).toBe('auto');
    expect(readJobValue('--register', '30,-7.5', 'calibration.shiftNm')).toEqual([30, -7.5]);
    expect(readJobValue('--register', '30, 0, -200', 'calibration.shiftNm')).toEqual([30, 0, -200]);
  });

  it.each([
    ['--het-fraction', '1.2', 'calibration.hetFraction', /above 0.*below 1/],
    ['--het-fraction', 'abc', 'calibration.hetFraction', /a number/],
    ['--length-nm', '-3', 'model.lengthNm', /above 0/],
    ['--length-nm', '0x10', 'model.lengthNm', /above 0/],
    ['--length-nm', '', 'model.lengthNm', /above 0/],
    ['--length-nm', 'Infinity', 'model.lengthNm', /above 0/],
    ['--length-nm', '12,5', 'model.lengthNm', /above 0/],
    ['--gain', '1,2,3', 'calibration.gain', /two/],
    ['--gain', '0', 'calibration.gain', /above 0/],
    ['--register', '30', 'calibration.shiftNm', /auto or two or three values \(X,Y or X,Y,Z\)/],
    ['--register', '1,2,3,4', 'calibration.shiftNm', /two or three/],
    ['--register', '30,x', 'calibration.shiftNm', /two or three/],
    ['--register', 'yes', 'calibration.shiftNm', /auto/],
    ['--register', '1e7,0', 'calibration.shiftNm', /from -1e6, up to 1e6/],
    ['--seed', '1.5', 'seed', /whole number/],
    ['--z', '-1', 'z', /max or all or a whole number/],
    ['--mollifier', 'box', 'solver.mollifier', /poly8/],
    ['--columns', 'x', 'table.columns', /x=/],
    ['--columns', 'w=3', 'table.columns', /x=/],
  ])('refuses %s %s, naming both and what is allowed', (option, text, path, range) => {
    const expected = { tag: 'usage', where: option, message: `"${text}" cannot be used.` };
    expect(() => readJobValue(option, text, path)).toThrow(
      expect.objectContaining({ ...expected, hint: expect.stringMatching(range) as string }) as Error,
    );
  });

  it('tells ranges and defaults from the job, where they live', () => {
    const job = parseJob({ channels: { kind: 'density', density: { file: 0, channel: 0 } } });
    expect(defaultText(jobOptionSchema, 'model.lengthNm')).toBe(String(job.model.lengthNm));
    expect(defaultText(jobOptionSchema, 'calibration.hetFraction')).toBeUndefined();
    expect(rangeText(jobOptionSchema, 'solver.name')).toContain(job.solver.name);
  });
});

describe('readJobOptions', () => {
  it('puts each option where the job has it', () => {
    const job = readJobOptions({ hetFraction: '0.6', lengthNm: '120', mollifier: 'gauss', z: 'max' });
    expect(job).toEqual({
      calibration: { hetFraction: 0.6, hetFractionSd: null },
      model: { lengthNm: 120, lengthFrom: 'given' },
      solver: { mollifier: 'gauss' },
      z: 'max',
    });
  });

  it.each(['0.58±0.02', '0.58 ± 0.02', '0.58+-0.02', '0.58+/-.02'])(
    'reads a fraction with its sd: %s',
    (text) => {
      expect(readJobOptions({ hetFraction: text })).toEqual({
        calibration: { hetFraction: 0.58, hetFractionSd: 0.02 },
      });
    },
  );

  it('takes the sd of the fraction in an option of its own, which a fraction without one does not undo', () => {
    expect(readJobOptions({ hetFraction: '0.58', hetFractionSd: '0.02', gainRatioSd: '0.05' })).toEqual({
      calibration: { hetFraction: 0.58, hetFractionSd: 0.02, gainRatioSd: 0.05 },
    });
    expect(() => readJobOptions({ hetFraction: '0.58±0.02', hetFractionSd: '0.02' })).toThrow('given twice');
  });

  it.each([
    ['0.8±0.11', /too large for a fraction of 0\.8: .* give less than 0\.1\./],
    ['0.8±0', /above 0/],
    ['0.8±x', /above 0/],
    ['0.8±0.02±0.01', /above 0/],
  ])('refuses the sd in %s', (text, hint) => {
    expect(() => readJobOptions({ hetFraction: text })).toThrow(
      expect.objectContaining({
        tag: 'usage',
        where: '--het-fraction',
        hint: expect.stringMatching(hint) as string,
      }) as Error,
    );
  });

  it('takes L0 from the image for the word auto, and leaves where the search begins', () => {
    expect(readJobOptions({ lengthNm: 'auto' })).toEqual({ model: { lengthFrom: 'image' } });
  });

  it.each([
    [{ geometry: 'section' }, '--geometry section', 'uniform'],
    [{ render: 'voronoi' }, '--render voronoi', 'gaussian'],
    [{ uncertainty: '24' }, '--uncertainty 24', '0'],
    [{ axialFwhmNm: '300' }, '--axial-fwhm-nm 300', 'stack'],
    [{ threads: '4' }, '--threads 4', '1'],
    [{ backend: 'tensorflow' }, '--backend tensorflow', 'cpu'],
  ])('says that %o is not available yet, and what is', (values, where, available) => {
    const expected = { tag: 'usage', where, message: 'This is not available yet.' };
    expect(() => readJobOptions(values)).toThrow(
      expect.objectContaining({ ...expected, hint: expect.stringContaining(available) as string }) as Error,
    );
  });

  it('takes what is not built yet at its neutral value', () => {
    expect(readJobOptions({ uncertainty: '0', threads: '1', backend: 'auto' })).toEqual({});
  });
});

describe('readCommandJob', () => {
  it('leaves the channels open where nothing says them', async () => {
    expect(await read([het], {})).toEqual({ draft: {}, files: { input: het } });
  });

  it('takes channel indices of one file', async () => {
    const { draft } = await read([het], { heterochromatin: '1', euchromatin: '0' });
    expect(draft.channels).toEqual({
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 1 },
      euchromatin: { file: 0, channel: 0 },
    });
  });

  it('takes a file of its own for a mark, whichever way it is named', async () => {
    const expected = {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 1, channel: 0 },
    };
    for (const values of [{ euchromatin: eu }, { heterochromatin: het, euchromatin: eu }]) {
      const { draft, files } = await read([het], values);
      expect(draft.channels).toEqual(expected);
      expect(files).toEqual({ input: het, second: eu });
    }
    const swapped = await read([eu, het], { heterochromatin: het, euchromatin: eu });
    expect(swapped.draft.channels).toEqual({
      kind: 'two-channel',
      heterochromatin: { file: 1, channel: 0 },
      euchromatin: { file: 0, channel: 0 },
    });
    expect((await read([het, eu], { heterochromatin: '2', euchromatin: '1' })).draft.channels).toEqual({
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 2 },
      euchromatin: { file: 1, channel: 1 },
    });
  });

  it.each([
    [[het], { heterochromatin: 'abc', euchromatin: '1' }, 'usage', /--heterochromatin/],
    [[het], { heterochromatin: '1.2', euchromatin: '1' }, 'usage', /--heterochromatin/],
    [[het], { heterochromatin: '-1', euchromatin: '1' }, 'usage', /--heterochromatin/],
    [[het], { heterochromatin: './none.tif', euchromatin: '1' }, 'unreadable', /none\.tif/],
    [[het], { density: 'x' }, 'usage', /--density/],
    [[het], { density: '0', euchromatin: '1' }, 'usage', /--density/],
    [[het], { euchromatin: '1', heterochromatin: '1' }, 'usage', /channel 1/],
    [[het], { heterochromatin: '1' }, 'missing', /--heterochromatin/],
    [[het, eu], { density: '0' }, 'usage', /eu\.tif/],
    [[het, eu], { heterochromatin: third, euchromatin: eu }, 'usage', /third\.tif/],
    [[third], { heterochromatin: het, euchromatin: eu }, 'usage', /eu\.tif/],
  ])('refuses %o with %o', async (inputs, values, tag, where) => {
    const expected = {
      tag,
      where: expect.stringMatching(where) as string,
      hint: expect.any(String) as string,
    };
    await expect(read(inputs, values)).rejects.toMatchObject(expected);
  });

  it('takes a mask file, and passes auto and none on', async () => {
    expect(await read([het], { mask: eu })).toEqual({
      draft: { mask: 'file' },
      files: { input: het, mask: eu },
    });
    expect((await read([het], { mask: 'none' })).draft.mask).toBe('none');
  });

  it('reads a job.json and a result.json; options override them', async () => {
    const job = {
      channels: { kind: 'density', density: { file: 0, channel: 2 } },
      model: { lengthNm: 99, a: 2 },
    };
    const config = join(folder, 'job.json');
    const values = { config, lengthNm: '120' };
    for (const document of [job, { version: '0', job, lambda: {} }]) {
      writeFileSync(config, JSON.stringify(document));
      const { draft } = await read([het], values);
      expect(draft).toEqual({ ...job, model: { lengthNm: 120, lengthFrom: 'given', a: 2 } });
    }
  });

  it.each([
    ['{', 'unreadable', /not JSON/],
    ['{"model":{"lengthNm":-1}}', 'usage', /model\.lengthNm/],
    ['{"modell":{}}', 'usage', /modell/],
    ['[]', 'usage', /job/],
    ['{"mask":"file"}', 'missing', /mask file/],
    ['{"channels":{"kind":"density","density":{"file":1,"channel":0}}}', 'usage', /No channel is taken/],
  ])('refuses the config %s', async (text, tag, message) => {
    const config = join(folder, 'bad.json');
    writeFileSync(config, text);
    const expected = { tag, message: expect.stringMatching(message) as string };
    await expect(read([het], { config })).rejects.toMatchObject(expected);
  });
});
