import { decode } from 'fast-png';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource, openImage, quietRun, readOmeDescription } from '../../src-core/index.js';
import type { ApiRequests, ExportKind, JobState } from '../../src-main/api.js';
import { nucleusChannels, nucleusImage } from '../cli/nucleus.js';
import { findTexts, pageSize, unescapeXml } from '../figure/svg-reading.js';
import { failureFrom, isEnd, type Served, startServed, type TestWindow } from './served.js';

type Page = ApiRequests['drawPage']['request']['page'];
type Panel = Exclude<Page['content'], 'figure'>[number];

let served: Served;
let window: TestWindow;
let input: string;
let job: JobState;
/** The same by a solver that tells no uncertainty. */
let direct: JobState;

async function run(name: 'field' | 'direct'): Promise<JobState> {
  const started = await window.ask('startJob', {
    files: { input },
    job: { channels: nucleusChannels, calibration: { hetFraction: 0.58 }, solver: { name } },
  });
  const ended = (await window.event(isEnd(started))).job;
  expect(ended).toMatchObject({ state: 'done' });
  return ended;
}

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
  input = (await served.upload('nucleus.ome.tif', nucleusImage())).id;
  job = await run('field');
  direct = await run('direct');
});

async function fetched(file: ApiRequests['exportFile']['response']): Promise<Buffer> {
  if (file.state !== 'ready') throw new Error(file.state);
  const answer = await served.fetch(file.url);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

const exported = async (kind: ExportKind, id = job.id): Promise<Buffer> =>
  fetched(await window.ask('exportFile', { job: id, kind }));

const look: Page['look'] = {
  ...{ widthMm: 85, fontPt: 7, dpi: 200, showTitle: true, showCaption: true },
  ...{ letters: false, background: 'white' },
};

const map = (change: Partial<Extract<Panel, { kind: 'map' }>> = {}): Panel => ({
  ...{ kind: 'map', layer: 'lambda', heading: 'λ', colormap: 'viridis', limits: [0.5, 3] },
  ...{ limitsFrom: 'values', plane: 0, part: null, hatch: true, outline: true },
  ...change,
});

const raw = (change: Partial<Extract<Panel, { kind: 'raw' }>> = {}): Panel => ({
  ...{ kind: 'raw', heading: 'H3K9me3', colormap: 'grey', limits: [0, 2000], limitsFrom: 'hand' },
  ...{ source: { grant: input, channel: 0, z: 0 }, plane: 0, part: null, hatch: true, outline: true },
  ...change,
});

async function drawn(
  content: Page['content'],
  change: Partial<Page['look']> = {},
  { format = 'svg', of = job }: { format?: 'svg' | 'png'; of?: JobState } = {},
) {
  const page = { content, look: { ...look, ...change } };
  const { data, ...size } = await window.ask('drawPage', { job: of.id, page, format });
  const bytes = Buffer.from((await served.numbers(data)).buffer as ArrayBuffer);
  await window.ask('dropData', { data: [data.id] });
  return { bytes, ...size };
}

const jobIn = (text: string): { epiflux: string; job: object; files: object; page?: object } =>
  JSON.parse(text) as ReturnType<typeof jobIn>;

async function channelsOf(bytes: Buffer): Promise<Map<string, Float32Array>> {
  const image = await openImage(memorySource('x', new Uint8Array(bytes)), quietRun);
  expect(image.metadata).toMatchObject({ width: 64, height: 64, pixelSize: { x: 20, y: 20 } });
  const planes = new Map<string, Float32Array>();
  for (const [channel, name] of image.metadata.channelNames.entries())
    planes.set(name, await image.readPlane({ z: 0, channel, frame: 0 }, quietRun));
  return planes;
}

/** Lines, header and cells of a csv; cells that hold no comma. */
function readCsv(bytes: Buffer) {
  const lines = bytes
    .toString()
    .split('\r\n')
    .filter((line) => line !== '');
  const comments = lines.filter((line) => line.startsWith('#'));
  const [header, ...rows] = lines.slice(comments.length).map((line) => line.split(','));
  return { comments, header, rows };
}

describe('layers', () => {
  it('lie in one file as channels with their names, the pixel size and the job', async () => {
    const bytes = await exported('layers.ome.tif');
    const planes = await channelsOf(bytes);
    expect([...planes.keys()]).toEqual([
      ...['phi_h', 'phi_e', 'phi_h + phi_e', 'lambda', 'lambda_sd_pattern', 'resolution_nm'],
      ...['residual', 'identifiable', 'nucleus'],
    ]);
    const at = (name: string): Float32Array => planes.get(name) ?? new Float32Array();
    at('phi_h').forEach((value, i) => {
      expect(at('phi_h + phi_e')[i]).toBe(Math.fround(value + at('phi_e')[i]));
      const known = at('identifiable')[i] !== 0;
      expect(Number.isNaN(at('lambda')[i])).toBe(!known);
      expect(at('lambda_sd_pattern')[i] > 0).toBe(known);
      expect(at('resolution_nm')[i] > 0 || Number.isNaN(at('resolution_nm')[i])).toBe(true);
      expect(Number.isNaN(at('residual')[i])).toBe(at('nucleus')[i] === 0);
    });
    const described = await readOmeDescription(memorySource('x', new Uint8Array(bytes)), quietRun);
    expect(jobIn(described['epiflux-job'])).toHaveProperty('job.calibration.hetFraction', 0.58);
  });

  it.each([
    ...(['density', 'phi-h', 'phi-e', 'residual', 'identifiable'] as const),
    ...(['lambda-sd', 'lambda-resolution'] as const),
  ])('%s alone has the values it has among all', async (layer) => {
    const [[name, alone]] = await channelsOf(await exported(`${layer}.ome.tif`));
    const together = (await channelsOf(await exported('layers.ome.tif'))).get(name);
    expect(alone).toEqual(together);
  });

  it('λ is the λ of lambda.ome.tif', async () => {
    const [[, alone]] = await channelsOf(await exported('lambda.ome.tif'));
    expect((await channelsOf(await exported('layers.ome.tif'))).get('lambda')).toEqual(alone);
  });

  it('that the solver does not give are refused by name', async () => {
    for (const [kind, words] of [
      ['lambda-sd.ome.tif', 'standard deviation of λ'],
      ['lambda-resolution.ome.tif', 'resolution of λ'],
    ] as const) {
      const request = window.ask('exportFile', { job: direct.id, kind });
      expect(await failureFrom(request)).toMatchObject({
        tag: 'usage',
        message: `This result has no ${words}.`,
        hint: expect.stringContaining('direct') as string,
      });
    }
  });
});

describe('tables', () => {
  it('of pixels: a row each inside the nucleus, units and job before them, values of the OME-TIFF', async () => {
    const { comments, header, rows } = readCsv(await exported('pixels.csv'));
    const planes = await channelsOf(await exported('layers.ome.tif'));
    expect(header).toEqual([
      ...['x_nm', 'y_nm', 'phi_h', 'phi_e', 'lambda', 'lambda_sd_pattern', 'resolution_nm'],
      ...['residual', 'identifiable'],
    ]);
    expect(comments.join('\n')).toMatch(/Epiflux \d.*nucleus\.ome\.tif/);
    expect(comments.join('\n')).toMatch(/x_nm, y_nm: centre.*nm/);
    const embedded = comments.find((line) => line.startsWith('# epiflux-job: ')) ?? '';
    expect(embedded).toMatch(/^[ -~]+$/);
    expect(jobIn(embedded.slice('# epiflux-job: '.length))).toHaveProperty(
      'files.input.name',
      'nucleus.ome.tif',
    );
    expect(rows.length).toBe(planes.get('nucleus')?.reduce((sum, inside) => sum + inside, 0));
    const seen = new Set<number>();
    for (const [x, y, ...values] of rows.map((row) => row.map(Number))) {
      const [ix, iy] = [x / 20 - 0.5, y / 20 - 0.5];
      const i = iy * 64 + ix;
      seen.add(i);
      const wanted = header.slice(2).map((name) => planes.get(name)?.[i]);
      expect(values.map(Math.fround)).toEqual(wanted);
    }
    expect(seen.size).toBe(rows.length);
  });

  it('of nuclei: one row, the numbers of result.json, units in the headers', async () => {
    const { header, rows, comments } = readCsv(await exported('statistics.csv'));
    const { document } = await window.ask('jobResult', { job: job.id });
    expect(rows).toHaveLength(1);
    expect(comments).toHaveLength(2);
    const cell = (name: string): string => rows[0][header.indexOf(name)];
    expect(Number(cell('lambda_median'))).toBeCloseTo(document.lambda.median, 6);
    expect(Number(cell('lambda_p95'))).toBeCloseTo(document.lambda.p95, 6);
    expect(Number(cell('area_um2'))).toBeCloseTo(document.region.areaUm2, 6);
    expect(Number(cell('identifiable_fraction'))).toBeCloseTo(document.identifiable, 6);
    expect([cell('volume_um3'), cell('input'), cell('level_calibrated')]).toEqual([
      '',
      'nucleus.ome.tif',
      'true',
    ]);
    expect(Math.abs(Number(cell('x_nm')) - 640)).toBeLessThan(30);
  });
});

describe('pages', () => {
  it('of maps: SVG of the width asked for, the job and the page inside', async () => {
    const { bytes, widthMm, heightMm, pixels, panels } = await drawn([raw(), map()], { letters: true });
    const svg = bytes.toString();
    expect(pageSize(svg)).toEqual({ width: widthMm, height: Number(heightMm.toFixed(3)) });
    expect(widthMm).toBe(85);
    expect(pixels.width).toBe(Math.round((85 / 25.4) * 200));
    expect(panels).toHaveLength(2);
    const text = findTexts(svg).map((line) => line.text);
    expect(text).toEqual(expect.arrayContaining(['H3K9me3', 'λ', 'a', 'b', '200 nm']));
    const inside = jobIn(unescapeXml(/<metadata id="epiflux-job">(.*?)<\/metadata>/.exec(svg)?.[1] ?? ''));
    expect(inside).toHaveProperty('job.calibration.hetFraction', 0.58);
    expect(inside.page).toMatchObject({ content: [{ kind: 'raw' }, { kind: 'map', limits: [0.5, 3] }] });
    expect(svg).not.toContain(input);
  });

  it('as PNG have the pixels that the SVG promised, and their resolution', async () => {
    const { pixels } = await drawn([map()]);
    const png = decode((await drawn([map()], {}, { format: 'png' })).bytes, { checkCrc: true });
    expect([png.width, png.height]).toEqual([pixels.width, pixels.height]);
    expect(png.resolution).toEqual({ x: 7874, y: 7874, unit: 1 });
    expect(jobIn(png.text['epiflux-job']).page).toMatchObject({ look: { widthMm: 85 } });
  });

  it('of the standard figure are the page that infer writes, but for how the page was asked for', async () => {
    const standard = { widthMm: 180, fontPt: 7, dpi: 300, letters: true };
    const page = (await drawn('figure', standard)).bytes.toString();
    const without = (svg: string): string => svg.replace(/<metadata.*?<\/metadata>/s, '');
    expect(without(page)).toBe(without((await exported('figure.svg')).toString()));
  });

  it('of a part show that part', async () => {
    const { bytes, panels } = await drawn([map({ part: { x: 20, y: 24, width: 20, height: 10 } })]);
    expect(findTexts(bytes.toString()).map(({ text }) => text)).toContain('400 nm × 200 nm, pixel 20 nm');
    expect(panels[0].widthMm / panels[0].heightMm).toBeCloseTo(2, 5);
  });

  it('of a picture that the window sent carry it', async () => {
    const pixels = new Uint8Array(4 * 12 * 8).fill(200);
    const answer = await served.fetch('/data', { method: 'POST', body: pixels });
    const { id } = (await answer.json()) as { id: string };
    const panel: Panel = {
      ...{ kind: 'picture', data: id, width: 12, height: 8, heading: 'λ', label: 'λ', unit: 'dimensionless' },
      ...{ colormap: 'viridis', limits: [0, 1], limitsFrom: 'values', note: 'From the left.', bar: true },
      pixelNm: null,
    };
    const svg = (await drawn([panel])).bytes.toString();
    const [found] = [...svg.matchAll(/data:image\/png;base64,([^"]+)"/g)];
    const picture = decode(Buffer.from(found[1], 'base64'));
    expect([picture.width, picture.height, picture.data[5]]).toEqual([12, 8, 200]);
    await window.ask('dropData', { data: [id] });
    const gone = drawn([panel]);
    expect(await failureFrom(gone)).toMatchObject({
      tag: 'usage',
      message: expect.stringContaining('held') as string,
    });
  });

  it.each<[string, Panel, RegExp]>([
    ['a plane that is not there', map({ plane: 3 }), /no plane 4; there are 1/],
    ['a part outside', map({ part: { x: 60, y: 0, width: 20, height: 10 } }), /ends at 80 × 10/],
    ['limits the wrong way round', map({ limits: [2, 1] }), /2 to 1/],
    ['a colour map that is none', map({ colormap: 'none' as 'grey' }), /no colour map "none"/],
  ])('of %s are refused', async (_, panel, message) => {
    const failure = await failureFrom(drawn([panel]));
    expect(failure.tag).toBe('usage');
    expect(failure.message).toMatch(message);
  });

  it('of what the solver tells of its uncertainty have its unit, and are refused where it tells none', async () => {
    for (const [layer, unit] of [
      ['lambda-sd', 'standard deviation of λ, pattern alone (dimensionless)'],
      ['lambda-resolution', 'resolution of λ (nm)'],
    ] as const) {
      const content = [map({ layer, colormap: 'cividis', limits: [0.01, 900] })];
      const texts = findTexts((await drawn(content)).bytes.toString()).map(({ text }) => text);
      expect(texts).toContain(unit);
      const failure = await failureFrom(drawn(content, {}, { of: direct }));
      expect(failure).toMatchObject({ tag: 'usage', message: `This result has no layer "${layer}".` });
    }
  });

  it('of too many pixels are refused before they are drawn', async () => {
    const start = performance.now();
    const failure = await failureFrom(drawn([map()], { widthMm: 1000, dpi: 2400 }, { format: 'png' }));
    expect(failure).toMatchObject({
      tag: 'memory',
      hint: expect.stringMatching(/Use \d+ dpi or less/) as string,
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('do not pass the gate with more than four panels, or a width that is none', async () => {
    const five = drawn([map(), map(), map(), map(), map()]);
    expect((await failureFrom(five)).fields?.[0].path).toMatch(/^page\.content/);
    const wide = drawn([map()], { widthMm: 5 });
    expect((await failureFrom(wide)).fields?.map(({ path }) => path)).toEqual(['page.look.widthMm']);
  });
});

describe('files', () => {
  const page = { content: [map()], look };

  it('are the same bytes again, whichever they are', async () => {
    const kinds = ['layers.ome.tif', 'pixels.csv', 'statistics.csv'] as const;
    const first = await Promise.all(kinds.map((kind) => exported(kind)));
    const other = await run('field');
    for (const [k, kind] of kinds.entries()) {
      expect((await exported(kind, other.id)).equals(first[k]), kind).toBe(true);
    }
    for (const format of ['svg', 'png'] as const) {
      const asked = { page, format, name: 'map' };
      const one = await fetched(await window.ask('exportPage', { job: job.id, ...asked }));
      const two = await fetched(await window.ask('exportPage', { job: other.id, ...asked }));
      expect(one.equals(two), format).toBe(true);
    }
    await window.ask('dropJob', { job: other.id });
  });

  it.each([
    ['Figure 3 b', 'Figure 3 b.svg'],
    ['map.svg', 'map.svg'],
    ['../../evil', 'evil.svg'],
    ['a/b:c', 'b_c.svg'],
    ['µ Kern', 'µ Kern.svg'],
  ])('named %j are %j', async (name, kept) => {
    const file = await window.ask('exportPage', { job: job.id, page, format: 'svg', name });
    expect(file).toMatchObject({ state: 'ready', name: kept });
    const data = await window.ask('exportFile', { job: job.id, kind: 'lambda.ome.tif', name });
    expect(data).toMatchObject({ name: kept.replace(/\.svg$/, '').replace(/^map$/, 'map.svg') + '.ome.tif' });
  });

  it('go when their job is dropped', async () => {
    const other = await run('field');
    const files = [
      await window.ask('exportFile', { job: other.id, kind: 'pixels.csv' }),
      await window.ask('exportPage', { job: other.id, page, format: 'svg', name: 'map' }),
    ];
    const urls = files.map((file) => (file.state === 'ready' ? file.url : ''));
    const paths = urls.map((url) => served.session.exports.offered(url.slice('/file/'.length))?.path ?? '');
    expect(paths.every((path) => existsSync(path))).toBe(true);
    await window.ask('dropJob', { job: other.id });
    expect(paths.some((path) => existsSync(path))).toBe(false);
    for (const url of urls) expect((await served.fetch(url)).status).toBe(410);
  });

  it('are not begun for a job that has no result', async () => {
    const failure = await failureFrom(window.ask('drawPage', { job: 'nothing', page, format: 'svg' }));
    expect(failure).toMatchObject({ tag: 'usage', message: 'There is no such job.' });
  });
});
