import { describe, expect, it } from 'vitest';
import { itWith } from './shared-files.js';
import { extent, failureOf, readContent, readShared, tableFolder } from './table-reading.js';

describe('rapidSTORM', () => {
  const head = (...fields: [string, string][]): string =>
    `# <localizations insequence="true">${fields
      .map(
        ([name, unit]) =>
          `<field identifier="${name}" syntax="floating &gt; point" unit="${unit}" min="0 m" />`,
      )
      .join('')}</localizations>\n`;

  itWith(
    `${tableFolder}/rapidSTORM_dstorm_data.txt`,
    'reads columns and units that the head names',
    async () => {
      const { localizations, ...told } = await readShared('rapidSTORM_dstorm_data.txt');
      expect(told).toEqual({
        format: 'rapidSTORM text',
        columns: { x: 'Position-0-0 [nanometer]', y: 'Position-1-0 [nanometer]', frame: 'ImageNumber-0-0' },
        ...{
          units: 'nm',
          unitsFrom: 'file',
          rows: 14,
          dropped: { notFinite: 0, duplicate: 0 },
          warnings: [],
        },
      });
      const { x, y, frame } = localizations;
      expect([x[0], y[0], x.at(-1), y.at(-1), frame?.[0]]).toEqual([9657.4, 24533.5, 10665.5, 19638, 0]);
      expect([extent(x), extent(y)]).toEqual([
        [3995.59, 32716.1],
        [1303.61, 26751.7],
      ]);
    },
  );

  it('finds columns wherever they stand, in the units that the head gives', async () => {
    const fields: [string, string][] = [
      ['ImageNumber-0-0', 'frame'],
      ['Position-1-0', 'micrometer'],
      ['Amplitude-0-0', 'A/D count'],
      ['Position-2-0', 'nanometer'],
      ['Position-0-0', 'micrometer'],
      ['Position-0-0-uncertainty', 'nanometer'],
    ];
    const { localizations } = await readContent(`${head(...fields)}7 1.5 1e+006 300 2.5 12\n8 2 3 4 5 6\n`);
    expect(localizations).toEqual({
      count: 2,
      x: Float64Array.of(2500, 5000),
      y: Float64Array.of(1500, 2000),
      z: Float64Array.of(300, 4),
      precision: Float32Array.of(12, 6),
      frame: Int32Array.of(7, 8),
    });
  });

  it('is refused without positions, and without rows', async () => {
    expect(await failureOf(readContent(`${head(['Amplitude-0-0', ''])}1 2\n`))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringContaining('names no positions') as string,
    });
    const two = head(['Position-0-0', 'nanometer'], ['Position-1-0', 'nanometer']);
    for (const text of [two, two.trim()])
      expect(await failureOf(readContent(text))).toMatchObject({
        message: expect.stringContaining('holds no localisations') as string,
      });
  });

  it('asks for a unit that the head does not give', async () => {
    const text = `${head(['Position-0-0', ''], ['Position-1-0', ''])}1 2\n3 4\n`;
    expect(await failureOf(readContent(text))).toMatchObject({ tag: 'missing' });
    expect((await readContent(text, { units: 'um' })).localizations.x[0]).toBe(1000);
  });
});

