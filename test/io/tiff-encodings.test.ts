import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { OpenImage } from '../../src-core/io/image.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import { pythonWithTifffile } from './python.js';
import { itWith, sharedFolder, sharedPath, sharedSource } from './shared-files.js';

const folder = 'data/tiff-encodings';

async function open(name: string): Promise<OpenImage> {
  return await openImage(sharedSource(name), quietRun);
}

/** Every plane of a file: time points, of each the sections, of each the channels. */
async function allPlanes(name: string): Promise<Float32Array[]> {
  const image = await open(name);
  const { frames, planes, channels } = image.metadata;
  const found: Float32Array[] = [];
  for (let frame = 0; frame < frames; frame++)
    for (let z = 0; z < planes; z++)
      for (let channel = 0; channel < channels; channel++)
        found.push(await image.readPlane({ z, channel, frame }, quietRun));
  return found;
}

function sequence(value: (i: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, i) => value(i));
}

describe('files of a known sequence, pixel for pixel', () => {
  const names = [
    ...['1c-12b-47c39b31', '1c-16b-bigendian-68f373a0', '1c-16b-deflate-68f373a0', '1c-16b-tiled-68f373a0'],
    ...[
      '1c-8b-bigendian-20f3db0c',
      '1c-8b-bigtiff-20f3db0c',
      '1c-8b-lzw-20f3db0c',
      '1c-8b-lzw-hpredict-20f3db0c',
    ],
    ...['1c-8b-packbits-20f3db0c', '1c-8b-tiled-lzw-20f3db0c'],
  ];
  for (const name of names)
    itWith(`${folder}/seq-${name}.tiff`, `${name} counts from 0 to 255`, async () => {
      expect(await allPlanes(`${folder}/seq-${name}.tiff`)).toEqual([sequence((i) => i)]);
    });

  for (const name of ['1c-32f-390fe673', '1c-64f-afa8560e'])
    itWith(`${folder}/seq-${name}.tiff`, `${name} goes from 0 to 1`, async () => {
      expect(await allPlanes(`${folder}/seq-${name}.tiff`)).toEqual([sequence((i) => Math.fround(i / 255))]);
    });

  itWith(`${folder}/seq-1c-i32-99fddec2.tiff`, 'int32 goes from -128 to 127', async () => {
    expect(await allPlanes(`${folder}/seq-1c-i32-99fddec2.tiff`)).toEqual([sequence((i) => i - 128)]);
  });

  itWith(`${folder}/seq-1c-8b-multipage-adeefdcc.tiff`, 'three images, each begun 50 later', async () => {
    const expected = [0, 1, 2].map((page) => sequence((i) => (i + 50 * page) % 256));
    expect(await allPlanes(`${folder}/seq-1c-8b-multipage-adeefdcc.tiff`)).toEqual(expected);
  });
});

/** The largest difference between three planes and the picture with its values times `scale`. */
function farthest(planes: readonly Float32Array[], picture: readonly Float32Array[], scale = 1): number {
  let most = 0;
  picture.forEach((plane, channel) => {
    plane.forEach((value, i) => (most = Math.max(most, Math.abs(planes[channel][i] - value * scale))));
  });
  return most;
}

/** The colours of a palette (tag 320) of a little-endian file, by index. */
function paletteOf(name: string): number[][] {
  const view = new DataView(new Uint8Array(readFileSync(sharedPath(name))).buffer);
  const start = view.getUint32(4, true);
  for (let at = start + 2; at < start + 2 + 12 * view.getUint16(start, true); at += 12) {
    if (view.getUint16(at, true) !== 320) continue;
    const [count, offset] = [view.getUint32(at + 4, true) / 3, view.getUint32(at + 8, true)];
    return Array.from({ length: count }, (_, i) =>
      [0, 1, 2].map((color) => view.getUint16(offset + 2 * (color * count + i), true)),
    );
  }
  return [];
}

