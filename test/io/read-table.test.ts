import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { byteNumber, textNumber } from '../../src-core/io/number-bytes.js';
import { readTable } from '../../src-core/io/read-table.js';
import type { LocalizationTable, TableOptions } from '../../src-core/io/table.js';
import { quietRun } from '../../src-core/run.js';

async function read(text: string | Uint8Array, options: TableOptions = {}): Promise<LocalizationTable> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return await readTable(memorySource('table.csv', bytes), options, quietRun);
}

const nm: TableOptions = { units: 'nm' };

async function positions(text: string, options: TableOptions = nm): Promise<number[][]> {
  const { x, y } = (await read(text, options)).localizations;
  return Array.from(x, (value, i) => [value, y[i]]);
}

const two = [
  [1.5, 2],
  [3, -4],
];

describe('forms of the text', () => {
  it.each([
    ['commas', 'x,y\n1.5,2\n3,-4\n'],
    ['CRLF, a byte order mark and no end of line', '\ufeffx,y\r\n1.5,2\r\n3,-4'],
    ['CR alone', 'x,y\r1.5,2\r3,-4\r'],
    ['tabs', 'x\ty\n1.5\t2\n3\t-4\n'],
    ['semicolons', 'x;y\n1.5;2\n3;-4\n'],
    ['decimal commas', 'x;y\n1,5;2\n3;-4\n'],
    ['decimal commas and tabs', 'x\ty\n1,5\t2,0\n3,0\t-4,0\n'],
    ['decimal commas in quotes', 'x,y\n"1.5","2"\n"3","-4"\n'],
    ['runs of spaces', '   x    y\n  1.5   2\n 3    -4  \n'],
    ['quoted cells', '"x","y"\n"1.5","2"\n"3","-4"\n'],
    ['blanks after commas', 'x, y\n1.5, 2\n3, -4\n'],
    ['exponents', 'x,y\n15e-1,2.0E+0\n.3e1,-400D-2\n'],
    ['empty lines', '\n\nx,y\n\n1.5,2\n\n3,-4\n\n'],
    ['prose before the header', 'Exported by a microscope\nDate 2020, 3 lasers\n\nx,y\n1.5,2\n3,-4\n'],
    ['comments', '# made by hand\n# x,y\n1.5,2\n3,-4\n'],
    ['a header one name short, as R writes it', 'x y\n1 1.5 2\n2 3 -4\n'],
    ['no name for the first column', ',x,y\n0,1.5,2\n1,3,-4\n'],
    ['an empty last column', 'x,y,\n1.5,2,\n3,-4,\n'],
    ['a header that is one quoted cell', '"id,""x"",""y"""\n1,1.5,2\n2,3,-4\n'],
    ['rows that are one quoted cell each', '"id,""x"",""y"""\n"1,1.5,2"\n"2,""3"",-4"\n'],
    ['a text column', 'name,x,y\n"a, b",1.5,2\nc,3,-4\n'],
    ['capitals and position words', 'Position X,Position Y\n1.5,2\n3,-4\n'],
  ])('reads %s', async (_, text) => {
    expect(await positions(text)).toEqual(two);
  });

  it('reads Latin-1 units', async () => {
    const table = await read(new Uint8Array(Buffer.from('x [\u00b5m],y [\u00b5m]\n1,2\n', 'latin1')));
    expect([table.localizations.x[0], table.units, table.unitsFrom]).toEqual([1000, 'um', 'file']);
  });

  it('warns of decimal commas', async () => {
    expect((await read('x;y\n1,5;2\n3;4\n', nm)).warnings.join(' ')).toMatch(/Commas/);
  });

  it('reads rows that reach over the pieces in which a file is read', async () => {
    const rows = Array.from({ length: 300_000 }, (_, i) => `${i}.25,-${i}.5,some more text here`);
    const { localizations, rows: count } = await read(`x,y,note\n${rows.join('\n')}`, nm);
    expect([count, localizations.count]).toEqual([300_000, 300_000]);
    expect(localizations.x.every((value, i) => value === i + 0.25)).toBe(true);
    expect(localizations.y.every((value, i) => value === -i - 0.5)).toBe(true);
  });
});

