import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { fromFile } from 'geotiff';
import { describe, expect, test } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { drawFigure } from '../../src-core/figure/figure.js';
import type { FigureContent } from '../../src-core/figure/figure-content.js';
import { rasterizeFigure } from '../../src-main/engine/rasterize.js';
import { findTexts } from './svg-reading.js';
import { syntheticFigure } from './synthetic.js';

const root = fileURLToPath(new URL('../../../shared/truth/', import.meta.url));

interface TiffPage {
  readonly nx: number;
  readonly ny: number;
  readonly values: Float32Array;
}

async function readPage(path: string, page = 0): Promise<TiffPage> {
  const image = await (await fromFile(path)).getImage(page);
  const values = Float32Array.from(
    (await image.readRasters({ interleave: true })) as unknown as ArrayLike<number>,
  );
  return { nx: image.getWidth(), ny: image.getHeight(), values };
}

/** The figure of a test nucleus with its true λ; density as counts over 1000. */
async function truthFigure(name: string): Promise<FigureContent> {
  const lambda = await readPage(`${root}${name}/lambda_true.tif`);
  const [first, second] = [
    await readPage(`${root}${name}/image.ome.tif`),
    await readPage(`${root}${name}/image.ome.tif`, 1),
  ];
  const mask = Uint8Array.from((await readPage(`${root}${name}/mask.tif`)).values, (value) =>
    value > 0 ? 1 : 0,
  );
  return {
    ...syntheticFigure({ nx: 1, ny: 1 }),
    title: name,
    grid: makeGrid([1, lambda.ny, lambda.nx], [15, 15, 15]),
    mask,
    density: first.values.map((counts, i) => (counts + second.values[i] - 200) / 1000),
    rate: lambda.values,
    identifiable: mask,
  };
}

describe.each([
  ['01_ellipse_bumps_n02', '0.5', '3.5'],
  ['03_bean_patches_n02', '0.8', '2.2'],
])('%s', (name, low, high) => {
  const path = `${root}${name}/lambda_true.tif`;
  const missing = existsSync(path) ? '' : ` (skipped: ../shared/truth/${name}/lambda_true.tif is missing)`;
  test.skipIf(missing !== '')(
    `true λ is drawn with sensible limits and whole coverage${missing}`,
    async () => {
      const content = await truthFigure(name);
      const svg = drawFigure(content);
      const text = findTexts(svg).map((line) => line.text);
      expect(text).toEqual(expect.arrayContaining([low, high, '1 µm']));
      expect(text.join(' ')).not.toContain('not identifiable');
      const png = decode(rasterizeFigure(svg, { job: content.job }), { checkCrc: true });
      expect(png.width).toBe(2126);
    },
  );
});
