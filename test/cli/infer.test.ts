import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { readOmeDescription } from '../../src-core/io/tiff.js';
import { parseJob } from '../../src-core/job.js';
import { quietRun } from '../../src-core/run.js';
import { makeEngine } from '../../src-main/engine/host.js';
import { writeNucleus } from './nucleus.js';
import { type Outcome, runProgram, scratchFolder, startProgram } from './program.js';
import { contentOf, readImagePlane, readResult } from './results-on-disk.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
const marks = ['--heterochromatin', '0', '--euchromatin', '1'];
const infer = (...args: string[]): Promise<Outcome> => runProgram(['infer', ...args], folder);
const suffixes = [
  ...['figure.png', 'figure.svg', 'lambda-resolution.ome.tif', 'lambda-sd.ome.tif', 'lambda.ome.tif'],
  ...['mask.ome.tif', 'phi.ome.tif', 'result.json'],
];

beforeAll(() => {
  writeNucleus(at('two.ome.tif'));
  writeNucleus(at('one.tif'), { channels: 1 });
});

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

function unescapeXml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

describe('the result', () => {
  let outcome: Outcome;

  beforeAll(async () => {
    outcome = await infer('two.ome.tif', ...marks, '--het-fraction', '0.58', '--seed', '4', '--out', 'first');
  });

  it('is told on stdout, progress and warnings on stderr', () => {
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^λ: median \S+, mean \S+/);
    expect(outcome.stdout).toMatch(
      /^solver: field, flux-balance, length scale \S+ nm by evidence, sd of λ \S+ \(median\), (resolution \d+ nm|nothing resolved)$/m,
    );
    expect(outcome.stdout).not.toContain('mollifier');
    for (const suffix of suffixes) expect(outcome.stdout).toContain(join('first', `two.${suffix}`));
    expect(outcome.stderr).toMatch(/^epiflux: solve$/m);
    expect(outcome.stderr).toMatch(/two\.ome\.tif: warning: /);
  });

  it('is a complete set of files and nothing else', () => {
    expect(readdirSync(at('first')).sort()).toEqual(suffixes.map((suffix) => `two.${suffix}`));
  });

  it('has the whole job and the contract fields in result.json', () => {
    const result = readResult(at('first'), 'two');
    const bytes = readFileSync(at('two.ome.tif'));
    const channels = {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    } as const;
    expect(result.job).toEqual(parseJob({ channels, calibration: { hetFraction: 0.58 }, seed: 4 }));
    expect(result.version).toBe(version);
    expect(result.input).toMatchObject({
      name: 'two.ome.tif',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      pixelSizeNm: 20,
      pixelSizeFrom: 'file',
    });
    for (const key of ['mean', 'median', 'sd', 'p05', 'p95'] as const)
      expect(result.lambda[key]).toBeTypeOf('number');
    expect(result.identifiable).toBeGreaterThan(0);
    expect(result.settings).toMatchObject({ L0Nm: 150, mollifierNm: null });
    expect(result.settings.lengthScaleNm).toBe(result.settings.prior?.lengthNm);
    expect(result.solver).toMatchObject({ name: 'field', equation: 'flux-balance' });
    expect(result.solver.seconds).toBeGreaterThanOrEqual(0);
    expect(result.residual.mismatch).toBeTypeOf('boolean');
    expect(result.warnings).toBeInstanceOf(Array);
  });

  it('has maps with a pixel size, NaN outside, and the mean that result.json tells', async () => {
    const { metadata, values } = await readImagePlane(at('first', 'two.lambda.ome.tif'));
    const mask = await readImagePlane(at('first', 'two.mask.ome.tif'));
    const phi = await readImagePlane(at('first', 'two.phi.ome.tif'));
    expect(metadata).toMatchObject({
      width: 64,
      height: 64,
      sampleType: 'float32',
      pixelSize: { x: 20, y: 20 },
    });
    expect(mask.metadata.sampleType).toBe('uint8');
    expect([...new Set(mask.values)].filter((value) => value !== 0)).toEqual([255]);
    expect(values.every((value, i) => mask.values[i] !== 0 || Number.isNaN(value))).toBe(true);
    expect(phi.metadata.channelNames).toEqual(['phi_h', 'phi_e']);
    const known = values.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    expect(mean).toBeCloseTo(readResult(at('first'), 'two').lambda.mean, 4);
  });

  it('carries its job in every picture', async () => {
    const { job, input } = readResult(at('first'), 'two');
    const texts: string[] = [];
    for (const map of ['lambda', 'phi', 'mask']) {
      const { source } = await readImagePlane(at('first', `two.${map}.ome.tif`));
      texts.push((await readOmeDescription(source, quietRun))['epiflux-job']);
    }
    const svg = readFileSync(at('first', 'two.figure.svg'), 'utf8');
    texts.push(unescapeXml(/id="epiflux-job"[^>]*>([^<]*)</.exec(svg)?.[1] ?? ''));
    const png = readFileSync(at('first', 'two.figure.png')).toString('latin1');
    texts.push(/epiflux-job\0(\{[^\0]*\})/.exec(png)?.[1] ?? '');
    for (const text of texts) {
      const { name, bytes, sha256 } = input;
      expect(JSON.parse(text)).toEqual({ epiflux: version, job, files: { input: { name, bytes, sha256 } } });
    }
  });

  it('is the same bytes again, also from its own result.json', async () => {
    const again = await infer(
      'two.ome.tif',
      '--config',
      'first/two.result.json',
      '--out',
      'again',
      '--quiet',
    );
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(contentOf(at('again'))).toEqual(contentOf(at('first')));
    const changed = await infer(
      'two.ome.tif',
      '--config',
      'first/two.result.json',
      '--length-nm',
      '100',
      '--out',
      'c',
    );
    expect(changed.code).toBe(0);
    expect(contentOf(at('c'))['two.lambda.ome.tif']).not.toBe(contentOf(at('first'))['two.lambda.ome.tif']);
    expect(readResult(at('c'), 'two').job).toMatchObject({ model: { lengthNm: 100 }, seed: 4 });
  });

  it('is what the engine gives to any other door', async () => {
    const engine = makeEngine({ entry: new URL('../../dist/src-main/engine/thread.js', import.meta.url) });
    try {
      const { job } = readResult(at('first'), 'two');
      const files = { input: at('two.ome.tif') };
      const { inference, files: written } = await engine.request('infer', { files, job, wantFields: true });
      const { values } = await readImagePlane(at('first', 'two.lambda.ome.tif'));
      const { identifiable, estimate } = inference?.rate ?? { identifiable: [], estimate: [] };
      expect(written).toEqual([]);
      expect(values.every((value, i) => Object.is(value, identifiable[i] === 0 ? NaN : estimate[i]))).toBe(
        true,
      );
      expect(estimate).toHaveLength(values.length);
    } finally {
      await engine.close();
    }
  });
});

