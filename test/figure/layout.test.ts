import { describe, expect, test } from 'vitest';
import { drawFigure } from '../../src-core/figure/figure.js';
import { wrapText, textWidth } from '../../src-core/figure/typesetting.js';
import { faults } from './page-faults.js';
import { findBoxes } from './svg-reading.js';
import { syntheticFigure } from './synthetic.js';

const shapes = [
  { nx: 8, ny: 64 },
  { nx: 16, ny: 64 },
  { nx: 32, ny: 64 },
  { nx: 48, ny: 48 },
  { nx: 76, ny: 40 },
  { nx: 84, ny: 40 },
  { nx: 64, ny: 16 },
  { nx: 128, ny: 4 },
];
const lengthy = 'A sentence that goes on about what was taken for granted, at some length. '.repeat(6);
const texts = {
  none: { title: '', assumptions: [], warnings: [] },
  usual: {},
  long: {
    title: `${'a_very_long_name_'.repeat(20)}.tif`,
    assumptions: [lengthy, 'W'.repeat(300), '細胞核'.repeat(60), lengthy],
    warnings: Array.from({ length: 9 }, () => lengthy),
    rateLabel: 'A quantity with a long name, λ = Γ_me/Γ_ac over everything that can be named',
    limits: [1.000001, 1.000002] as const,
  },
};

describe.each(Object.entries(texts))('with %s text', (_, words) => {
  test.each(shapes)('nothing overlaps or is cut off at $nx × $ny', (shape) => {
    for (const widthMm of [40, 60, 85, 120, 180, 260]) {
      expect(faults(drawFigure({ ...syntheticFigure(shape), ...words }, { widthMm }))).toEqual([]);
    }
  });
  test.each(shapes)('nor if nothing is identifiable at $nx × $ny', (shape) => {
    const content = syntheticFigure(shape);
    const empty = { ...content, ...words, identifiable: new Uint8Array(content.mask.length) };
    expect(faults(drawFigure(empty))).toEqual([]);
  });
});

test('the checker sees an overlap and a line that is cut off', () => {
  const svg = drawFigure(syntheticFigure({ nx: 32, ny: 32 }));
  const moved = svg.replace(/(<text x=")5("[^>]*>Field)/, '$1150$2');
  expect(faults(moved).length).toBeGreaterThan(0);
  const lowered = svg.replace(/(<text x="5" y=")[\d.]+("[^>]*>Field)/, '$113$2');
  expect(lowered).not.toBe(svg);
  const onTitle = svg.replace(/(<text x="5" y=")[\d.]+("[^>]*>Field)/, '$18.5$2');
  expect(faults(onTitle).some((fault) => fault.includes('over'))).toBe(true);
});

test('panels are side by side up to 2 : 1 and one above the other beyond, or on a narrow page', () => {
  const places = (nx: number, widthMm: number): number[] => {
    const svg = drawFigure(syntheticFigure({ nx, ny: 40 }), { widthMm });
    const [density, rate] = findBoxes(svg, 'image');
    return [rate.x - density.x, rate.y - density.y];
  };
  expect(places(79, 180)).toEqual([89.5, 0]);
  expect(places(160, 180)[0]).toBe(0);
  expect(places(160, 180)[1]).toBeGreaterThan(50);
  expect(places(40, 60)[0]).toBe(0);
});

test('the picture keeps the shape of the field, also with pixels that are not square', () => {
  const content = syntheticFigure({ nx: 40, ny: 30 });
  const svg = drawFigure({ ...content, grid: { ...content.grid, spacing: [1, 10, 20] } });
  const [picture] = findBoxes(svg, 'image');
  expect(picture.width / picture.height).toBeCloseTo(800 / 300, 3);
});

test('text wraps at its width: between words, after an underscore, inside a word at last', () => {
  expect(wrapText('one two  three', 1, textWidth('one two', 1))).toEqual(['one two', 'three']);
  expect(wrapText('aaaa_bbbb', 1, textWidth('aaaa_bb', 1))).toEqual(['aaaa_', 'bbbb']);
  expect(wrapText('iiii', 1, textWidth('ii', 1))).toEqual(['ii', 'ii']);
  expect(wrapText('width 90 nm', 1, textWidth('width 90', 1))).toEqual(['width', '90 nm']);
  expect(wrapText(' \n ', 1, 10)).toEqual([]);
});
