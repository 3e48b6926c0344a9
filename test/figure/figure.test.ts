import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { drawFigure } from '../../src-core/figure/figure.js';
import { lookup } from '../../src-core/figure/colormap.js';
import { middlePlane } from '../../src-core/figure/plane.js';
import { rasterizeFigure } from '../../src-main/engine/rasterize.js';
import { findBoxes, findTexts, pageSize, unescapeXml } from './svg-reading.js';
import { syntheticFigure } from './synthetic.js';

const words = (svg: string): string[] => findTexts(svg).map(({ text }) => text);

/** The n-th embedded picture. */
function pictureIn(svg: string, n: number) {
  const found = [...svg.matchAll(/data:image\/png;base64,([^"]+)"/g)][n];
  return decode(Buffer.from(found[1], 'base64'), { checkCrc: true });
}

/** Red, green, blue at a place in mm. */
function colorAt(png: ReturnType<typeof decode>, [x, y]: readonly number[]): number[] {
  const at = Math.floor((y * 300) / 25.4) * png.width + Math.floor((x * 300) / 25.4);
  return [...png.data.subarray(png.channels * at, png.channels * at + 3)];
}

describe('a usual figure', () => {
  const content = syntheticFigure({ nx: 64, ny: 48 });
  const svg = drawFigure(content);

  test('names quantities with units, the length of its scale bars, panels and what is hatched', () => {
    const text = words(svg);
    expect(text).toContain('λ = Γ_me/Γ_ac (dimensionless)');
    expect(text).toContain('φ_h + φ_e (volume fraction)');
    expect(text.filter((line) => line === '200 nm')).toHaveLength(2);
    expect(text).toEqual(expect.arrayContaining(['a', 'b', 'What was assumed', 'Warnings']));
    expect(text.join(' ')).toMatch(/not identifiable \([\d.]+ % of the nucleus\)/);
    expect(text.join(' ')).toContain('no heterochromatin fraction was given.');
  });

  test('holds its job, a title and a description', () => {
    const job = /<metadata id="epiflux-job">(.*?)<\/metadata>/.exec(svg)?.[1] ?? '';
    expect(job).toMatch(/^[ -~]+$/);
    expect(JSON.parse(unescapeXml(job))).toEqual(JSON.parse(content.job));
    expect(svg).toContain('<title id="epiflux-title">nucleus.ome.tif</title>');
    expect(svg).toMatch(/<desc [^>]*>Two panels\. a: measured chromatin density\. b: map of λ/);
  });

  test('paints each identifiable voxel in the colour of its rate and leaves all others clear', () => {
    const picture = pictureIn(svg, 1);
    expect([picture.width, picture.height, picture.channels]).toEqual([64, 48, 4]);
    const limits = [0.6, 2.2] as const;
    expect(words(svg).join(' ')).toContain('Colours of b run from 0.6 to 2.2');
    content.rate.forEach((rate, i) => {
      const pixel = [...picture.data.subarray(4 * i, 4 * i + 4)];
      const shown = content.identifiable[i] === 1;
      expect(pixel).toEqual(shown ? [...lookup('viridis', rate, limits), 255] : [0, 0, 0, 0]);
    });
  });

  test('does not depend on anything but its content, which it leaves alone', () => {
    const again = syntheticFigure({ nx: 64, ny: 48 });
    expect(drawFigure(again)).toBe(svg);
    expect(again).toEqual(content);
    expect(rasterizeFigure(svg, { job: content.job })).toEqual(rasterizeFigure(svg, { job: content.job }));
  });
});

describe('as PNG', () => {
  const content = syntheticFigure({ nx: 4, ny: 4 });
  const checkered = {
    ...content,
    mask: new Uint8Array(16).fill(1),
    identifiable: Uint8Array.from({ length: 16 }, (_, i) => (i === 5 ? 0 : 1)),
    rate: Float32Array.from({ length: 16 }, (_, i) => (i + (i >> 2)) % 2),
    limits: [0, 1] as const,
  };
  const svg = drawFigure(checkered);
  const png = decode(rasterizeFigure(svg, { job: checkered.job }), { checkCrc: true });

  test('it is 300 dpi with the physical size, and carries the job', () => {
    expect(png.resolution).toEqual({ x: 11811, y: 11811, unit: 1 });
    expect(png.width).toBe(Math.round((180 / 25.4) * 300));
    expect(Math.abs(png.height - (pageSize(svg).height / 25.4) * 300)).toBeLessThanOrEqual(1);
    expect(JSON.parse(png.text['epiflux-job'])).toEqual(JSON.parse(checkered.job));
  });

  test('voxels are not smoothed, and what is not identifiable has no colour of the map', () => {
    const [, picture] = findBoxes(svg, 'image');
    const low = [...lookup('viridis', 0, [0, 1])];
    const high = [...lookup('viridis', 1, [0, 1])];
    for (const [ix, iy] of [
      [2, 1],
      [3, 1],
      [3, 0],
    ]) {
      for (const inset of [0.04, 0.5, 0.96]) {
        const place = [
          picture.x + ((ix + inset) / 4) * picture.width,
          picture.y + ((iy + 0.5) / 4) * picture.height,
        ];
        expect(colorAt(png, place)).toEqual((ix + iy) % 2 === 0 ? low : high);
      }
    }
    const hatched = Array.from({ length: 40 }, (_, k) =>
      colorAt(png, [
        picture.x + ((1.1 + k / 50) / 4) * picture.width,
        picture.y + (1.5 / 4) * picture.height,
      ]),
    );
    for (const [red, green, blue] of hatched)
      expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBe(0);
    expect(new Set(hatched.map(String)).size).toBeGreaterThan(2);
  });

  test('text is drawn with the fonts of the package', () => {
    const blank = decode(rasterizeFigure(svg.replace(/<text.*?<\/text>/g, ''), { job: '{}' }));
    let differing = 0;
    for (let i = 0; i < png.data.length; i++) if (png.data[i] !== blank.data[i]) differing++;
    expect(differing).toBeGreaterThan(20_000);
  });
});

test('a 256 × 256 map takes under 300 ms of processor time, SVG and PNG together', () => {
  const content = syntheticFigure({ nx: 256, ny: 256 });
  const times = Array.from({ length: 6 }, () => {
    const start = process.cpuUsage();
    rasterizeFigure(drawFigure(content), { job: content.job });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  expect(Math.min(...times)).toBeLessThan(300);
});

test.each([
  ['no voxel is identifiable', { identifiable: new Uint8Array(64 * 48) }],
  ['every rate is NaN', { rate: new Float32Array(64 * 48).fill(Number.NaN) }],
])('says so where %s, without a colour bar', (_, change) => {
  const content = syntheticFigure({ nx: 64, ny: 48 });
  const text = words(drawFigure({ ...content, ...change }));
  expect(text).toContain('nothing identifiable');
  expect(text).toContain('not identifiable (100 % of the nucleus)');
  expect(text.join(' ')).toContain('Nothing is identifiable: panel b shows no rate');
  expect(text.join(' ')).not.toContain('dimensionless');
});

test('an empty mask is said to be one, and the density is drawn all the same', () => {
  const content = { ...syntheticFigure({ nx: 20, ny: 20 }), mask: new Uint8Array(400) };
  const svg = drawFigure(content);
  expect(words(svg).join(' ')).toContain('The mask is empty');
  expect(words(svg).join(' ')).toContain('percentile of all voxels');
  expect(findBoxes(svg, 'image')).toHaveLength(2);
  expect(svg).not.toContain('stroke-linejoin');
  const blank = drawFigure({ ...content, density: new Float32Array(400).fill(Number.NaN) });
  expect(words(blank).join(' ')).toContain('Panel a has no measured value');
  expect(findBoxes(blank, 'image')).toHaveLength(0);
});

test('a mask of one pixel has an outline, a colour and no hatching', () => {
  const content = syntheticFigure({ nx: 20, ny: 20 });
  const mask = new Uint8Array(400);
  mask[210] = 1;
  const svg = drawFigure({ ...content, mask, identifiable: mask });
  const { data } = pictureIn(svg, 1);
  expect([...data].filter((_, i) => i % 4 === 3 && data[i] === 255)).toHaveLength(1);
  expect(svg.match(/stroke-linejoin/g)).toHaveLength(3);
  expect(svg).not.toContain('url(#not-identifiable)');
});

test('of a stack the middle plane of the nucleus is shown and named', () => {
  const content = syntheticFigure({ nx: 20, ny: 16, nz: 9 });
  content.mask.fill(0, 0, 3 * 320);
  expect(middlePlane(content.mask, content.grid)).toBe(5);
  content.rate.fill(1.9, 5 * 320, 6 * 320);
  const svg = drawFigure({ ...content, limits: [0, 2] });
  expect(words(svg).join(' ')).toContain('plane 6 of 9, the middle one of the nucleus');
  const { data } = pictureIn(svg, 1);
  const colors = new Set<string>();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] === 255) colors.add(String([...data.subarray(i, i + 3)]));
  expect([...colors]).toEqual([String(lookup('viridis', 1.9, [0, 2]))]);
});

test('clipped values are said and the bar has pointed ends in the end colours', () => {
  const svg = drawFigure({ ...syntheticFigure({ nx: 64, ny: 48 }), limits: [1, 1.5], colormap: 'magma' });
  expect(words(svg).join(' ')).toMatch(/run from 1 to 1\.5, as given; [\d.]+ % lie below and [\d.]+ % above/);
  expect(svg).toContain('fill="#000004"');
  expect(svg).toContain('fill="#fcfdbf"');
});

test('a rate in 1/s has its power of ten beside the unit', () => {
  const content = syntheticFigure({ nx: 64, ny: 48 });
  const rate = content.rate.map((value) => value * 2e-5);
  expect(words(drawFigure({ ...content, rate, rateLabel: 'Γ_me', rateUnit: '1/s' }))).toContain(
    'Γ_me (10⁻⁵ × 1/s)',
  );
});

test('a map finer than print is shown as means, and says so', () => {
  const svg = drawFigure(syntheticFigure({ nx: 1500, ny: 300 }));
  expect(pictureIn(svg, 1)).toMatchObject({ width: 750, height: 150 });
  expect(words(svg).join(' ')).toContain('means over 2 × 2 voxels');
});

test('markup and control characters in names do no harm', () => {
  const svg = drawFigure({ ...syntheticFigure({ nx: 20, ny: 16 }), title: 'a<b>&"c"\u0001\ud800.tif' });
  expect(svg).toContain('a&lt;b&gt;&amp;&quot;c&quot;\ufffd\ufffd.tif');
  expect(rasterizeFigure(svg, { job: '{}', dpi: 72 }).length).toBeGreaterThan(1000);
});

test.each([
  ['a field of another length', { rate: new Float32Array(3) }, /rate has 3 values, the grid 320/],
  ['limits the wrong way round', { limits: [2, 1] as const }, /Colour limits are 2 to 1/],
  ['a colour map that does not exist', { colormap: 'turbo' as 'grey' }, /no colour map "turbo"/],
])('refuses %s', (_, change, message) => {
  const draw = (): string => drawFigure({ ...syntheticFigure({ nx: 20, ny: 16 }), ...change });
  expect(draw).toThrow(message);
  expect(draw).toThrow(CoreError);
});

test('a small figure looks as it did', async () => {
  const svg = drawFigure(syntheticFigure({ nx: 12, ny: 9 }));
  await expect(svg).toMatchFileSnapshot('small.snapshot.svg');
});

test('a figure in jet warns of it; one in an inverted map does not, and has the colours of that map', () => {
  const content = syntheticFigure({ nx: 64, ny: 48 });
  expect(drawFigure({ ...content, colormap: 'jet' })).toContain('jet is not');
  const inverted = drawFigure({ ...content, limits: [1, 1.5], colormap: 'magma-inverted' });
  expect(inverted).not.toContain('jet');
  expect(inverted).not.toBe(drawFigure({ ...content, limits: [1, 1.5], colormap: 'magma' }));
});
