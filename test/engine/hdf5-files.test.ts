import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { File as H5File, ready } from 'h5wasm/node';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type LocalizationTable,
  previewTable,
  quietRun,
  readTable,
  type TableOptions,
} from '../../src-core/index.js';
import { openFile, openFileSha256 } from '../../src-main/engine/file-source.js';
import { scratchFolder } from '../cli/program.js';
import { itWith, sharedPath } from '../io/shared-files.js';
import { extent, failureOf, sum, tableFolder } from '../io/table-reading.js';

async function read(path: string, options: TableOptions = {}): Promise<LocalizationTable> {
  const file = await openFile(path, quietRun);
  try {
    return await readTable(file.source, options, quietRun);
  } finally {
    await file.close();
  }
}

const folder = scratchFolder();
const picassoFile = `${tableFolder}/testdata_locs.hdf5`;
const emptyFile = `${tableFolder}/decode_dstorm_data_empty.h5`;

beforeAll(async () => {
  await ready;
});

/** Makes an HDF5 file. */
function makeFile(name: string, fill: (file: H5File) => void): string {
  const path = join(folder, name);
  const file = new H5File(path, 'w');
  fill(file);
  file.close();
  return path;
}

function emitters(
  name: string,
  attributes: Readonly<Record<string, string | Float32Array>>,
  rows = 3,
): string {
  return makeFile(name, (file) => {
    const meta = file.create_group('meta');
    for (const [key, value] of Object.entries(attributes)) meta.create_attribute(key, value);
    const data = file.create_group('data');
    const xyz = Float32Array.from({ length: 3 * rows }, (_, k) => k + 1);
    data.create_dataset({ name: 'xyz', data: xyz, shape: [rows, 3] });
    data.create_dataset({ name: 'xyz_sig', data: xyz.map((v) => v / 100), shape: [rows, 3] });
    const frames = BigInt64Array.from({ length: rows }, (_, k) => BigInt(k + 5));
    data.create_dataset({ name: 'frame_ix', data: frames, shape: [rows] });
  });
}

function picassoLike(name: string, rows: number, chunk: number | null): string {
  return makeFile(name, (file) => {
    const of = (scale: number): Float32Array => Float32Array.from({ length: rows }, (_, k) => k * scale);
    const records = new Map<string, unknown>([
      ['frame', Uint32Array.from({ length: rows }, (_, k) => k)],
      ['x', of(1)],
      ['y', of(0.5)],
      ['z', of(2)],
    ]);
    const dtype: [string, string][] = [
      ['frame', '<I'],
      ['x', '<f'],
      ['y', '<f'],
      ['z', '<f'],
    ];
    const packing =
      chunk === null ? {} : { chunks: [chunk], compression: 'gzip' as const, compression_opts: [4] };
    file.create_dataset({ name: 'locs', data: records as never, shape: [rows], dtype, ...packing });
  });
}

describe('Picasso', () => {
  itWith(picassoFile, 'is read with the pixel size of the last step in its sidecar', async () => {
    const { localizations, ...told } = await read(sharedPath(picassoFile));
    expect(told).toEqual({
      format: 'Picasso hdf5, camera pixel 130 nm from testdata_locs.yaml',
      columns: { x: 'x [px]', y: 'y [px]', precision: 'lpx [px]', frame: 'frame' },
      ...{ units: 'px', unitsFrom: 'file', rows: 564, dropped: { notFinite: 0, duplicate: 0 }, warnings: [] },
    });
    const { count, x, y, frame, precision } = localizations;
    expect([count, frame?.[0], frame?.at(-1)]).toEqual([564, 11, 990]);
    expect([x[0], x.at(-1), y.at(-1)]).toEqual([730.3435373306274, 2013.3070850372314, 3316.4108657836914]);
    // Sums and extents taken from the bytes of the file by another program.
    expect([sum(x), sum(y)].map((value) => value.toFixed(4))).toEqual(['1163105.1708', '1123680.8035']);
    expect(sum(precision)).toBeCloseTo(856.7383312340826, 3);
    expect([extent(x), extent(y)]).toEqual([
      [695.2729225158691, 3335.8897399902344],
      [681.4099264144897, 3342.538414001465],
    ]);
  });

  itWith(picassoFile, 'asks for the pixel size where the sidecar is missing or does not say it', async () => {
    const path = join(folder, 'alone.hdf5');
    copyFileSync(sharedPath(picassoFile), path);
    const asked = { tag: 'missing', remedies: [{ setting: 'calibration.pixelSizeNm' }] };
    expect(await failureOf(read(path))).toMatchObject(asked);
    expect((await read(path, { pixelSize: 100 })).localizations.x[0]).toBeCloseTo(561.8027210235596, 9);
    writeFileSync(join(folder, 'alone.yaml'), 'Frames: 10\nCamera.Pixelsize: 160\nPixelsize: none\n');
    expect(await failureOf(read(path))).toMatchObject(asked);
    writeFileSync(join(folder, 'alone.yaml'), 'Pixelsize: 99\n---\nPixelsize: 107.5\r\nBox Size: 7\n');
    expect((await read(path)).format).toBe('Picasso hdf5, camera pixel 107.5 nm from alone.yaml');
    expect((await read(path, { pixelSize: 10 })).localizations.x[0]).toBeCloseTo(56.18, 2);
  });

  itWith(picassoFile, 'shows how it begins', async () => {
    const file = await openFile(sharedPath(picassoFile), quietRun);
    const preview = await previewTable(file.source, quietRun);
    await file.close();
    expect(preview).toMatchObject({
      ...{
        format: 'Picasso hdf5',
        header: true,
        guess: { x: 1, y: 2, precision: 7, frame: 0 },
        rowsRead: 20,
      },
      pixelSizeNm: 130,
    });
    expect(preview?.columns[1]).toMatchObject({ name: 'x [px]', unit: 'px', numbers: 20 });
    expect(preview?.rows[0].slice(0, 2)).toEqual(['11', '5.61802721']);
  });

  it.each([
    ['one piece', null],
    ['small packed pieces', 1000],
    ['one large packed piece', 150_000],
  ])('is read whole in %s', async (words, chunk) => {
    const path = picassoLike(`${words.replaceAll(' ', '-')}.hdf5`, 150_000, chunk);
    const { localizations } = await read(path, { pixelSize: 10 });
    const { count, x, y, z, frame } = localizations;
    expect(count).toBe(150_000);
    expect(x.every((value, k) => value === 10 * k) && y.every((value, k) => value === 5 * k)).toBe(true);
    expect([z?.[149_999], frame?.[149_999]]).toEqual([299_998, 149_999]);
  });

  it('heeds a cancel', async () => {
    const file = await openFile(picassoLike('cancelled.hdf5', 100, null), quietRun);
    const run = { signal: { aborted: true }, report: () => undefined };
    expect(await failureOf(readTable(file.source, { pixelSize: 10 }, run))).toMatchObject({
      tag: 'cancelled',
    });
    await file.close();
  });
});

