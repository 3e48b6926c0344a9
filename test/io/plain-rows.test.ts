import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../src-core/io/byte-source.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { splitCells, type TextDialect } from '../../src-core/io/text-dialect.js';
import { readRows, type TableRows, type WantedColumns } from '../../src-core/io/table-rows.js';
import { quietRun } from '../../src-core/run.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function dialect(delimiter: string, more: Partial<TextDialect> = {}): TextDialect {
  return { delimiter, decimalComma: false, quotedRows: false, lineEnd: 10, rowsFrom: 0, width: 4, ...more };
}

/** A source that gives at most `most` bytes at a time, so that rows reach over its pieces. */
function inPieces(bytes: Uint8Array, most: number): ByteSource {
  const whole = memorySource('pieces', bytes);
  return { ...whole, read: (offset, length) => whole.read(offset, Math.min(most, length)) };
}

async function rowsOf(
  text: string,
  form: TextDialect,
  wanted: WantedColumns,
  most = 1e9,
): Promise<TableRows> {
  return await readRows(inPieces(encode(text), most), form, wanted, quietRun);
}

const number = fc.oneof(
  fc.double({ noNaN: true }).map(String),
  fc.double({ min: -1e5, max: 1e5, noNaN: true }).map((value) => value.toFixed(4)),
  fc.double({ min: -1e5, max: 1e5, noNaN: true }).map((value) => value.toExponential(18)),
  fc.integer().map(String),
  fc.constantFrom('+5', '1d3', '.5', '5.', '00012.50', '-0', '1e400'),
);
const oddCell = fc.constantFrom(
  'NaN',
  'inf',
  '',
  'abc',
  '""',
  '"',
  '"1""2"',
  '1"',
  ' 7',
  '8 ',
  '1 2',
  '\t3',
  '\r',
  'e',
  '-',
);
const cell = fc.oneof(
  { weight: 8, arbitrary: number },
  { weight: 3, arbitrary: number.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: oddCell },
);
const table = fc.array(fc.tuple(cell, cell, cell, fc.constantFrom('a', 'B 1', '"c"', '"d,e"', 'µ', '')), {
  maxLength: 12,
});

/** What counts: the numbers bit for bit, and which rows were left out why. */
function bits(rows: TableRows): unknown {
  const { columns, codes, firstBad, ...rest } = rows;
  return {
    ...rest,
    firstBad: firstBad?.row,
    codes: codes && [...codes],
    columns: columns.map((column) => [...new BigUint64Array(column.slice().buffer)]),
  };
}

describe('plain rows are read to the same bits as any other row', () => {
  // A NUL before the end of a line is dropped, and makes a row none of the plain ones.
  const wanted: WantedColumns[] = [
    { numbers: [0, 1, 2] },
    { numbers: [2, 0] },
    { numbers: [2], names: 3 },
    { numbers: [2, 1], names: 3 },
  ];
  it.each([',', ';', '\t', ' '])('with "%s" between cells', async (delimiter) => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(...wanted),
        fc.integer({ min: 1, max: 60 }),
        async (cells, columns, most) => {
          const kept = columns.names === undefined ? 3 : 4;
          const lines = cells.map((row) => row.slice(0, kept).join(delimiter));
          const form = dialect(delimiter);
          const slow = bits(await rowsOf(lines.map((line) => `${line}\0\n`).join(''), form, columns));
          for (const end of ['\n', '\r\n', '\r\r\n']) {
            const text = lines.map((line) => line + end).join('');
            expect(bits(await rowsOf(text, form, columns, most))).toEqual(slow);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('with decimal commas, without an end of the last line, and with old Mac line ends', async () => {
    const commas = await rowsOf('1,5;"2,25";3\r\n-4,0;5;6', dialect(';', { decimalComma: true }), {
      numbers: [0, 1, 2],
    });
    expect(commas.columns.map((column) => [...column])).toEqual([
      [1.5, -4],
      [2.25, 5],
      [3, 6],
    ]);
    const mac = await rowsOf('1,2\r3,4\r', dialect(',', { lineEnd: 13 }), { numbers: [1, 0] });
    expect(mac.columns.map((column) => [...column])).toEqual([
      [2, 4],
      [1, 3],
    ]);
  });

  it('where each row is one quoted cell', async () => {
    const form = dialect(',', { quotedRows: true });
    const text = '"1,2.5,3,a"\r\n"4,""5"",6,b"\r\n"7,8,9"\r\n10,11,12,c\r\n';
    const rows = await rowsOf(text, form, { numbers: [1, 2] });
    expect(rows.columns.map((column) => [...column])).toEqual([
      [2.5, 5, 8, 11],
      [3, 6, 9, 12],
    ]);
  });

  it('skips columns with delimiters in quotes', async () => {
    const lines = ['"a,b",1,x', '"c""d,",2,y', ',3,', '"e"f,4,z'];
    const rows = await rowsOf(`${lines.join('\n')}\n`, dialect(','), { numbers: [1] });
    expect([...rows.columns[0]]).toEqual(lines.map((line) => Number(splitCells(line, ',')[1])));
  });

  it('does not take a name in quotes with a delimiter in it for two cells without', async () => {
    const rows = await rowsOf('"a,1",1\na,1,2\n"a,1",3\n', dialect(','), { numbers: [1], names: 0 });
    expect([...rows.columns[0]]).toEqual([1, 1, 3]);
    expect(rows.names.filter((_, code) => rows.codes?.includes(code))).toEqual(['a,1', 'a']);
  });
});