describe('inputs', () => {
  it('may be one channel with a fraction', async () => {
    const outcome = await infer('one.tif', '--het-fraction', '0.58', '--out', 'one', '--quiet');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(readResult(at('one'), 'one').job.channels).toEqual({
      kind: 'density',
      density: { file: 0, channel: 0 },
    });
  });

  it('may be two files, and both are identified', async () => {
    writeNucleus(at('eu.tif'), { channels: 1, seed: 99 });
    const outcome = await infer(
      'one.tif',
      'eu.tif',
      '--mask',
      'first/two.mask.ome.tif',
      '--out',
      'pair',
      '--quiet',
    );
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const { second, mask, job } = readResult(at('pair'), 'one');
    expect([second?.name, mask?.name]).toEqual(['eu.tif', 'two.mask.ome.tif']);
    expect(job).toMatchObject({ mask: 'file', channels: { euchromatin: { file: 1, channel: 0 } } });
  });

  it('may be gzip-compressed', async () => {
    writeFileSync(at('packed.ome.tif.gz'), gzipSync(readFileSync(at('two.ome.tif'))));
    const seed = ['--het-fraction', '0.58', '--seed', '4'];
    const outcome = await infer('packed.ome.tif.gz', ...marks, ...seed, '--out', 'packed', '--quiet');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const { values } = await readImagePlane(at('packed', 'packed.lambda.ome.tif'));
    expect(values).toEqual((await readImagePlane(at('first', 'two.lambda.ome.tif'))).values);
  });

  it('may have channels that are moved back, and says by how much', async () => {
    const moved = await infer('two.ome.tif', ...marks, '--register', '20,-10', '--out', 'moved');
    expect(moved.code).toBe(0);
    const { calibration, job, assumptions } = readResult(at('moved'), 'two');
    expect(job.calibration.shiftNm).toEqual([20, -10]);
    expect(calibration.registration.applied).toEqual({ shiftNm: [20, -10, 0], sdNm: null, from: 'user' });
    expect(assumptions.join(' ')).toContain(
      'moved back by its displacement of x +20.0 nm, y −10.0 nm (as given)',
    );
  });

  it('may not be moved out of the picture: the option is named', async () => {
    const gone = await infer('two.ome.tif', ...marks, '--register', '9000,0', '--out', 'gone');
    expect(gone.code).toBe(5);
    expect(gone.stderr).toMatch(/Moved back by x \+9000\.0 nm, .* at 0 of the \d+ voxels/);
    expect(gone.stderr).toContain('--register auto|X,Y[,Z]');
    expect(existsSync(at('gone'))).toBe(false);
  });

  it('need not have a pixel size when it is given', async () => {
    writeNucleus(at('silent.tif'), { pixelSizeNm: null });
    const outcome = await infer('silent.tif', ...marks, '--pixel-size-nm', '20', '--out', 'px', '--quiet');
    expect(outcome.code).toBe(0);
    expect(readResult(at('px'), 'silent').input).toMatchObject({ pixelSizeNm: 20, pixelSizeFrom: 'user' });
  });

  it('may have single pixels without a value', async () => {
    writeNucleus(at('holes.tif'), { float: true, paint: (count, i) => (i % 97 === 0 ? NaN : count) });
    expect((await infer('holes.tif', ...marks, '--out', 'holes', '--quiet')).code).toBe(0);
  });
});

