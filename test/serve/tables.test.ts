import { beforeAll, describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { thinnedRows } from '../../src-main/session/points.js';
import { failureFrom, isEnd, type Served, startServed, type TestWindow } from './served.js';

let served: Served;
let window: TestWindow;

beforeAll(async () => {
  served = await startServed();
  window = await served.connect();
});

const upload = (name: string, text: string) => served.upload(name, Buffer.from(text));

/** Points over a square of 1.5 µm whose corner is at (x0, y0), denser in some places than in others. */
function nucleusTable(x0: number, y0: number, channel: string): string[] {
  const rows: string[] = [];
  for (let k = 0; k < 12_000; k++) {
    const u = (k * 0.754877666) % 1;
    const v = (k * 0.569840291) % 1;
    if (Math.hypot(u - 0.5, v - 0.5) > 0.5 || (k % 3 === 0 && Math.sin(12 * u) * Math.sin(9 * v) < 0))
      continue;
    rows.push(`${(x0 + 1500 * u).toFixed(2)},${(y0 + 1500 * v).toFixed(2)},12,${channel}`);
  }
  return rows;
}

describe('points', () => {
  it('come as columns, counted from an origin, all of a small table', async () => {
    const rows = ['x [nm],y [nm],z [nm],uncertainty [nm],channel', '1000.5,200,5,8,b', '1010,190.25,-5,12,a'];
    const grant = await upload('small.csv', rows.join('\n'));
    const cloud = await window.ask('points', { grant: grant.id });
    expect(cloud).toMatchObject({
      columns: ['x', 'y', 'z', 'precision', 'channel'],
      origin: [-5, 190.25, 1000.5],
      shown: 2,
      total: 2,
      zRange: [-5, 5],
      medianPrecision: 12,
      channelNames: ['b', 'a'],
    });
    expect([...(await served.numbers(cloud.data))]).toEqual([0, 9.5, 9.75, 0, 10, 0, 8, 12, 0, 1]);
  });

  it('are thinned to the limit, the same ones every time', async () => {
    const rows = Array.from({ length: 5000 }, (_, k) => `${k},${k % 7},${k % 2}`);
    const grant = await upload('many.csv', ['x [nm],y [nm],channel', ...rows].join('\n'));
    const ask = async () => {
      const cloud = await window.ask('points', { grant: grant.id, limit: 1000 });
      expect(cloud).toMatchObject({ shown: 1000, total: 5000 });
      return [...(await served.numbers(cloud.data))];
    };
    const first = await ask();
    expect(await ask()).toEqual(first);
    const inSecond = first.slice(2000).filter((channel) => channel === 1).length;
    expect(Math.abs(inSecond - 500)).toBeLessThan(70);
  });

  it('of an image are refused with the reason', async () => {
    const image = await served.upload('a.tif', Buffer.from('II*\0\0\0\0\0'));
    expect(await failureFrom(window.ask('points', { grant: image.id }))).toMatchObject({ tag: 'usage' });
  });
});

describe('thinning', () => {
  it('takes one row of each stretch, in order, none twice', () => {
    const rows = thinnedRows(10_007, 1000);
    expect(new Set(rows).size).toBe(1000);
    expect(rows.every((row, k) => Math.floor((row * 1000) / 10_007) === k)).toBe(true);
    expect([...thinnedRows(3, 10)]).toEqual([0, 1, 2]);
  });
});

describe('how a table begins', () => {
  it('is told before anything is known of its units', async () => {
    const grant = await upload('bare.txt', '1 2\n3 4\n5 6\n');
    expect(await window.ask('tablePreview', { grant: grant.id })).toMatchObject({
      header: false,
      rowsRead: 3,
      guess: { x: 0, y: 1 },
    });
    const image = await served.upload('b.tif', Buffer.from('II*\0\x08\0\0\0'));
    expect(await window.ask('tablePreview', { grant: image.id })).toBeNull();
  });
});

describe('a mask that is drawn on the picture of a table', () => {
  const header = 'x [nm],y [nm],uncertainty [nm],channel';
  const corner = [40_000, -7000] as const;

  it('lies on the grid of the job, to the pixel, corner included', async () => {
    const het = await upload('het.csv', [header, ...nucleusTable(...corner, 'het')].join('\n'));
    const eu = await upload(
      'eu.csv',
      [header, ...nucleusTable(corner[0] + 61, corner[1] - 37, 'eu')].join('\n'),
    );
    const around = [
      { grant: het.id, channel: 0 },
      { grant: eu.id, channel: 0 },
    ];
    const shown = await window.ask('planePreview', {
      grant: het.id,
      channel: 0,
      z: 0,
      spacingNm: 20,
      around,
    });
    const other = await window.ask('planePreview', { grant: eu.id, channel: 0, z: 0, spacingNm: 20, around });
    expect(other.grid).toEqual(shown.grid);
    const { grid } = shown;
    const [, ny, nx] = grid.shape;
    const drawn = Uint8Array.from({ length: ny * nx }, (_, i) => {
      const x = grid.origin[2] + ((i % nx) + 0.5) * 20 - corner[0];
      const y = grid.origin[1] + (Math.floor(i / nx) + 0.5) * 20 - corner[1];
      return Math.hypot(x - 750, y - 750) < 600 ? 1 : 0;
    });
    const body = new Uint8Array(drawn);
    const sent = await fetch(`${served.base}/data`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${served.server.token}` },
    });
    const { id } = (await sent.json()) as { id: string };
    const mask = await window.ask('saveMask', { data: id, grid, name: 'drawn' });
    const job = {
      channels: {
        kind: 'two-channel' as const,
        heterochromatin: { file: 0 as const, channel: 0 },
        euchromatin: { file: 1 as const, channel: 0 },
      },
      table: { spacingNm: 20 },
      calibration: { hetFraction: 0.6 },
      solver: { name: 'balance' as const },
    };
    const files = { input: het.id, second: eu.id };
    const auto = await window.ask('startJob', { files, job });
    expect((await window.event(isEnd(auto))).job.failure).toBeNull();
    expect((await window.ask('jobResult', { job: auto.id })).grid).toEqual(grid);
    const masked = await window.ask('startJob', {
      files: { ...files, mask: mask.id },
      job: { ...job, mask: 'file' },
    });
    expect((await window.event(isEnd(masked))).job.failure).toBeNull();
    const result = await window.ask('jobResult', { job: masked.id });
    expect(result.grid).toEqual(grid);
    expect([...(await served.numbers(result.fields.mask))]).toEqual([...drawn]);
    expect(result.document.region.areaUm2).toBeCloseTo((drawn.filter(Boolean).length * 400) / 1e6, 9);
    expect(result.document.warnings.join(' ')).not.toContain('outside the grid');
  });

  it('is given to the user as a file, and no other file is', async () => {
    const sent = await fetch(`${served.base}/data`, {
      method: 'POST',
      body: new Uint8Array([0, 1, 1, 0, 0, 1]),
      headers: { authorization: `Bearer ${served.server.token}` },
    });
    const { id } = (await sent.json()) as { id: string };
    const mask = await window.ask('saveMask', {
      data: id,
      grid: makeGrid([1, 2, 3], [10, 10, 10]),
      name: 'm',
    });
    const file = await window.ask('exportMask', { grant: mask.id });
    if (file.state !== 'ready') throw new Error(file.state);
    expect(file.name).toBe('m.ome.tif');
    expect((await (await served.fetch(file.url)).arrayBuffer()).byteLength).toBe(file.bytes);
    const table = await upload('private.csv', 'x [nm],y [nm]\n1,2\n');
    expect(await failureFrom(window.ask('exportMask', { grant: table.id }))).toMatchObject({ tag: 'usage' });
  });
});
