import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import type { Inference, JobFiles } from '../../src-core/inference.js';
import { type ByteSource, memorySource } from '../../src-core/io/byte-source.js';
import { writeOmeTiff } from '../../src-core/io/ome-tiff.js';
import { type JobSpec, parseJob } from '../../src-core/job.js';
import { infer } from '../../src-core/pipeline.js';
import {
  makeStageMemory,
  rememberedBytes,
  stage,
  type StageMemory,
} from '../../src-core/pipeline/stage-memory.js';
import { quietRun } from '../../src-core/run.js';
import { camera } from '../density/phantoms.js';

const n = 56;
const grid = makeGrid([1, n, n], [15, 15, 15]);

/** How far a pixel lies from the middle, as a share of the way to the nearest side. */
const reach = (i: number): number => Math.hypot((i % n) - n / 2, Math.floor(i / n) - n / 2) / (n / 2);

function fraction(mean: number, phase: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) =>
    reach(i) < 0.7 ? mean * (1 + 0.2 * Math.sin((i % n) / 4 + phase) * Math.cos(i / n / 5)) : 0,
  );
}

function source(name: string, bytes: Uint8Array, identity = name): ByteSource {
  return { ...memorySource(name, bytes), identity };
}

function tiff(name: string, channels: readonly { name: string; values: Float32Array | Uint8Array }[]) {
  return source(name, new Uint8Array(writeOmeTiff({ grid, channels }).flatMap((part) => [...part])));
}

const channel = (mean: number, seed: number) => ({
  name: `c${seed}`,
  values: camera(fraction(mean, seed), 2000, 100, seed),
});
const disc = (radius: number) => ({
  name: 'nucleus',
  values: Uint8Array.from({ length: n * n }, (_, i) => (reach(i) < radius ? 255 : 0)),
});

function table(seed: number): ByteSource {
  const counts = camera(fraction(0.3, seed), 20, 0, seed);
  const rows = ['x [nm],y [nm],uncertainty [nm]'];
  counts.forEach((count, i) => {
    for (let k = 0; k < count; k++) {
      const at = (index: number): number => (index + (k + 0.5) / Math.max(1, count)) * 15;
      rows.push(`${at(i % n)},${at(Math.floor(i / n))},${8 + (k % 5)}`);
    }
  });
  return source(`locs${seed}.csv`, new TextEncoder().encode(rows.join('\n')));
}

const image = tiff('nucleus.ome.tif', [channel(0.27, 0), channel(0.18, 2)]);
const masks = [tiff('wide.tif', [disc(0.7)]), tiff('narrow.tif', [disc(0.6)])];
const tables = [table(1), table(2)];

/** What a user may have set: files by number, and the job. */
interface Settings {
  readonly files: 'image' | 'tables';
  readonly mask: number;
  readonly job: JobSpec;
}

const pair = (file: 0 | 1): JobSpec['channels'] => ({
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file, channel: file === 0 ? 1 : 0 },
});
const solver = { name: 'direct' } as const;
const first: Settings = {
  files: 'image',
  mask: 0,
  job: parseJob({ channels: pair(0), mask: 'file', solver }),
};

const filesOf = ({ files, mask }: Settings): JobFiles =>
  files === 'image'
    ? { input: image, mask: masks[mask] }
    : { input: tables[0], second: tables[1], mask: masks[mask] };

function digest(values: Iterable<ArrayBufferView>): string {
  const hash = createHash('sha256');
  for (const each of values) hash.update(new Uint8Array(each.buffer, each.byteOffset, each.byteLength));
  return hash.digest('hex');
}

function outcome({ grid: shown, rate, report, ...fields }: Inference): unknown {
  const arrays = [fields.heterochromatin, fields.euchromatin, fields.mask, rate.estimate, rate.identifiable];
  return {
    grid: shown,
    bytes: digest([
      ...arrays,
      ...[rate.residual, rate.sd, rate.resolution].filter((each) => each !== undefined),
    ]),
    report: { ...report, solver: { ...report.solver, seconds: 0 } },
  };
}

