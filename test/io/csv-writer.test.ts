import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { writeTable } from '../../src-core/io/csv-writer.js';
import { readTable } from '../../src-core/io/read-table.js';
import { splitCells } from '../../src-core/io/text-dialect.js';
import { quietRun } from '../../src-core/run.js';

describe('writeTable', () => {
  it('quotes what must be quoted and nothing else', () => {
    const table = writeTable([
      { name: 'name, of "it"', values: ['plain', 'a,b', 'say "no"', ' edge', 'two\nlines', ''] },
      { name: 'n', values: [1, -0.5, 1e-7, NaN, Infinity, 3] },
    ]);
    expect(table).toBe(
      '"name, of ""it""",n\r\nplain,1\r\n"a,b",-0.5\r\n"say ""no""",1e-7\r\n" edge",NaN\r\n"two\nlines",Infinity\r\n,3\r\n',
    );
    expect(splitCells(table.split('\r\n')[3], ',')).toEqual(['say "no"', '1e-7']);
  });

  it('writes float32 with the digits it has, and columns of different lengths', () => {
    const values = Float32Array.of(0.1, 1 / 3, 16777216, 3.4028235e38, 1.17549435e-38);
    const table = writeTable([
      { name: 'f', values },
      { name: 'd', values: [0.1] },
    ]);
    const cells = table
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(','));
    expect(cells[0]).toEqual(['0.1', '0.1']);
    expect(cells[1]).toEqual(['0.33333334', '']);
    expect(cells.map((row) => Math.fround(Number(row[0])))).toEqual([...values]);
  });

  it('writes a table that is read back', async () => {
    const x = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i) * 1e4);
    const y = Float64Array.from(x, (value) => value / 3);
    const bytes = new TextEncoder().encode(
      writeTable([
        { name: 'x [nm]', values: x },
        { name: 'y [nm]', values: y },
      ]),
    );
    const { localizations } = await readTable(memorySource('a.csv', bytes), {}, quietRun);
    expect([localizations.x, localizations.y]).toEqual([x, y]);
  });
});
