import { expect, test } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { type PixelTable, writePixelTable } from '../../src-core/io/pixel-table.js';
import { quietRun } from '../../src-core/run.js';

async function textOf(table: PixelTable, run = quietRun): Promise<string> {
  let text = '';
  for await (const chunk of writePixelTable(table, run)) text += new TextDecoder().decode(chunk);
  return text;
}

const values = Float32Array.from([0.1, NaN, 3e-7, 4, 5, 6, 7, 8]);

test('a row each voxel of the mask with its centre, after comments and the header', async () => {
  const grid = makeGrid([2, 2, 2], [100, 20, 10.1], [0, 40, 0]);
  const mask = Uint8Array.from([1, 1, 1, 0, 0, 0, 0, 2]);
  const columns = [
    { name: 'value', values },
    { name: 'known', values: Uint8Array.from([1, 0, 1, 1, 1, 1, 1, 1]) },
  ];
  expect(await textOf({ grid, mask, columns, comments: ['nm', 'job: {"a":1}'] })).toBe(
    [
      ...['# nm', '# job: {"a":1}', 'x_nm,y_nm,z_nm,value,known'],
      ...['5.05,50,50,0.1,1', '15.15,50,50,NaN,0', '5.05,70,50,3e-7,1', '15.15,70,150,8,1', ''],
    ].join('\r\n'),
  );
});

test('a plane has no z; an empty mask gives the header alone', async () => {
  const grid = makeGrid([1, 2, 4], [1, 20, 20]);
  const table = { grid, mask: new Uint8Array(8), columns: [{ name: 'value', values }], comments: [] };
  expect(await textOf(table)).toBe('x_nm,y_nm,value\r\n');
});

test('many rows come in pieces that join without a seam', async () => {
  const n = 40_000;
  const grid = makeGrid([1, 200, 200], [1, 15, 15]);
  const numbers = Float32Array.from({ length: n }, (_, i) => i / 7);
  const table = {
    grid,
    mask: new Uint8Array(n).fill(1),
    columns: [{ name: 'v', values: numbers }],
    comments: [],
  };
  const rows = (await textOf(table)).split('\r\n').slice(1, -1);
  expect(rows).toHaveLength(n);
  rows.forEach((row, i) => {
    expect(Math.fround(Number(row.split(',')[2]))).toBe(numbers[i]);
  });
});

test('a cancel is heard between the pieces', async () => {
  const n = 200_000;
  const controller = new AbortController();
  const table = {
    grid: makeGrid([1, 1, n], [1, 15, 15]),
    mask: new Uint8Array(n).fill(1),
    columns: [],
    comments: [],
  };
  const writing = (async () => {
    let pieces = 0;
    for await (const chunk of writePixelTable(table, { ...quietRun, signal: controller.signal })) {
      pieces += chunk.length > 0 ? 1 : 0;
      if (pieces === 3) controller.abort();
    }
  })();
  await expect(writing).rejects.toMatchObject({ tag: 'cancelled' });
});