async function run(settings: Settings, memory?: StageMemory): Promise<unknown> {
  try {
    return outcome(await infer(filesOf(settings), settings.job, quietRun, memory));
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

/** What comes without any memory, worked out once for each setting. */
const plain = new Map<string, Promise<unknown>>();
function expected(settings: Settings): Promise<unknown> {
  const key = JSON.stringify(settings);
  const known = plain.get(key) ?? run(settings);
  plain.set(key, known);
  return known;
}

type Part = 'calibration' | 'model' | 'solver' | 'table';
const set =
  <P extends Part>(part: P, change: Partial<JobSpec[P]>) =>
  (settings: Settings): Settings => ({
    ...settings,
    job: { ...settings.job, [part]: { ...settings.job[part], ...change } },
  });
const job =
  (change: Partial<JobSpec>) =>
  (settings: Settings): Settings => ({ ...settings, job: { ...settings.job, ...change } });

/** One change each: every field of the job that any stage reads, two values of it or more. */
const changes: Readonly<Record<string, (settings: Settings) => Settings>> = {
  'L0 150': set('model', { lengthNm: 150 }),
  'L0 190': set('model', { lengthNm: 190 }),
  'κ 0.02': set('model', { kappa: 0.02 }),
  'a 1.3': set('model', { a: 1.3 }),
  'W 1.1': set('model', { wellHeight: 1.1 }),
  'φ_max 0.75': set('model', { phiMax: 0.75 }),
  'phase field': set('model', { equation: 'phase-field' }),
  'flux balance': set('model', { equation: 'flux-balance' }),
  'D 0.1': set('model', { diffusivityUm2PerS: 0.1 }),
  'geometry uniform': set('model', { geometry: 'uniform' }),
  balance: set('solver', { name: 'balance' }),
  direct: set('solver', { name: 'direct' }),
  field: set('solver', { name: 'field' }),
  'length scale 120': set('solver', { lengthScaleNm: 120 }),
  'width 60': set('solver', { mollifierNm: 60 }),
  'width from the data': set('solver', { mollifierNm: null }),
  bump: set('solver', { mollifier: 'bump' }),
  'fraction 0.6': set('calibration', { hetFraction: 0.6 }),
  'fraction 0.5': set('calibration', { hetFraction: 0.5 }),
  'no fraction': set('calibration', { hetFraction: null }),
  'mean density 0.4': set('calibration', { meanDensity: 0.4 }),
  'offset 90': set('calibration', { offset: [90, 95] }),
  'offset 100': set('calibration', { offset: [100, 100] }),
  'offset found': set('calibration', { offset: null }),
  'gain 1000': set('calibration', { gain: [1000, 1500] }),
  'gain found': set('calibration', { gain: null }),
  'pixel 20': set('calibration', { pixelSizeNm: 20 }),
  'pixel of the file': set('calibration', { pixelSizeNm: null }),
  'spacing 20': set('table', { spacingNm: 20 }),
  'spacing 15': set('table', { spacingNm: 15 }),
  histogram: set('table', { render: 'histogram' }),
  'seed 7': job({ seed: 7 }),
  'mask auto': job({ mask: 'auto' }),
  'mask none': job({ mask: 'none' }),
  'mask file': job({ mask: 'file' }),
  'one density': job({ channels: { kind: 'density', density: { file: 0, channel: 0 } } }),
  'two channels': job({ channels: pair(0) }),
  exchanged: job({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 1 },
      euchromatin: { file: 0, channel: 0 },
    },
  }),
  'another mask': (settings) => ({ ...settings, mask: 1 }),
  'the first mask': (settings) => ({ ...settings, mask: 0 }),
  tables: (settings) => ({ ...job({ channels: pair(1) })(settings), files: 'tables' }),
  image: (settings) => ({ ...job({ channels: pair(0) })(settings), files: 'image' }),
};
const names = Object.keys(changes);

function arraysIn(value: unknown): ArrayBufferView[] {
  if (typeof value !== 'object' || value === null) return [];
  return ArrayBuffer.isView(value) ? [value] : Object.values(value).flatMap(arraysIn);
}
const stageNames = (memory: StageMemory): string[] =>
  [...memory.stages.keys()].map((key) => key.slice(key.lastIndexOf('\n') + 1).split(' ')[0]);

/** Names of the stages that a change from `before` makes run again. */
async function rerun(before: Settings, change: string): Promise<string[]> {
  const memory = makeStageMemory(1e9);
  await run(before, memory);
  const known = new Set(memory.stages.keys());
  await run(changes[change](before), memory);
  for (const key of known) memory.stages.delete(key);
  return stageNames(memory);
}