describe('units and columns', () => {
  it.each([
    ['x [nm],y [nm]', 1],
    ['x (um),y (um)', 1000],
    ['X (µm),Y (µm)', 1000],
    ['x_nm,y_nm', 1],
    ['x_um,y_um', 1000],
    ['Position X [nm],Position Y [nm]', 1],
    ['x [px],y [px]', 107],
    ['x_pix,y_pix', 107],
  ])('reads the unit in %s', async (header, factor) => {
    const table = await read(`${header}\n2,3\n4,5\n`, { pixelSize: 107 });
    expect(table.unitsFrom).toBe('file');
    expect([...table.localizations.x]).toEqual([2 * factor, 4 * factor]);
  });

  it('lets the user override the unit in the header, and says so', async () => {
    const table = await read('x [nm],y [nm]\n1,2\n3,4\n', { units: 'um' });
    expect([table.localizations.x[0], table.unitsFrom]).toEqual([1000, 'user']);
    expect(table.warnings.join(' ')).toMatch(/x \[nm\].*um/);
  });

  it('reads z, precision, frame and channel in units of their own', async () => {
    const text =
      'frame,x [um],y [um],z [nm],uncertainty_xy [nm],channel\n1.0,1,2,300,15.5,b\n2.0,3,4,500,16.5,a\n3.0,3,5,1,2,b\n';
    const { localizations, columns } = await read(text);
    expect(columns).toEqual({
      x: 'x [um]',
      y: 'y [um]',
      z: 'z [nm]',
      precision: 'uncertainty_xy [nm]',
      frame: 'frame',
      channel: 'channel',
    });
    expect(localizations).toEqual({
      count: 3,
      x: Float64Array.of(1000, 3000, 3000),
      y: Float64Array.of(2000, 4000, 5000),
      z: Float64Array.of(300, 500, 1),
      precision: Float32Array.of(15.5, 16.5, 2),
      frame: Int32Array.of(1, 2, 3),
      channel: Uint8Array.of(0, 1, 0),
      channelNames: ['b', 'a'],
    });
  });

  it('orders numbered channels by number', async () => {
    const { localizations } = await read('x,y,channel\n1,1,10\n2,2,9\n3,3,10\n', nm);
    expect([localizations.channelNames, [...(localizations.channel ?? [])]]).toEqual([
      ['9', '10'],
      [1, 0, 1],
    ]);
  });

  it('takes three columns without a header for x, y, z and says so', async () => {
    const table = await read('1 2 3\n4 5 6\n', nm);
    expect([...(table.localizations.z ?? [])]).toEqual([3, 6]);
    expect(table.warnings.join(' ')).toMatch(/x, y and z/);
    const chosen = await read('1 2 3\n4 5 6\n', { ...nm, columns: { x: '3', y: '1' } });
    expect([chosen.localizations.x[0], chosen.localizations.y[0], chosen.localizations.z]).toEqual([
      3,
      1,
      undefined,
    ]);
  });

  it('reads the columns that the user names', async () => {
    const options = { ...nm, columns: { x: 'Xc', y: 'yc', precision: '1' } };
    const { localizations } = await read('s,X,Y,Xc,Yc\n9,1,2,3,4\n8,5,6,7,8\n', options);
    expect([localizations.x[1], localizations.y[1], localizations.precision?.[1]]).toEqual([7, 8, 8]);
    const plain = await read('s,X,Y,Xc,Yc\n9,1,2,3,4\n8,5,6,7,8\n', nm);
    expect(plain.warnings.join(' ')).toMatch(/drift/);
  });

  it.each<[string, string, TableOptions, string, RegExp]>([
    ['units that nobody gives', 'x,y\n1,2\n3,4\n', {}, 'missing', /unit/],
    ['a pixel size that nobody gives', 'x [px],y [px]\n1,2\n3,4\n', {}, 'missing', /pixel/],
    ['a column that is not found', 'a [nm],y [nm]\n1,2\n3,4\n', {}, 'missing', /x;.*a \[nm\], y \[nm\]/],
    [
      'a chosen column that is not there',
      'x,y\n1,2\n3,4\n',
      { ...nm, columns: { x: 'q' } },
      'usage',
      /"q".*x, y/,
    ],
    [
      'a chosen number that is not there',
      '1,2\n3,4\n',
      { ...nm, columns: { x: '3', y: '1' } },
      'usage',
      /columns 1 to 2/,
    ],
    ['one column chosen twice', 'x,y\n1,2\n3,4\n', { ...nm, columns: { x: 'y' } }, 'usage', /as x and as y/],
    ['an empty file', '', nm, 'unreadable', /is empty/],
    ['a header without rows', 'x [nm],y [nm]\n', nm, 'unreadable', /no rows/],
    [
      'prose',
      'Dear colleague,\nthe images are here, as promised, on the drive.\nYours\n',
      nm,
      'unreadable',
      /is text/,
    ],
    [
      'mostly text',
      `x,y\n1,2\n3,4\n${'left,right\n'.repeat(20)}`,
      nm,
      'unreadable',
      /is text, not a table of numbers/,
    ],
    ['rows without one finite number', 'x,y\nNaN,NaN\nNaN,1\n', nm, 'unreadable', /finite/],
    [
      'too many channels',
      `x,y,channel\n${Array.from({ length: 300 }, (_, i) => `${i},1,${i}`).join('\n')}`,
      nm,
      'unreadable',
      /256/,
    ],
  ])('refuses %s', async (...[, text, options, tag, message]) => {
    const error = await read(text, options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CoreError);
    expect(error).toMatchObject({ tag, message: expect.stringMatching(message) as string });
    expect((error as CoreError).message).toContain('table.csv');
    expect((error as CoreError).hint).not.toBe('');
  });

  it('tells what to give', async () => {
    await expect(read('x,y\n1,2\n3,4\n')).rejects.toMatchObject({
      remedies: [{ setting: 'table.units', choices: ['nm', 'um', 'px'] }],
    });
    await expect(read('a,b\n1,2\n3,4\n', nm)).rejects.toMatchObject({
      remedies: [{ setting: 'table.columns', choices: ['a', 'b'] }],
    });
  });

  it('says that a line is too long', async () => {
    await expect(read(`x,y\n1,2\n3,4\n${'7'.repeat(6_000_000)}`, nm)).rejects.toMatchObject({
      tag: 'unreadable',
    });
  });
});