describe('Nikon N-STORM', () => {
  const names =
    'Channel Name\tX\tY\tXc\tYc\tHeight\tArea\tWidth\tPhi\tAx\tBG\tI\tFrame\tLength\tLink\tValid\tZ\tZc\tPhotons\t' +
    'Lateral Localization Accuracy\tXw\tYw\tXwc\tYwc\tZw\tZwc';
  const row = (channel: string, start: number): string =>
    [
      channel,
      ...names
        .split('\t')
        .slice(1)
        .map((_, k) => start + k),
    ].join('\t');
  const text = [
    names,
    row('647 nm, H3K9me3', 100),
    row('Z Rejected', 200),
    row('561', 300),
    row('647 nm, H3K9me3', 400),
    row('Z Rejected', 500),
  ].join('\r\n');

  it('reads what is corrected for warp and drift, channels by name, without the rejected', async () => {
    const { localizations, ...told } = await readContent(text);
    expect(told).toEqual({
      format: 'Nikon N-STORM text',
      columns: {
        ...{ x: 'Xwc [nm]', y: 'Ywc [nm]', z: 'Zwc [nm]', frame: 'Frame', channel: 'Channel Name' },
        precision: 'Lateral Localization Accuracy [nm]',
      },
      ...{ units: 'nm', unitsFrom: 'file', rows: 5 },
      dropped: { notFinite: 0, duplicate: 0, rejected: 2 },
      warnings: ['2 of 5 rows were left out: rows of the channel "Z Rejected".'],
    });
    expect(localizations).toEqual({
      count: 3,
      x: Float64Array.of(121, 321, 421),
      y: Float64Array.of(122, 322, 422),
      z: Float64Array.of(124, 324, 424),
      precision: Float32Array.of(118, 318, 418),
      frame: Int32Array.of(111, 311, 411),
      channel: Uint8Array.of(0, 1, 0),
      channelNames: ['647 nm, H3K9me3', '561'],
    });
  });

  it('reads what is corrected for drift where warp is not', async () => {
    const plain = text
      .replace(/\r\n/g, '\n')
      .split('\n')
      .map((line) => line.split('\t').slice(0, 20).join('\t'));
    const { columns, localizations } = await readContent(plain.join('\n'));
    expect(columns).toMatchObject({ x: 'Xc [nm]', y: 'Yc [nm]', z: 'Zc [nm]' });
    expect([...localizations.x]).toEqual([102, 302, 402]);
  });

  it('leaves the rejected out also where channels are not read, and reads other columns as asked', async () => {
    const { localizations } = await readContent(text, { columns: { channel: '', x: 'X', y: 'Y' } });
    expect([...localizations.x, localizations.channel]).toEqual([100, 300, 400, undefined]);
  });

  it('says so where no localisation is left', async () => {
    expect(await failureOf(readContent(`${names}\n${row('Z Rejected', 1)}\n`))).toMatchObject({
      tag: 'unreadable',
      message: expect.stringContaining('1 rows were left out') as string,
    });
  });
});

describe('Zeiss Elyra', () => {
  itWith(`${tableFolder}/Elyra_dstorm_data.txt`, 'ends where the footer begins', async () => {
    const { localizations, ...told } = await readShared('Elyra_dstorm_data.txt');
    expect(told).toMatchObject({
      ...{ format: 'Zeiss Elyra text', rows: 15, units: 'nm', unitsFrom: 'file', warnings: [] },
      dropped: { notFinite: 0, duplicate: 0 },
    });
    const { x, y, precision, frame, channelNames } = localizations;
    expect([x[0], y[0], x[14], y[14], frame?.[0]]).toEqual([15850.6, 23502.1, 5369.8, 8439.4, 1]);
    expect(precision?.[14]).toBeCloseTo(22.5, 5);
    expect([extent(x), channelNames]).toEqual([[5369.8, 29981.8], ['1']]);
  });

  const names =
    'Index\tFirst Frame\tPosition X [µm]\tPosition Y [µm]\tPosition Z [nm]\tPrecision [nm]\tChannel';
  const rows = '1\t3\t1.5\t2.5\t100\t9\t1\r\n2\t4\t2.5\t3.5\t110\t8\t2\r\n';

  it('reads µ in Latin-1, and a footer without a NUL', async () => {
    const footer = 'VoxelSizeX : 0.097\r\r\nROI List : \r\r\n1 : 2, 3\r\r\n';
    const bytes = new Uint8Array(Buffer.from(`${names}\r\n${rows}${footer}`, 'latin1'));
    const { localizations, rows: count } = await readContent(bytes, {}, 'experiment 7');
    expect([count, ...localizations.x, ...(localizations.z ?? [])]).toEqual([2, 1500, 2500, 100, 110]);
  });

  it('reads a table without a footer, and one that is longer than the footer is looked for', async () => {
    expect((await readContent(`${names}\r\n${rows}`)).rows).toBe(2);
    const many = Array.from({ length: 60_000 }, (_, k) => `${k}\t3\t${k}.5\t2.5\t100\t9\t1\r\n`).join('');
    const long = await readContent(`${names}\r\n${many}\0\r\r\nSizeX : 3200\r\r\n`);
    expect([long.rows, long.dropped.notFinite]).toEqual([60_000, 0]);
  });
});