describe('a result with a memory is the result without one', () => {
  it('for every single change, and back again', { timeout: 120_000 }, async () => {
    const memory = makeStageMemory(1e9);
    expect(await run(first, memory)).toEqual(await expected(first));
    expect(await expected(changes['tables'](first))).toHaveProperty('bytes');
    for (const name of names) {
      const changed = changes[name](first);
      expect(await run(changed, memory), name).toEqual(await expected(changed));
      expect(await run(first, memory), `back from ${name}`).toEqual(await expected(first));
    }
  });

  it('whatever the order of changes, and however little is kept', { timeout: 240_000 }, async () => {
    const orders = fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 6 });
    const budgets = fc.constantFrom(1e9, 400_000, 60_000, 0);
    const property = fc.asyncProperty(orders, budgets, async (order, budget) => {
      const memory = makeStageMemory(budget);
      let settings = first;
      for (const name of order) {
        settings = changes[name](settings);
        expect(await run(settings, memory), order.join(', ')).toEqual(await expected(settings));
        expect(rememberedBytes(memory)).toBeLessThanOrEqual(budget);
      }
    });
    await fc.assert(property, { numRuns: 25, seed: 20_261 });
  });

  it('and no array in the memory is ever changed, nor given away', async () => {
    const memory = makeStageMemory(1e9);
    await run(first, memory);
    const kept = [...memory.stages.values()].flatMap(({ value }) => arraysIn(value));
    const before = digest(kept);
    for (const name of ['L0 190', 'fraction 0.6', 'balance', 'offset 90', 'mask none', 'one density']) {
      const settings = changes[name](first);
      const result = await infer(filesOf(settings), settings.job, quietRun, memory).catch(() => undefined);
      const buffers = new Set(
        [...memory.stages.values()].flatMap(({ value }) => arraysIn(value)).map(({ buffer }) => buffer),
      );
      expect(arraysIn(result).filter(({ buffer }) => buffers.has(buffer))).toEqual([]);
      for (const array of arraysIn(result)) new Uint8Array(array.buffer).fill(7);
    }
    expect(digest(kept)).toBe(before);
    expect(await run(first, memory)).toEqual(await expected(first));
  });
});

describe('a change runs again what depends on it, and nothing else', () => {
  const single = changes['one density'](changes['fraction 0.6'](first));
  it.each([
    ['L0 190', first, ['solve']],
    ['κ 0.02', first, ['solve']],
    ['phase field', first, ['solve']],
    ['balance', first, ['solve']],
    ['width 60', first, ['solve']],
    ['field', first, ['solve']],
    ['fraction 0.6', first, ['solve']],
    ['gain 1000', first, ['solve']],
    ['D 0.1', first, []],
    ['geometry uniform', first, []],
    ['offset 90', first, ['offset', 'rim', 'solve']],
    ['another mask', first, ['region', 'domain', 'offset', 'rim', 'noise', 'solve']],
    ['mask none', first, ['region', 'domain', 'offset', 'rim', 'noise', 'solve']],
    ['pixel 20', first, ['read', 'region', 'domain', 'offset', 'rim', 'noise', 'solve']],
    ['seed 7', first, ['noise', 'solve']],
    ['spacing 20', first, []],
    ['fraction 0.5', single, ['split', 'solve']],
    ['L0 190', single, ['split', 'solve']],
    ['width 60', single, ['solve']],
  ] as const)('%s', async (change, before, stages) => {
    expect(await rerun(before, change)).toEqual([...stages]);
  });
});

describe('what is remembered', () => {
  const staged = (memory: StageMemory) => ({ ...quietRun, memory });
  const make = (memory: StageMemory, name: string, bytes: number) =>
    stage({ name, from: [''] }, staged(memory), () => new Uint8Array(bytes));

  it('is what was used last, within the budget', async () => {
    const memory = makeStageMemory(100);
    for (const name of ['a', 'b', 'c']) await make(memory, name, 30);
    await make(memory, 'a', 30);
    await make(memory, 'd', 30);
    expect(stageNames(memory)).toEqual(['c', 'a', 'd']);
    await make(memory, 'huge', 101);
    expect(stageNames(memory)).toEqual(['c', 'a', 'd']);
  });

  it('is nothing of a file that nobody knows to be the same', async () => {
    const memory = makeStageMemory(1e9);
    const unknown = { input: memorySource('n.ome.tif', await image.read(0, image.size)) };
    await infer(unknown, { ...first.job, mask: 'auto' }, quietRun, memory);
    expect(memory.stages.size).toBe(0);
  });

  it('is made anew for a file that was changed', async () => {
    const memory = makeStageMemory(1e9);
    const before = await infer(filesOf(first), first.job, quietRun, memory);
    const other = tiff('nucleus.ome.tif', [channel(0.2, 0), channel(0.18, 2)]);
    const files = { ...filesOf(first), input: { ...other, identity: 'changed' } };
    const after = await infer(files, first.job, quietRun, memory);
    expect(outcome(after)).toEqual(outcome(await infer(files, first.job, quietRun)));
    expect(outcome(after)).not.toEqual(outcome(before));
  });

  it('is no failure, and nothing of a run that was cancelled', async () => {
    const memory = makeStageMemory(1e9);
    const failing = stage({ name: 'x', from: [''] }, staged(memory), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(memory.stages.size).toBe(0);
    const signal = { aborted: false };
    const stopped = {
      signal,
      report: (progress: { stage: string }) => {
        signal.aborted = progress.stage === 'solve';
      },
    };
    await expect(infer(filesOf(first), first.job, stopped, memory)).rejects.toMatchObject({
      tag: 'cancelled',
    });
    expect(stageNames(memory)).not.toContain('solve');
    expect(await run(first, memory)).toEqual(await expected(first));
  });
});
