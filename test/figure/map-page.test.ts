import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { colormapNames, lookup } from '../../src-core/figure/colormap.js';
import { drawFigure } from '../../src-core/figure/figure.js';
import { drawMapPage, type MapPage } from '../../src-core/figure/map-page.js';
import { type MapPanel, type PicturePanel, rasterizeMap } from '../../src-core/figure/map-panel.js';
import { type PageLook, standardLook } from '../../src-core/figure/page-look.js';
import { checkRaster, mostPixels, rasterSize } from '../../src-core/figure/raster-size.js';
import { quietRun } from '../../src-core/run.js';
import { rasterizeFigure } from '../../src-main/engine/rasterize.js';
import { faults } from './page-faults.js';
import { findBoxes, findTexts, pageSize } from './svg-reading.js';
import { syntheticFigure } from './synthetic.js';

const words = (svg: string): string[] => findTexts(svg).map(({ text }) => text);

/** A map of a synthetic nucleus. */
function mapPanel(size: { nx: number; ny: number }, change: Partial<MapPanel> = {}): MapPanel {
  const { mask, rate, identifiable } = syntheticFigure(size);
  return {
    ...{ kind: 'map', heading: 'λ', label: 'λ = Γ_me/Γ_ac', unit: 'dimensionless' },
    ...{ colormap: 'viridis', limits: [0.6, 2.2], limitsFrom: 'values' },
    ...{ ...size, pixelX: 15, pixelY: 15, values: rate, mask, identifiable },
    ...{ nucleusOnly: true, hatch: true, outline: true },
    ...change,
  };
}

/** A raw channel: everything is shown, on dark. */
const rawPanel = (size: { nx: number; ny: number }): MapPanel =>
  mapPanel(size, {
    ...{ heading: 'H3K9me3', label: 'H3K9me3', unit: 'intensity as stored', colormap: 'grey' },
    ...{ nucleusOnly: false, identifiable: null },
  });

const disc = (width: number, height: number): Uint8Array =>
  Uint8Array.from({ length: 4 * width * height }, (_, k) => {
    const i = Math.floor(k / 4);
    const inside = Math.hypot((i % width) - width / 2, Math.floor(i / width) - height / 2) < width / 3;
    return k % 4 === 3 ? (inside ? 255 : 0) : 120;
  });

function picturePanel(width: number, height: number, pixelNm: number | null): PicturePanel {
  return {
    ...{ kind: 'picture', heading: 'λ', label: 'λ = Γ_me/Γ_ac', unit: 'dimensionless' },
    ...{ colormap: 'magma', limits: [0, 1], limitsFrom: 'hand', note: 'Seen from the left.', bar: true },
    ...{ width, height, data: disc(width, height), pixelNm },
  };
}

const page = (panels: MapPage['panels'], change: Partial<MapPage> = {}): MapPage => ({
  title: 'nucleus.ome.tif',
  panels,
  assumptions: ['L0 = √(D/Γ_ac) = 150 nm.'],
  warnings: ['The level of λ is not calibrated.'],
  job: '{"epiflux":"0"}',
  ...change,
});

const draw = async (content: MapPage, look: Partial<PageLook> = {}): Promise<string> =>
  (await drawMapPage(content, { ...standardLook, ...look }, quietRun)).svg;