describe('--json', () => {
  it('prints one document and nothing else', async () => {
    const outcome = await infer('two.ome.tif', ...marks, '--out', 'json', '--json');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const document = JSON.parse(outcome.stdout) as { files: { path: string; sha256: string }[] };
    expect(document).toMatchObject(readResult(at('json'), 'two'));
    for (const { path, sha256 } of document.files) {
      expect(
        createHash('sha256')
          .update(readFileSync(at(path)))
          .digest('hex'),
      ).toBe(sha256);
    }
  });

  it('prints an error as one document too', async () => {
    for (const args of [
      ['two.ome.tif', ...marks, '--out', 'x', '--bogus'],
      ['none.tif', ...marks, '--out', 'x'],
    ]) {
      const { code, stdout, stderr } = await infer(...args, '--json');
      const { error } = JSON.parse(stdout) as { error: { exitCode: number; tag: string; message: string } };
      expect(stderr).toBe('');
      expect(error.exitCode).toBe(code);
      expect(error.tag).toBe(args.includes('--bogus') ? 'usage' : 'unreadable');
    }
  });
});

describe('what is wrong is told with file or option, value and remedy', () => {
  beforeAll(() => {
    writeFileSync(
      at('picture.tif'),
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
    );
    writeFileSync(at('torn.tif'), readFileSync(at('two.ome.tif')).subarray(0, 3000));
    writeFileSync(at('empty.csv'), '');
    writeFileSync(at('prose.csv'), 'Dear colleague,\nplease find the table below.\n');
    writeFileSync(at('afile'), '');
    mkdirSync(at('afolder'));
    writeNucleus(at('nosize.tif'), { pixelSizeNm: null });
    writeNucleus(at('other.tif'), { size: 80, channels: 1 });
    writeNucleus(at('zero.tif'), { paint: () => 0 });
    writeNucleus(at('nan.tif'), { float: true, paint: () => NaN });
  });

  const out = ['--out', 'never'];
  it.each<[string, string[], number, [problem: RegExp, remedy: RegExp]]>([
    ['no pixel size', ['nosize.tif', ...marks, ...out], 4, [/nosize\.tif: .*pixel/, /--pixel-size-nm/]],
    ['a PNG', ['picture.tif', ...marks, ...out], 3, [/picture\.tif: .*PNG/, /TIFF|formats/]],
    ['a torn TIFF', ['torn.tif', ...marks, ...out], 3, [/torn\.tif: .*3000 bytes/, /again/]],
    ['an empty csv', ['empty.csv', ...out], 3, [/empty\.csv: .*empty \(0 bytes\)/, /again/]],
    ['a csv of text', ['prose.csv', ...out], 3, [/prose\.csv: .*not a table/, /table/]],
    ['no such file', ['none.tif', ...marks, ...out], 3, [/none\.tif: .*no such file/, /path/]],
    ['a folder', ['afolder', ...marks, ...out], 3, [/afolder: .*folder/, /batch/]],
    [
      'a channel that is not there',
      ['two.ome.tif', ...marks.slice(0, 3), '5', ...out],
      2,
      [/channel 5/, /0 to 1 \(--euchromatin N\)/],
    ],
    [
      'a mask of another size',
      ['two.ome.tif', ...marks, '--mask', 'other.tif', ...out],
      2,
      [/other\.tif: .*80 × 80/, /size/],
    ],
    ['no mask file', ['two.ome.tif', ...marks, '--mask', 'none.tif', ...out], 3, [/none\.tif: /, /path/]],
    ['nothing but zeros', ['zero.tif', ...marks, ...out], 5, [/zero\.tif: .*0 everywhere/, /channel/]],
    ['nothing but NaN', ['nan.tif', ...marks, ...out], 3, [/nan\.tif: .*NaN/, /again/]],
    [
      'a fraction of 1.2',
      ['one.tif', '--het-fraction', '1.2', ...out],
      2,
      [/--het-fraction: "1\.2"/, /below 1/],
    ],
    ['no fraction', ['one.tif', ...out], 4, [/one\.tif: /, /--het-fraction/]],
    [
      'several channels, none chosen',
      ['two.ome.tif', ...out],
      4,
      [/0 = H3K9me3, 1 = H3K27ac/, /--heterochromatin/],
    ],
    [
      'a word for a number',
      ['two.ome.tif', ...marks, '--length-nm', 'abc', ...out],
      2,
      [/--length-nm: "abc"/, /number above 0/],
    ],
    [
      'a negative length',
      ['two.ome.tif', ...marks, '--length-nm', '-5', ...out],
      2,
      [/--length-nm: "-5"/, /above 0/],
    ],
    [
      'an unknown option',
      ['two.ome.tif', ...marks, '--lenght-nm', '5', ...out],
      2,
      [/--lenght-nm/, /--length-nm/],
    ],
    ['no --out', ['two.ome.tif', ...marks], 2, [/--out/, /--help/]],
    ['no input', [...out], 2, [/input/, /--help/]],
    ['a third file', ['two.ome.tif', 'one.tif', 'other.tif', ...out], 2, [/too many arguments/i, /--help/]],
    [
      'an output inside a file',
      ['two.ome.tif', ...marks, '--out', 'afile/deep'],
      2,
      [/afile.*cannot be written/, /folder that you may write to/],
    ],
    ['no training', ['two.ome.tif', ...marks, '--resume', ...out], 2, [/--resume: /, /--checkpoint/]],
    [
      'a training to go on with that is none',
      ['two.ome.tif', ...marks, '--solver', 'network', '--resume', '--checkpoint', 'two.ome.tif', ...out],
      3,
      [/two\.ome\.tif: .*no saved training/, /--resume/],
    ],
    [
      'samples to come',
      ['two.ome.tif', ...marks, '--uncertainty', '24', ...out],
      2,
      [/--uncertainty 24: .*not available yet/, /0/],
    ],
    ['a config that is not there', ['two.ome.tif', '--config', 'no.json', ...out], 3, [/no\.json: /, /path/]],
  ])('%s', async (_, args, code, [problem, remedy]) => {
    const outcome = await infer(...args, '--quiet');
    const [first, ...hint] = outcome.stderr.split('\n  → ');
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(first).toMatch(/^epiflux: /);
    expect(first).toMatch(problem);
    expect(hint.join()).toMatch(remedy);
    expect(existsSync(at('never'))).toBe(false);
  });
});

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends with 130 and leaves the folder as it was',
    async (signal) => {
      writeNucleus(at('large.tif'), { size: 700 });
      mkdirSync(at(`cut-${signal}`), { recursive: true });
      writeFileSync(at(`cut-${signal}`, 'large.result.json'), 'old');
      const { child, end } = startProgram(['infer', 'large.tif', ...marks, '--out', `cut-${signal}`], folder);
      await new Promise<void>((resume) => {
        child.stderr?.on('data', (chunk: Buffer) => {
          if (chunk.toString().includes('epiflux: solve')) resume();
        });
      });
      const start = performance.now();
      child.kill(signal);
      const { code, stderr } = await end;
      expect(code).toBe(130);
      expect(performance.now() - start).toBeLessThan(1000);
      expect(stderr).toContain('epiflux: Cancelled.');
      expect(readdirSync(at(`cut-${signal}`))).toEqual(['large.result.json']);
      expect(readFileSync(at(`cut-${signal}`, 'large.result.json'), 'utf8')).toBe('old');
    },
  );
});
