import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { readTable } from '../../src-core/io/read-table.js';
import type { LocalizationTable, TableOptions } from '../../src-core/io/table.js';
import { quietRun } from '../../src-core/run.js';
import { itWith, sharedPath, sharedSource } from './shared-files.js';

async function read(name: string, options: TableOptions = {}): Promise<LocalizationTable> {
  return await readTable(sharedSource(`data/localizations/${name}`), options, quietRun);
}

function sum(values: ArrayLike<number> | undefined): number {
  return Array.from(values ?? []).reduce((total, value) => total + value, 0);
}

describe('localisation tables of the truth kit (sums taken with awk)', () => {
  const expected = {
    euchromatin: [191840661.7, 191374855.2, 1500983.6],
    heterochromatin: [190591180.5, 191269788.4, 1499895.7],
  };
  for (const [name, sums] of Object.entries(expected)) {
    const file = `truth/11_smlm_bumps/locs_${name}.csv.gz`;
    itWith(file, `reads all rows of ${name}`, async () => {
      const bytes = new Uint8Array(gunzipSync(readFileSync(sharedPath(file))));
      const table = await readTable(memorySource(`locs_${name}.csv`, bytes), {}, quietRun);
      expect(table).toMatchObject({
        format: 'ThunderSTORM csv',
        rows: 100_000,
        units: 'nm',
        unitsFrom: 'file',
        dropped: { notFinite: 0, duplicate: 0 },
        columns: { x: 'x [nm]', y: 'y [nm]', precision: 'uncertainty [nm]', frame: 'frame' },
        warnings: [],
      });
      const { count, x, y, precision } = table.localizations;
      expect(count).toBe(100_000);
      [x, y, precision].forEach((column, i) => {
        expect(sum(column) / sums[i]).toBeCloseTo(1, 9);
      });
    });
    itWith(file, `says that ${name} is compressed as it is`, async () => {
      await expect(readTable(sharedSource(file), {}, quietRun)).rejects.toMatchObject({
        tag: 'unreadable',
        message: expect.stringMatching(/gzip.*decompress/) as string,
      });
    });
  }
});

describe('localisation tables made by others', () => {
  const folder = 'data/localizations';
  itWith(
    `${folder}/Thunderstorm_dstorm_data.csv`,
    'reads a header that a spreadsheet put into one cell',
    async () => {
      const { localizations, format, rows } = await read('Thunderstorm_dstorm_data.csv');
      expect({ format, rows }).toEqual({ format: 'ThunderSTORM csv', rows: 19 });
      expect([localizations.x[0], localizations.y[0]]).toEqual([1320.109670647555, 26344.7124618434]);
      expect(localizations.precision?.[0]).toBeCloseTo(22.93255128689051, 5);
      expect(localizations.frame?.[0]).toBe(2001);
    },
  );

  itWith(`${folder}/Training_EASY.csv`, 'reads a table whose first column has no name', async () => {
    const { localizations, columns } = await read('Training_EASY.csv');
    expect(columns).toEqual({ x: 'x [nm]', y: 'y [nm]' });
    expect([localizations.count, localizations.x[0], localizations.y[0]]).toEqual([
      3250, -6775.447457281314, 2533.76266761448,
    ]);
  });

  itWith(
    `${folder}/Nanoimager_dstorm_data.csv`,
    'reads units in parentheses and numbered channels',
    async () => {
      const { localizations, units } = await read('Nanoimager_dstorm_data.csv');
      expect({ units, count: localizations.count }).toEqual({ units: 'nm', count: 14 });
      expect([localizations.x[0], localizations.z?.[0], localizations.frame?.[0]]).toEqual([
        40918.949219, 0, 1548,
      ]);
      expect(localizations.channelNames).toEqual(['0', '1']);
    },
  );

  itWith(`${folder}/Elyra_dstorm_data.txt`, 'reads over the footer, NUL and line ends of Zeiss', async () => {
    const { localizations, dropped } = await read('Elyra_dstorm_data.txt');
    expect([localizations.count, localizations.x[0], localizations.y[0]]).toEqual([15, 15850.6, 23502.1]);
    expect(localizations.precision?.[0]).toBeCloseTo(8.6, 5);
    expect(dropped.notFinite).toBe(0);
  });

  itWith(`${folder}/five_blobs_3D.txt`, 'asks for units that the header does not have', async () => {
    await expect(read('five_blobs_3D.txt')).rejects.toMatchObject({
      tag: 'missing',
      remedies: [{ setting: 'table.units', choices: ['nm', 'um', 'px'] }],
    });
    const { localizations, unitsFrom } = await read('five_blobs_3D.txt', { units: 'um' });
    expect(unitsFrom).toBe('user');
    expect([localizations.count, localizations.x[0], localizations.z?.[0]]).toEqual([50, 322_000, 968_000]);
    await expect(read('five_blobs_3D.txt', { units: 'px' })).rejects.toMatchObject({ tag: 'missing' });
    const pixels = await read('five_blobs_3D.txt', { units: 'px', pixelSize: 100 });
    expect(pixels.localizations.x[0]).toBe(32_200);
  });

  itWith(`${folder}/five_blobs.txt`, 'reads 50 points', async () => {
    expect((await read('five_blobs.txt', { units: 'nm' })).localizations).toMatchObject({ count: 50 });
  });

  itWith(`${folder}/test_olist.txt`, 'reads positions without a header', async () => {
    const { localizations, format, columns } = await read('test_olist.txt', { units: 'px', pixelSize: 160 });
    expect({ format, columns, count: localizations.count }).toEqual({
      format: 'text without a header',
      columns: { x: '1', y: '2' },
      count: 200,
    });
    expect(localizations.x[0]).toBeCloseTo(63.34454727172851 * 160, 9);
  });
});