describe('whatever is put on it', () => {
  const lengthy = `${'a_very_long_name_'.repeat(9)} that goes on. `;
  const size = fc.constantFrom(
    { nx: 8, ny: 64 },
    { nx: 32, ny: 64 },
    { nx: 48, ny: 48 },
    { nx: 84, ny: 40 },
    { nx: 128, ny: 6 },
  );
  const limits = fc.constantFrom(
    ...([
      [0.6, 2.2],
      [1.000001, 1.000002],
      [-5e-7, 3e-7],
      [0.613, 2.2139],
      [1e6, 7e6],
    ] as const),
  );
  const heading = fc.constantFrom('λ', lengthy, 'λ, plane 6 of 24', '細胞核');
  const panel = fc.oneof(
    fc
      .record({ size, limits, heading, hatch: fc.boolean() })
      .map(({ size: found, ...change }) => mapPanel(found, change)),
    size.map(rawPanel),
    fc
      .record({ width: fc.integer({ min: 4, max: 60 }), height: fc.integer({ min: 4, max: 60 }) })
      .map(({ width, height }) => picturePanel(width, height, 20)),
  );
  const look = fc
    .record({
      widthMm: fc.constantFrom(40, 60, 85, 120, 180, 400),
      fontPt: fc.constantFrom(5, 6, 7, 9, 14),
      showTitle: fc.boolean(),
      showCaption: fc.boolean(),
      letters: fc.boolean(),
    })
    .filter(({ widthMm, fontPt }) => widthMm >= (40 * fontPt) / 7);
  const facts = fc.record({
    title: fc.constantFrom('', 'nucleus.tif', lengthy),
    warnings: fc.constantFrom([], ['One.'], [lengthy, lengthy]),
  });

  test('nothing overlaps, nothing leaves the page, and the page has the width asked for', async () => {
    const panels = fc.array(panel, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(panels, look, facts, async (drawn, set, said) => {
        const svg = await draw(page(drawn, said), set);
        expect(faults(svg, { scale: set.fontPt / 7, smallest: 6 })).toEqual([]);
        expect(pageSize(svg).width).toBeCloseTo(set.widthMm, 3);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

test('every quantity has its unit, its limits and where they came from; maps have a scale bar of a round length', async () => {
  const svg = await draw(
    page([rawPanel({ nx: 64, ny: 48 }), mapPanel({ nx: 64, ny: 48 }, { limitsFrom: 'hand' })]),
  );
  const text = words(svg);
  expect(text).toEqual(expect.arrayContaining(['a', 'b', 'λ = Γ_me/Γ_ac (dimensionless)', 'H3K9me3']));
  expect(text).toContain('H3K9me3 (intensity as stored)');
  expect(text.filter((line) => line === '200 nm')).toHaveLength(2);
  const all = text.join(' ');
  expect(all).toMatch(/Colours of b \(viridis\) run from 0\.6 to 2\.2; no pixel shown lies beyond/);
  expect(all).toContain('Colour limits of a: taken from the values');
  expect(all).toContain('Colour limits of b: set by hand.');
  expect(all).toContain('960 nm × 720 nm, pixel 15 nm');
  expect(all).toMatch(/not identifiable \([\d.]+ % of what is shown\)/);
});

test('each pixel has the colour of its value on the screen, what is unknown is hatched, what is outside clear', async () => {
  const panel = mapPanel({ nx: 40, ny: 30 });
  const svg = await draw(page([panel]));
  const [found] = [...svg.matchAll(/data:image\/png;base64,([^"]+)"/g)];
  const { data } = decode(Buffer.from(found[1], 'base64'), { checkCrc: true });
  panel.values.forEach((value, i) => {
    const known = panel.mask?.[i] === 1 && panel.identifiable?.[i] === 1;
    const wanted = known ? [...lookup('viridis', value, panel.limits), 255] : [0, 0, 0, 0];
    expect([...data.subarray(4 * i, 4 * i + 4)]).toEqual(wanted);
  });
  expect(svg).toContain('url(#not-identifiable)');
  const plain = await draw(page([{ ...panel, hatch: false, outline: false }]));
  expect(plain).not.toContain('url(#not-identifiable)');
  expect(plain).not.toContain('stroke-linejoin');
});

test('parts of the page can be left out; the plane of a stack is said all the same', async () => {
  const panel = mapPanel({ nx: 40, ny: 30 }, { heading: 'λ, plane 6 of 24' });
  const bare = { showTitle: false, showCaption: false, letters: false };
  const text = words(await draw(page([panel]), bare));
  expect(text).toContain('λ, plane 6 of 24');
  expect(text.join(' ')).not.toMatch(/nucleus\.ome|What was assumed|How to read/);
  const single = words(await draw(page([mapPanel({ nx: 40, ny: 30 })]), bare));
  expect(single).not.toContain('λ');
  expect(await draw(page([panel]), { background: 'transparent' })).not.toMatch(
    /<rect x="0" y="0" width="180"/,
  );
});

test('text grows with its size, the page does not', async () => {
  const content = page([mapPanel({ nx: 40, ny: 30 })]);
  const [small, large] = [
    await draw(content, { widthMm: 85 }),
    await draw(content, { widthMm: 85, fontPt: 10.5 }),
  ];
  expect(pageSize(large).width).toBe(85);
  expect(/viewBox="0 0 ([\d.]+) /.exec(large)?.[1]).toBe(String(Math.round((85 / 1.5) * 1000) / 1000));
  expect(words(large)).toContain('λ = Γ_me/Γ_ac (dimensionless)');
  expect(drawFigure(syntheticFigure({ nx: 12, ny: 9 }), { fontPt: 14 })).toContain('width="180mm"');
  expect(small).not.toBe(large);
});

test('the outline is not drawn along the border of a part', async () => {
  const whole = mapPanel({ nx: 40, ny: 30 }, { mask: new Uint8Array(1200).fill(1) });
  expect(await draw(page([whole]))).not.toContain('stroke-linejoin');
  const half = mapPanel(
    { nx: 40, ny: 30 },
    { mask: Uint8Array.from({ length: 1200 }, (_, i) => (i % 40 < 20 ? 1 : 0)) },
  );
  const line = /d="([^"]*)" fill="none" stroke-linejoin/.exec(await draw(page([half])))?.[1];
  expect(line).toMatch(/^M[\d.]+ [\d.]+V[\d.]+$/);
});

test('a picture keeps its pixels, has a scale bar only without perspective, and a colour bar if it has one scale', async () => {
  const svg = await draw(page([picturePanel(30, 20, null), picturePanel(30, 20, 10)]));
  const [picture] = findBoxes(svg, 'image');
  expect(picture.width / picture.height).toBeCloseTo(1.5, 2);
  expect(words(svg).filter((line) => line === '50 nm')).toHaveLength(1);
  expect(words(svg).filter((line) => line === 'Seen from the left.')).toHaveLength(2);
  const overlay = words(await draw(page([{ ...picturePanel(30, 20, null), bar: false }])));
  expect(overlay.join(' ')).not.toContain('dimensionless');
});

test('a finer map than print shows is binned: means of what is known', () => {
  const [nx, ny] = [4100, 2];
  const values = Float32Array.from({ length: nx * ny }, (_, i) => (i % nx < 3 ? i % nx : NaN));
  const raster = rasterizeMap(
    mapPanel({ nx, ny }, { values, mask: null, identifiable: null, nucleusOnly: false }),
  );
  expect([raster.binning, raster.nx, raster.ny]).toEqual([3, 1367, 1]);
  expect([raster.values[0], raster.shown[0], raster.shown[1], raster.missing[1]]).toEqual([1, 1, 0, 1]);
});

test('the same page gives the same text and leaves its content alone', async () => {
  const content = page([mapPanel({ nx: 40, ny: 30 }), picturePanel(20, 20, 5)]);
  const copy = structuredClone(content);
  expect(await draw(content)).toBe(await draw(copy));
  expect(content).toEqual(copy);
});

test('a transparent page has no ground as PNG', async () => {
  const svg = await draw(page([mapPanel({ nx: 40, ny: 30 })]), { background: 'transparent' });
  const corner = (background: 'white' | 'transparent'): number => {
    const png = decode(rasterizeFigure(svg, { job: '{}', dpi: 72, background }));
    return png.channels === 4 ? png.data[3] : 255;
  };
  expect([corner('white'), corner('transparent')]).toEqual([255, 0]);
});

describe('what cannot be drawn is refused', () => {
  const one = mapPanel({ nx: 20, ny: 16 });
  test.each<[string, MapPage, Partial<PageLook>, RegExp]>([
    ['no panel', page([]), {}, /has 0 panels/],
    ['five panels', page([one, one, one, one, one]), {}, /has 5 panels/],
    ['values missing', page([{ ...one, values: new Float32Array(3) }]), {}, /λ has 3 values.*320/],
    ['bytes missing', page([{ ...picturePanel(4, 4, null), data: new Uint8Array(3) }]), {}, /3 bytes.*64/],
    ['a pixel of no size', page([{ ...one, pixelX: 0 }]), {}, /pixel size is 0 × 15/],
    ['limits the wrong way', page([{ ...one, limits: [2, 1] }]), {}, /2 to 1/],
    [
      'a colour map that is none',
      page([{ ...one, colormap: 'no-map' as 'grey' }]),
      {},
      /no colour map "no-map"/,
    ],
    ['a page too narrow', page([one]), { widthMm: 12 }, /width is 12 mm/],
    [
      'a page too narrow for its text',
      page([one]),
      { widthMm: 60, fontPt: 14 },
      /too narrow for text of 14 pt/,
    ],
    ['text too small', page([one]), { fontPt: 2 }, /Text size is 2 pt/],
  ])('%s', async (_, content, look, message) => {
    await expect(draw(content, look)).rejects.toThrow(message);
    await expect(draw(content, look)).rejects.toThrow(CoreError);
  });

  test('more pixels than can be drawn, with a resolution that can', () => {
    expect(() => {
      checkRaster(180, 240, 600);
    }).not.toThrow();
    let dpi = 0;
    try {
      checkRaster(1000, 1000, 1200);
    } catch (error) {
      expect(error).toMatchObject({
        tag: 'memory',
        message: expect.stringContaining('megapixels') as string,
      });
      dpi = Number(/Use (\d+) dpi/.exec((error as CoreError).hint ?? '')?.[1]);
    }
    const { width, height } = rasterSize(1000, 1000, dpi);
    expect(width * height).toBeLessThanOrEqual(mostPixels);
    expect(dpi).toBeGreaterThan(200);
  });
});

test('every colour map has its bar', async () => {
  for (const colormap of colormapNames) {
    const svg = await draw(page([mapPanel({ nx: 20, ny: 16 }, { colormap })]));
    expect(findBoxes(svg, 'image')).toHaveLength(2);
  }
});

test('a map that misleads says so among the warnings', async () => {
  const jet = words(await draw(page([mapPanel({ nx: 20, ny: 16 }, { colormap: 'jet' })]))).join(' ');
  expect(jet).toContain('The colour map jet is not ordered by lightness');
  const other = words(await draw(page([mapPanel({ nx: 20, ny: 16 }, { colormap: 'batlow-inverted' })])));
  expect(other.join(' ')).not.toContain('not ordered by lightness');
  expect(other.join(' ')).toContain('(batlow-inverted)');
});