describe('DECODE', () => {
  itWith(emptyFile, 'says that it holds no localisations', async () => {
    expect(await failureOf(read(sharedPath(emptyFile)))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringContaining('holds no localisations') as string,
    });
  });

  it('is read with the pixel of each axis, z in nm', async () => {
    const path = emitters('px.h5', { xy_unit: 'px', px_size: Float32Array.of(127, 117) });
    const { localizations, format, columns } = await read(path);
    expect(format).toBe('DECODE h5, camera pixel 127 × 117 nm from meta in px.h5');
    expect(columns).toEqual({
      x: 'x [px]',
      y: 'y [px]',
      z: 'z [nm]',
      precision: 'x_sig [px]',
      frame: 'frame_ix',
    });
    const { x, y, z, frame, precision } = localizations;
    expect([[...x], [...y], [...(z ?? [])], [...(frame ?? [])]]).toEqual([
      [127, 4 * 127, 7 * 127],
      [2 * 117, 5 * 117, 8 * 117],
      [3, 6, 9],
      [5, 6, 7],
    ]);
    expect(precision?.[0]).toBeCloseTo(1.27, 5);
  });

  it('is read in nm where it says so, and asked about where it says nothing', async () => {
    expect((await read(emitters('nm.h5', { xy_unit: 'nm' }))).localizations.x[1]).toBe(4);
    expect(await failureOf(read(emitters('none.h5', {})))).toMatchObject({
      tag: 'missing',
      remedies: [{ setting: 'table.units' }],
    });
    expect(await failureOf(read(emitters('size.h5', { xy_unit: 'px' })))).toMatchObject({
      remedies: [{ setting: 'calibration.pixelSizeNm' }],
    });
  });
});

describe('other HDF5 files', () => {
  it.each<[string, (file: H5File) => void]>([
    ['nothing', () => undefined],
    [
      'an image',
      (file) => void file.create_dataset({ name: 'locs', data: new Float32Array(4), shape: [2, 2] }),
    ],
    ['text', (file) => void file.create_dataset({ name: 'locs', data: ['a', 'b'] })],
    ['a link to another file', (file) => void file.create_external_link('px.h5', 'data', 'data')],
    ['a loop', (file) => void file.create_soft_link('/data', 'data')],
  ])('that hold %s say so', async (words, fill) => {
    const path = makeFile(`${words.replaceAll(' ', '-')}.h5`, fill);
    expect(await failureOf(read(path, { units: 'nm' }))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringMatching(/no table of localisations|a broken HDF5 file/) as string,
    });
  });

  itWith(picassoFile, 'that are cut short or changed load or say why not', async () => {
    const whole = readFileSync(sharedPath(picassoFile));
    const path = join(folder, 'changed.hdf5');
    for (let k = 0; k < 150; k++) {
      const bytes = Buffer.from(
        k % 3 === 0 ? whole.subarray(0, 9 + Math.floor((k / 150) * whole.length)) : whole,
      );
      // Half of the changes go into the first 4 KiB, where the structure of the file is.
      for (let n = 0; n < 1 + (k % 4); n++)
        bytes[8 + ((k * 7919 + n * 104_729) % (bytes.length > 4096 ? 4088 : 1))] ^= 1 << (k % 8);
      writeFileSync(path, bytes);
      const outcome = await failureOf(read(path, { pixelSize: 100 }));
      if (outcome !== 'it did not fail') expect(outcome).toHaveProperty('tag');
    }
    expect((await read(sharedPath(picassoFile))).localizations.count).toBe(564);
  });
});

describe('a file with a sidecar', () => {
  const identityOf = async (path: string): Promise<string | undefined> => {
    const { source, close } = await openFile(path, quietRun);
    await close();
    return source.identity;
  };

  it('is another input when its sidecar changes, with the same hash', async () => {
    const path = emitters('own.h5', { xy_unit: 'nm' });
    await setTimeout(2100);
    const alone = await identityOf(path);
    writeFileSync(join(folder, 'own.yaml'), 'Pixelsize: 100\n');
    expect(await identityOf(path)).toBeUndefined();
    await setTimeout(2100);
    const accompanied = await identityOf(path);
    expect(alone).toContain(path);
    expect(accompanied).not.toBe(alone);
    const file = await openFile(path, quietRun);
    const hash = await openFileSha256(file, quietRun);
    expect([hash, await openFileSha256(file, quietRun)]).toEqual(
      Array(2).fill(createHash('sha256').update(readFileSync(path)).digest('hex')),
    );
    await file.close();
  });
});