describe('tables of other programs', () => {
  itWith(`${tableFolder}/Nanoimager_dstorm_data.csv`, 'reads ONI csv whole', async () => {
    const { localizations, rows, dropped } = await readShared('Nanoimager_dstorm_data.csv');
    const { x, y, frame, channel } = localizations;
    expect({ rows, dropped }).toEqual({ rows: 14, dropped: { notFinite: 0, duplicate: 0 } });
    expect([x.at(-1), y.at(-1), frame?.at(0), sumOf(channel)]).toEqual([38854.144531, 70050.382813, 1548, 5]);
  });

  it('reads the nm columns of ONI csv that gives pixels too', async () => {
    const text = 'Channel,Frame,X (nm),Y (nm),Z (nm),X (pix),Y (pix)\n0,1,117,234,0,1,2\n1,2,351,468,0,3,4\n';
    expect((await readContent(text)).localizations.x).toEqual(Float64Array.of(117, 351));
  });

  it('always asks for the unit of O-SNAP csv and of numbers without a header', async () => {
    for (const text of ['x,y\n10.5,20\n30,40\n', '10.5,20\n30,40\n', '10.5\t20\n30\t40\n']) {
      expect(await failureOf(readContent(text))).toMatchObject({
        tag: 'missing',
        remedies: [{ setting: 'table.units', choices: ['nm', 'um', 'px'] }],
      });
      const table = await readContent(text, { units: 'px', pixelSize: 117 });
      expect([table.localizations.x[0], table.unitsFrom]).toEqual([10.5 * 117, 'user']);
    }
  });

  it.each([
    ['nm', 1],
    ['um', 1000],
    ['px', 107],
  ])('reads ThunderSTORM csv in %s', async (unit, factor) => {
    const text = `"id","frame","x [${unit}]","y [${unit}]","z [nm]","uncertainty_xy [nm]"\n1,1,2,3,4,5\n2,2,6,7,8,9\n`;
    const table = await readContent(text, { pixelSize: 107 });
    expect(table.format).toBe('ThunderSTORM csv');
    const { x, y, z, precision } = table.localizations;
    expect([[...x], [...y]]).toEqual([
      [2 * factor, 6 * factor],
      [3 * factor, 7 * factor],
    ]);
    expect([z?.[0], precision?.[0]]).toEqual([4, 5]);
    if (unit === 'px')
      expect(await failureOf(readContent(text))).toMatchObject({
        tag: 'missing',
        remedies: [{ setting: 'calibration.pixelSizeNm' }],
      });
  });

  it('prefers drift-corrected positions in any table, and says so', async () => {
    const text = 'x,y,z,xc,yc,zc\n1,2,3,4,5,6\n7,8,9,10,11,12\n';
    const table = await readContent(text, { units: 'nm' });
    expect(table.columns).toEqual({ x: 'xc', y: 'yc', z: 'zc' });
    expect(table.warnings.join(' ')).toMatch(/drift-corrected positions xc and yc are read/);
    expect((await readContent(text, { units: 'nm', columns: { x: 'x', y: 'y' } })).localizations.x[0]).toBe(
      1,
    );
  });

  it('tells tabs from blanks where names have blanks in them', async () => {
    const { localizations } = await readContent('label\tx\ty\nAlexa 647\t1\t2\nCy 3 B\t3\t4\n', {
      units: 'nm',
    });
    expect([...localizations.y]).toEqual([2, 4]);
  });
});

function sumOf(values: Uint8Array | undefined): number {
  return (values ?? new Uint8Array(0)).reduce((total, value) => total + value, 0);
}