describe('one picture in many encodings', () => {
  const base = `${folder}/shapes_uncompressed.tif`;
  const exact = ['deflate', 'lzw', 'lzw_planar', 'lzw_tiled', 'zstd', 'multi_size'];
  for (const name of exact)
    itWith(`${folder}/shapes_${name}.tif`, `shapes_${name} is the picture, pixel for pixel`, async () => {
      const [planes, picture] = [await allPlanes(`${folder}/shapes_${name}.tif`), await allPlanes(base)];
      expect(planes).toEqual(picture);
    });

  itWith(`${folder}/shapes_lzw_12bps.tif`, '12 bits: the picture times 4095/255', async () => {
    const planes = await allPlanes(`${folder}/shapes_lzw_12bps.tif`);
    expect(farthest(planes, await allPlanes(base), 4095 / 255)).toBeLessThan(2);
  });

  for (const [name, channels] of [
    ['lzw_predictor3', 3],
    ['hyper', 7],
  ] as const)
    itWith(`${folder}/shapes_${name}.tif`, `shapes_${name}: the picture over 255`, async () => {
      const planes = await allPlanes(`${folder}/shapes_${name}.tif`);
      expect(planes).toHaveLength(channels);
      expect(farthest(planes, await allPlanes(base), 1 / 255)).toBeLessThan(1e-6);
    });

  itWith(`${folder}/shapes_jpg.tif`, 'JPEG: the picture to one step', async () => {
    expect(farthest(await allPlanes(`${folder}/shapes_jpg.tif`), await allPlanes(base))).toBeLessThanOrEqual(
      1,
    );
  });

  itWith(
    `${folder}/shapes_lzw_palette.tif`,
    'a palette: indices, whose colours make up the picture',
    async () => {
      const name = `${folder}/shapes_lzw_palette.tif`;
      const [indices] = await allPlanes(name);
      const [colors, picture] = [paletteOf(name), await allPlanes(base)];
      expect((await open(name)).metadata.warnings.join(' ')).toMatch(/palette/);
      picture.forEach((plane, color) => {
        const shown = indices.map((index) => colors[index][color] / 257);
        // The picture was reduced to these colours by dithering.
        const off = plane.filter((value, i) => Math.abs(value - shown[i]) > 32).length;
        expect(off / plane.length).toBeLessThan(0.05);
        const mean = (values: Float32Array): number =>
          values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(Math.abs(mean(shown) - mean(plane))).toBeLessThan(2);
      });
    },
  );

  itWith(
    `${folder}/shapes_multi_color.tif`,
    'images of different kinds: those that are like the first',
    async () => {
      const name = `${folder}/shapes_multi_color.tif`;
      const picture = await allPlanes(base);
      const planes = await allPlanes(name);
      const scales = [1, 1, 4095 / 255, 1];
      scales.forEach((scale, z) => {
        expect([z, farthest(planes.slice(3 * z, 3 * z + 3), picture, scale)]).toEqual([
          z,
          expect.toSatisfy((off: number) => off < 2),
        ]);
      });
      expect((await open(name)).metadata.warnings.join(' ')).toMatch(/1 of the 5 images .* left out/);
    },
  );
});

describe('as tifffile reads them', () => {
  const command = pythonWithTifffile();
  const script = fileURLToPath(new URL('tifffile-planes.py', import.meta.url));
  const files = ['data/images', folder, 'data/wrong-kind']
    .flatMap(sharedFolder)
    .filter((name) => /tiff?$/.test(name) && !name.includes('lzma'));
  const without = command === undefined ? ' (needs python3 with tifffile)' : ' (missing data/images)';
  const isReady = command !== undefined && files.length > 0;
  it.skipIf(!isReady)(
    `every plane that tifffile can decode is the same${isReady ? '' : without}`,
    async () => {
      const output = execFileSync(command ?? '', [script, ...files.map(sharedPath)], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const known = JSON.parse(output.toString()) as Record<string, (string[] | null)[] | null>;
      const compared: string[] = [];
      for (const name of files) {
        const pages = known[name.split('/').at(-1) ?? ''];
        const first = pages?.[0];
        if (!pages || !first || pages.includes(null)) continue;
        const planes = await allPlanes(name);
        const own = planes.map((plane) =>
          createHash('sha256').update(new Uint8Array(plane.buffer)).digest('hex'),
        );
        expect([name, own]).toEqual([name, pages.flat().slice(0, own.length)]);
        compared.push(name);
      }
      expect(compared.length).toBeGreaterThan(15);
    },
  );
});