describe('rows left out', () => {
  it('drops and counts rows with NaN, Inf, empty cells and text', async () => {
    const text =
      'x,y,z\n1,2,3\nNaN,2,3\n1,inf,3\n1,2,\n1,-Infinity,2\n1,2\nn/a,1,1\n1,2,4\nEnd of file\n1e999,1,1\n5,6,7\n';
    const { localizations, rows, dropped } = await read(text, nm);
    expect([rows, dropped]).toEqual([11, { notFinite: 8, duplicate: 0 }]);
    expect([...localizations.x]).toEqual([1, 1, 5]);
  });

  it('removes exact duplicates in the columns that are read, and counts them', async () => {
    const text = 'id,x,y,frame\n1,1,2,1\n2,1,2,1\n3,1,2,2\n4,2,1,1\n5,1,2,1\n6,1.0,2.00,1\n';
    const { localizations, dropped } = await read(text, nm);
    expect(dropped.duplicate).toBe(3);
    expect([...localizations.x]).toEqual([1, 1, 2]);
    expect([...(localizations.frame ?? [])]).toEqual([1, 2, 1]);
  });

  it('keeps rows that differ only in the channel', async () => {
    const { localizations, dropped } = await read('x,y,channel\n1,2,a\n1,2,b\n1,2,a\n', nm);
    expect([localizations.count, dropped.duplicate]).toEqual([2, 1]);
  });

  it('agrees with a set of rows', async () => {
    const row = fc.tuple(
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(0, 0.1, 0.25),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 200 }), async (rows) => {
        const lines = rows.map(([x, y, z]) => `${x},${y},${z}`);
        const { localizations } = await read(`x,y,z\n${lines.join('\n')}\n`, nm);
        const distinct = [...new Set(lines)].map((line) => line.split(',').map(Number));
        const found = Array.from(localizations.x, (x, i) => [x, localizations.y[i], localizations.z?.[i]]);
        expect(found).toEqual(distinct);
      }),
    );
  });
});

describe('numbers', () => {
  const parse = (text: string, comma = false) =>
    byteNumber(new TextEncoder().encode(text), 0, text.length, comma);

  it('reads every double as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        expect(parse(String(value))).toBe(value + 0);
        expect(parse(` "${value.toPrecision(9)}" `)).toBe(Number(value.toPrecision(9)));
      }),
    );
  });

  it('agrees with Number on texts of digits, points and signs', () => {
    const marks = fc.constantFrom('0', '1', '9', '.', '-', '+', 'e', '5', '7');
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 24 }), (parts) => {
        const text = parts.join('');
        expect(parse(text)).toBe(text === '' ? NaN : Number(text));
      }),
    );
  });

  it.each(['', '.', '-', '+', 'e5', '1e', '0x10', '1 2', '1,2', 'one', '1.2.3', '--1', 'NaN', 'Infinity'])(
    'takes "%s" for no number',
    (text) => {
      expect(parse(text)).toBeNaN();
      expect(textNumber(text, false)).toBeNaN();
    },
  );

  it('reads decimal commas where they are asked for', () => {
    expect([parse('1,5', true), parse('-0,123456789012345678', true), parse('1.5', true)]).toEqual([
      1.5, -0.12345678901234568, 1.5,
    ]);
    expect(parse('1,5,2', true)).toBeNaN();
  });
});
