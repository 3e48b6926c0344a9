import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { codesAbout, findingsAbout } from './doctor-kit.js';
import { makeDice } from './nucleus-images.js';

interface Drawn {
  readonly count: number;
  /** Of a position and of a precision. */
  readonly unit?: number;
  readonly precision?: number;
  readonly depth?: number;
  readonly header?: string;
}

/** Localisations all over a disc of 4 µm. */
function table({ count, unit = 1, precision = 9, depth = 600, header }: Drawn) {
  const dice = makeDice(3);
  const rows = Array.from({ length: count }, () => {
    const [angle, far] = [2 * Math.PI * dice(), 2000 * Math.sqrt(dice())];
    const [x, y] = [5000 + far * Math.cos(angle), 5000 + far * Math.sin(angle)];
    return [x / unit, y / unit, (dice() - 0.5) * depth, precision * (0.8 + 0.4 * dice())].join(',');
  });
  const head = header ?? 'x [nm],y [nm],z [nm],uncertainty [nm]';
  return memorySource('locs.csv', new TextEncoder().encode([head, ...rows].join('\n')));
}

/** 3 localisations in a pixel of 15 nm. */
const many = 170_000;

describe('a table', () => {
  it('of a nucleus with enough localisations is not doubtful', async () => {
    expect(await codesAbout(table({ count: many }))).toEqual([]);
  });

  it('with too few localisations for its pixels is advised coarser ones, by which the finding goes', async () => {
    const sparse = table({ count: 20_000 });
    const [found] = await findingsAbout(sparse);
    expect(found).toMatchObject({ code: 'table-sparse', severity: 'doubt' });
    expect(found.remedies).toMatchObject([{ setting: 'table.spacingNm', value: 40 }]);
    expect(await codesAbout(sparse, { table: { spacingNm: 40 } })).toEqual([]);
  });

  it('with hardly any localisation is given no spacing, which none would help', async () => {
    const [found] = await findingsAbout(table({ count: 300 }));
    expect(found).toMatchObject({ code: 'table-sparse', remedies: [] });
    expect(found.means).toMatch(/too few for a map/);
  });

  it.each([
    [20, 'note', 20],
    [41, 'doubt', 50],
  ])('with a precision of %s nm is advised pixels of that', async (precision, severity, value) => {
    const found = await findingsAbout(table({ count: many, precision }));
    expect(found[0]).toMatchObject({ code: 'table-precision', severity, remedies: [{ value }] });
  });

  it('with a precision in another unit is told so', async () => {
    const file = table({ count: many, precision: 0.08 });
    const [found] = await findingsAbout(file);
    expect(found).toMatchObject({ code: 'table-precision-unit', remedies: [{ value: 'precision=' }, {}] });
    expect(await codesAbout(file, { table: { columns: { precision: '' } } })).toEqual([]);
  });

  it('with positions in µm under a header of nm is told by how wide it is', async () => {
    const file = table({ count: many, unit: 1000 });
    const [found, ...more] = await findingsAbout(file);
    expect(more).toEqual([]);
    expect(found).toMatchObject({
      code: 'table-extent',
      remedies: [{ setting: 'table.units', value: 'um' }, {}],
    });
  });

  it('with z in µm beside x and y in nm is told, and of a flat table nothing', async () => {
    const file = table({ count: many, depth: 0.6 });
    const [found] = await findingsAbout(file);
    expect(found).toMatchObject({ code: 'table-z', remedies: [{ setting: 'table.columns', value: 'z=' }] });
    expect(await codesAbout(file, { table: { columns: { z: '' } } })).toEqual([]);
    expect(await codesAbout(table({ count: many, depth: 0 }))).toEqual([]);
  });

  it('that does not say its unit is a finding with the units as remedies, not a failure', async () => {
    const [found] = await findingsAbout(table({ count: 100, header: 'x,y,z,uncertainty' }));
    expect(found).toMatchObject({ code: 'table-unsaid', severity: 'stop' });
    expect(found.remedies.map(({ value }) => value)).toEqual(['nm', 'um', 'px']);
  });
});
