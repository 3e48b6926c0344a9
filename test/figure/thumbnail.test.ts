import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { lookup } from '../../src-core/figure/colormap.js';
import { commonLimits, drawThumbnail } from '../../src-core/figure/thumbnail.js';

/** A 12 × 8 map whose λ is the column, inside a box of rows 2-5 and columns 3-10. */
function content(part: { unknown?: (ix: number, iy: number) => boolean } = {}) {
  const [nx, ny] = [12, 8];
  const mask = Uint8Array.from({ length: nx * ny }, (_, i) => {
    const [iy, ix] = [Math.floor(i / nx), i % nx];
    return iy >= 2 && iy <= 5 && ix >= 3 && ix <= 10 ? 1 : 0;
  });
  const rate = Float32Array.from(mask, (inside, i) =>
    inside === 0 || part.unknown?.(i % nx, Math.floor(i / nx)) === true ? Number.NaN : i % nx,
  );
  return { nx, ny, mask, rate, size: 100, limits: [0, 12] as const };
}

const pixel = ({ data, channels, width }: ReturnType<typeof decode>, x: number, y: number): number[] => [
  ...data.slice(channels * (y * width + x), channels * (y * width + x) + channels),
];

describe('a thumbnail', () => {
  it('is the box of the nucleus in the colours of its values', () => {
    const image = decode(drawThumbnail(content()));
    expect([image.width, image.height]).toEqual([8, 4]);
    expect(pixel(image, 0, 0).slice(0, 3)).toEqual([...lookup('viridis', 3, [0, 12])]);
    expect(pixel(image, 7, 3).slice(0, 3)).toEqual([...lookup('viridis', 10, [0, 12])]);
  });

  it('is made of means where it is smaller than the map', () => {
    const image = decode(drawThumbnail({ ...content(), size: 4 }));
    expect([image.width, image.height]).toEqual([4, 2]);
    expect(pixel(image, 0, 0).slice(0, 3)).toEqual([...lookup('viridis', 3.5, [0, 12])]);
  });

  it('hatches what is not identifiable and is clear outside', () => {
    const unknown = content({ unknown: (ix) => ix === 3 });
    unknown.mask[2 * 12 + 10] = 0;
    const image = decode(drawThumbnail(unknown));
    const greys = [0, 1, 2, 3].map((y) => pixel(image, 0, y));
    for (const [red, green, blue] of greys) expect([green, blue]).toEqual([red, red]);
    expect(new Set(greys.map(([red]) => red)).size).toBe(2);
    expect(pixel(image, 7, 0)[3]).toBe(0);
  });

  it('has the same bytes again and leaves its content alone', () => {
    const given = content();
    const before = given.rate.slice();
    expect(drawThumbnail(given)).toEqual(drawThumbnail(content()));
    expect(given.rate).toEqual(before);
  });

  it('of an empty mask, and of a map without a value, is drawn', () => {
    const empty = { ...content(), mask: new Uint8Array(96) };
    expect(decode(drawThumbnail(empty)).width).toBe(12);
    const { limits, ...open } = content({ unknown: () => true });
    expect(limits).toHaveLength(2);
    expect(decode(drawThumbnail(open)).width).toBe(8);
  });
});

describe('limits for many maps', () => {
  it('hold all of them, rounded outward, but one that is far off', () => {
    const usual = [
      [0.8, 2],
      [0.9, 2.1],
      [0.85, 1.9],
      [0.95, 2.05],
    ] as const;
    const [low, high] = commonLimits(usual) ?? [Number.NaN, Number.NaN];
    expect(low).toBeLessThanOrEqual(0.8);
    expect(high).toBeGreaterThanOrEqual(2.1);
    expect(commonLimits([...usual, [-3, 40]])).toEqual([low, high]);
  });

  it('hold two groups that differ', () => {
    const groups = [0.9, 1, 1.1, 2.9, 3, 3.1].map((middle) => [middle - 0.5, middle + 0.5] as const);
    const [low, high] = commonLimits(groups) ?? [Number.NaN, Number.NaN];
    expect(low).toBeLessThanOrEqual(0.4);
    expect(high).toBeGreaterThanOrEqual(3.6);
  });

  it('are none for no map, and never empty', () => {
    expect(commonLimits([])).toBeUndefined();
    expect(commonLimits([[Number.NaN, 1]])).toBeUndefined();
    const [low, high] = commonLimits([[1, 1]]) ?? [0, 0];
    expect(high).toBeGreaterThan(low);
  });
});
