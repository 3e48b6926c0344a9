import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { readTable } from '../../src-core/io/read-table.js';
import { previewTable, type TablePreview } from '../../src-core/io/table-preview.js';
import { quietRun } from '../../src-core/run.js';
import { itWith, sharedSource } from './shared-files.js';

const source = (text: string) => memorySource('table.csv', new TextEncoder().encode(text));

async function preview(text: string): Promise<TablePreview> {
  const found = await previewTable(source(text), quietRun);
  if (found === null) throw new Error('No table.');
  return found;
}

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('how a table begins', () => {
  it('is its columns with their units, its first rows, and what each would be read as', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${100 + i},${-5 * i},abc`);
    const found = await preview(`id,x [nm],y_um,label\n${rows.join('\n')}\n`);
    expect(found).toMatchObject({
      format: 'text table',
      header: true,
      delimiter: 'commas',
      decimalComma: false,
      rowsRead: 30,
      guess: { x: 1, y: 2 },
    });
    expect(found.rows.length).toBe(20);
    expect(found.rows[2]).toEqual(['2', '102', '-10', 'abc']);
    expect(found.columns).toEqual([
      { name: 'id', choice: 'id', unit: null, numbers: 30, least: 0, largest: 29 },
      { name: 'x [nm]', choice: 'x [nm]', unit: 'nm', numbers: 30, least: 100, largest: 129 },
      { name: 'y_um', choice: 'y_um', unit: 'um', numbers: 30, least: -145, largest: 0 },
      { name: 'label', choice: 'label', unit: null, numbers: 0, least: 0, largest: 0 },
    ]);
  });

  it('is by place where there is no header, and columns without a name of their own go by number', async () => {
    expect((await preview('1 2\n3 4\n5 6\n')).guess).toEqual({ x: 0, y: 1 });
    expect((await preview('1 2 3\n3 4 5\n')).guess).toEqual({ x: 0, y: 1, z: 2 });
    const twice = await preview('a,a,,b\n1,2,3,4\n1,2,3,4\n');
    expect(twice.columns.map(({ choice }) => choice)).toEqual(['1', '2', '3', 'b']);
    expect(twice.guess).toEqual({});
  });

  it('reads decimal commas as the table is read', async () => {
    const found = await preview('x;y\n1,5;2\n3,5;-4\n');
    expect(found.columns[0]).toMatchObject({ least: 1.5, largest: 3.5 });
    expect(found.decimalComma).toBe(true);
  });

  it('fills short rows, and leaves a row out that the first 64 KiB cut in two', async () => {
    const found = await preview('x,y,z\n1,2,3\n6,7,8\n4,5\n');
    expect(found.rows[2]).toEqual(['4', '5', '']);
    const long = await preview(`x,y\n${'1234567,7654321\n'.repeat(10_000)}`);
    expect(long.rowsRead).toBe(Math.floor((65_536 - 4) / 16));
    expect(long.columns[1]).toMatchObject({ least: 7654321, largest: 7654321 });
  });

  it('is refused where there is no row of numbers, and null for what is no text', async () => {
    expect(await failure(previewTable(source('once upon a time\nthere was\n'), quietRun))).toMatchObject({
      tag: 'unreadable',
    });
    const tiff = memorySource('a.tif', new Uint8Array([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0]));
    expect(await previewTable(tiff, quietRun)).toBeNull();
  });

  const cases = [
    ['Thunderstorm_dstorm_data.csv', { x: 'x [nm]', y: 'y [nm]', precision: 'uncertainty [nm]' }],
    ['Elyra_dstorm_data.txt', { x: 'Position X [nm]', channel: 'Channel' }],
    ['Nanoimager_dstorm_data.csv', { x: 'X (nm)', z: 'Z (nm)', frame: 'Frame' }],
    ['five_blobs_3D.txt', { x: 'position_x', z: 'position_z' }],
    ['Training_EASY.csv', { x: 'x [nm]', y: 'y [nm]' }],
  ] as const;
  for (const [name, roles] of cases) {
    const file = `data/localizations/${name}`;
    itWith(file, `is right for ${name}: the columns that reading takes`, async () => {
      const found = await previewTable(sharedSource(file), quietRun);
      const read = await readTable(sharedSource(file), { units: 'nm' }, quietRun);
      const guessed = Object.entries(found?.guess ?? {}).map(([role, index]) => [
        role,
        found?.columns[index].name,
      ]);
      expect(Object.fromEntries(guessed)).toEqual(read.columns);
      expect(read.columns).toMatchObject(roles);
      expect(found?.rowsRead).toBeLessThanOrEqual(read.rows);
    });
  }
});

describe('what the user says of columns', () => {
  it('may be that there is none, though the header names one', async () => {
    const text = 'x,y,channel\n1,2,a\n3,4,b\n';
    expect((await readTable(source(text), { units: 'nm' }, quietRun)).columns.channel).toBe('channel');
    const without = await readTable(source(text), { units: 'nm', columns: { channel: '' } }, quietRun);
    expect(without.columns).toEqual({ x: 'x', y: 'y' });
    expect(without.localizations.channel).toBeUndefined();
  });
});

describe('a broken row', () => {
  it('is named by its number and how it begins', async () => {
    const rows = ['x,y', '1,2', '3,4', 'oops,4', '5,6', 'nan,7'];
    const table = await readTable(source(rows.join('\n')), { units: 'nm' }, quietRun);
    expect(table.firstBad).toEqual({ row: 3, text: 'oops,4' });
    expect(table.dropped.notFinite).toBe(2);
    expect((await readTable(source('x,y\n1,2\n3,4'), { units: 'nm' }, quietRun)).firstBad).toBeUndefined();
  });

  it('is named where the whole table is refused', async () => {
    const text = ['x,y', '1,2', '1,3', ...Array.from({ length: 9 }, () => 'a,b')].join('\n');
    expect(await failure(readTable(source(text), { units: 'nm' }, quietRun))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringContaining('the first is row 3: "a,b"') as string,
    });
    const names = ['x,y,channel', ...Array.from({ length: 300 }, (_, i) => `1,${i},name${i}`)].join('\n');
    expect(await failure(readTable(source(names), { units: 'nm' }, quietRun))).toMatchObject({
      message: expect.stringContaining('row 257 holds "name256"') as string,
    });
  });
});
