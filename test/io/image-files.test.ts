import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import type { OpenImage } from '../../src-core/io/image.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import { itWith, sharedFolder, sharedPath, sharedSource } from './shared-files.js';

async function open(name: string): Promise<OpenImage> {
  return await openImage(sharedSource(name), quietRun);
}

async function plane(image: OpenImage, z: number, channel: number, frame = 0): Promise<Float32Array> {
  return await image.readPlane({ z, channel, frame }, quietRun);
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}

describe('truth images (sums and pixels taken with tifffile)', () => {
  const flat = 'truth/01_ellipse_bumps_n02/image.ome.tif';
  itWith(flat, 'reads two channels with their names and 15 nm pixels', async () => {
    const image = await open(flat);
    expect(image.metadata).toMatchObject({
      format: 'OME-TIFF',
      width: 256,
      height: 256,
      planes: 1,
      channels: 2,
      frames: 1,
      sampleType: 'uint16',
      channelNames: ['heterochromatin', 'euchromatin'],
      pixelSize: { x: 15, y: 15 },
      warnings: [],
    });
    const [first, second] = [await plane(image, 0, 0), await plane(image, 0, 1)];
    expect([sum(first), sum(second)]).toEqual([97899384, 69218842]);
    expect([first[128 * 256 + 100], second[90 * 256 + 140]]).toEqual([1715, 2030]);
  });

  const stack = 'truth/10_zstack_bumps_n05/image.ome.tif';
  itWith(stack, 'reads z and c of a compressed stack in order, 40 nm apart', async () => {
    const image = await open(stack);
    expect(image.metadata).toMatchObject({
      planes: 24,
      channels: 2,
      pixelSize: { x: 15, y: 15, z: 40 },
      warnings: [],
    });
    const [a, b, c] = [await plane(image, 7, 0), await plane(image, 7, 1), await plane(image, 23, 0)];
    expect([sum(a), sum(b)]).toEqual([3784450, 2434723]);
    expect([a[48 * 96 + 40], b[48 * 96 + 40], c[30 * 96 + 50]]).toEqual([1254, 513, 103]);
  });

  const mask = 'truth/10_zstack_bumps_n05/mask.tif';
  itWith(mask, 'takes a plain stack as z sections and says so', async () => {
    const image = await open(mask);
    expect(image.metadata.planes).toBe(24);
    expect(image.metadata.warnings.join(' ')).toMatch(/24 images.*z sections/);
    const sums = [];
    for (const z of [0, 1, 2, 11]) sums.push(sum(await plane(image, z, 0)));
    expect(sums).toEqual([0, 14790, 246330, 1302540]);
  });

  const lambda = 'truth/01_ellipse_bumps_n02/lambda_true.tif';
  itWith(lambda, 'keeps NaN in float32', async () => {
    const values = await plane(await open(lambda), 0, 0);
    expect(values.filter(Number.isNaN).length).toBe(34658);
    expect(values[128 * 256 + 100]).toBeCloseTo(0.9658269, 7);
  });
});

describe('images made by others', () => {
  const expected: Record<string, { match: object; sums: number[] }> = {
    '1-162hrhoe2.tif': {
      match: { width: 1200, height: 1000, sampleType: 'uint16', pixelSize: {} },
      sums: [551636230],
    },
    '4D-series.ome.tif': {
      match: { planes: 5, frames: 7, channels: 1, sampleType: 'int8', pixelSize: {} },
      sums: [3470899],
    },
    'DrosophilaEmbryo_GFPHistone_0000.tif': {
      match: { channels: 3, channelNames: ['red', 'green', 'blue'], pixelSize: {} },
      sums: [347890, 4981313, 2888212],
    },
    'HDFa_EdU-incubation-18h_ROI9_DNA_AlexaFluor594_20nm-px.tiff': {
      match: { width: 2588, pixelSize: {} },
      sums: [8678141],
    },
    'HDFa_EdU-incubation-18h_ROI9_nucleus-mask_20nm-pixelsize.tiff': {
      match: { pixelSize: {} },
      sums: [161590950],
    },
    'IXMtest_A02_s9.tif': {
      match: { format: 'ImageJ TIFF', channels: 3, planes: 1 },
      sums: [51840778, 78651621, 72992341],
    },
    'MetamorphImage.tif': { match: { width: 696, pixelSize: {} }, sums: [135784071] },
    'img2d.tif': {
      match: { width: 512, sampleType: 'uint16', pixelSize: {}, warnings: [] },
      sums: [8331268],
    },
  };
  for (const [name, { match, sums }] of Object.entries(expected))
    itWith(`data/images/${name}`, `reads ${name} as tifffile does`, async () => {
      const image = await open(`data/images/${name}`);
      expect(image.metadata).toMatchObject(match);
      const found = [];
      for (let c = 0; c < sums.length; c++) found.push(sum(await plane(image, 0, c)));
      expect(found).toEqual(sums);
    });

  const sted = 'data/images/HDFa_EdU-incubation-18h_ROI9_DNA_AlexaFluor594_20nm-px.tiff';
  itWith(sted, 'does not take 72 dots per inch for a pixel size, and says so', async () => {
    const { metadata } = await open(sted);
    expect(metadata.pixelSize).toEqual({});
    expect(metadata.warnings.join(' ')).toMatch(/72 dots per inch/);
  });

  const series = 'data/images/4D-series.ome.tif';
  itWith(series, 'finds the planes of a time series of stacks', async () => {
    const image = await open(series);
    const [a, b] = [await plane(image, 2, 0, 3), await plane(image, 4, 0, 6)];
    expect([sum(a), sum(b), a[80 * 439 + 200]]).toEqual([3470185, 3470332, 46]);
  });

  const frames = 'data/wrong-kind/images.tif';
  itWith(frames, 'reads an ImageJ stack of one directory each', async () => {
    const image = await open(frames);
    expect(image.metadata.planes).toBe(5);
    expect(sum(await plane(image, 3, 0))).toBe(8608668);
  });
});

describe('encodings', () => {
  const shapes = [1961697, 2029488, 1910805];
  const known: Record<string, number[]> = {
    '16bit.MM.deflate.tif': [1573327],
    'caspian.tif': [8106631, 8735717, 27520108],
    'grey16-multi.tif': [143707800],
    'int16_zstd.tif': [354396],
    'ladoga.tif': [25564789],
    'quad-tile.tif': [5129574, 7288638, 8630712],
    'shapes_deflate.tif': shapes,
    'shapes_lzw.tif': shapes,
    'shapes_lzw_planar.tif': shapes,
    'shapes_lzw_tiled.tif': shapes,
    'shapes_multi_color.tif': shapes,
    'shapes_multi_size.tif': shapes,
    'shapes_uncompressed.tif': shapes,
    'shapes_zstd.tif': shapes,
    'subsubifds.tif': [250463, 261120],
    'tiff_tiled_planar_lzw.tiff': [17639670, 16123150, 16698814],
  };
  const unreadable: Record<string, RegExp> = {
    'hopper_lzma.tif': /LZMA/,
    'hopper_webp.tif': /WebP/,
    'old-style-jpeg-compression.tif': /old-style JPEG/,
  };
  for (const file of sharedFolder('data/tiff-encodings')) {
    const name = file.split('/').at(-1) ?? '';
    if (name in unreadable)
      it(`names the compression of ${name} and the way out`, async () => {
        const error = await open(file).catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(CoreError);
        expect(error).toMatchObject({
          tag: 'unreadable',
          message: expect.stringMatching(unreadable[name]) as string,
        });
        expect((error as CoreError).hint).toMatch(/ImageJ/);
      });
    else
      it(`decodes ${name}`, async () => {
        const image = await open(file);
        const sums = [];
        for (let c = 0; c < image.metadata.channels; c++) sums.push(sum(await plane(image, 0, c)));
        expect(sums.every(Number.isFinite)).toBe(true);
        if (name in known) expect(sums).toEqual(known[name]);
        if (name.startsWith('seq-1c-') && /-\d+b|-8b/.test(name)) expect(sums).toEqual([32640]);
      });
  }

  const twelve = 'data/tiff-encodings/shapes_lzw_12bps.tif';
  itWith(twelve, 'unpacks 12-bit samples side by side: 4095/255 times the 8-bit picture', async () => {
    const image = await open(twelve);
    for (const [c, total] of shapes.entries())
      expect(sum(await plane(image, 0, c)) / total).toBeCloseTo(4095 / 255, 2);
  });

  const predicted = 'data/tiff-encodings/shapes_lzw_predictor3.tif';
  itWith(predicted, 'undoes the floating-point predictor: the 8-bit picture over 255', async () => {
    const image = await open(predicted);
    for (const [c, total] of shapes.entries())
      expect(sum(await plane(image, 0, c))).toBeCloseTo(total / 255, 1);
  });

  const jpeg = 'data/tiff-encodings/shapes_jpg.tif';
  itWith(jpeg, 'decodes JPEG to nearly the same picture and warns', async () => {
    const image = await open(jpeg);
    expect(image.metadata.warnings.join(' ')).toMatch(/JPEG/);
    for (const [c, total] of shapes.entries())
      expect(sum(await plane(image, 0, c)) / total).toBeCloseTo(1, 3);
  });

  const luma = 'data/tiff-encodings/child_ifd.tiff';
  itWith(luma, 'turns luma and chroma into colours', async () => {
    const image = await open(luma);
    expect([await plane(image, 0, 0), await plane(image, 0, 1)].map(sum)).toEqual([32 * 32 * 254, 0]);
  });
});

describe('broken files and files of other kinds', () => {
  for (const file of [...sharedFolder('data/tiff-broken'), ...sharedFolder('data/wrong-kind')])
    it(`${file} loads or says why not, within 5 s`, { timeout: 5000 }, async () => {
      try {
        const image = await open(file);
        for (let z = 0; z < image.metadata.planes; z++)
          for (let c = 0; c < image.metadata.channels; c++)
            expect((await plane(image, z, c)).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(CoreError);
        expect(['unreadable', 'memory']).toContain((error as CoreError).tag);
        expect((error as CoreError).message).toContain(file.split('/').at(-1));
      }
    });

  const zstd = 'data/tiff-encodings/int16_zstd.tif';
  itWith(zstd, 'ends on damaged Zstandard data, whose size is not declared', async () => {
    const whole = new Uint8Array(readFileSync(sharedPath(zstd)));
    let failures = 0;
    for (let at = 8; at < whole.length - 400; at += 61) {
      const damaged = whole.map((byte, i) => (i === at ? byte ^ 0x55 : byte));
      const reading = openImage(memorySource('a.tif', damaged), quietRun).then((image) => plane(image, 0, 0));
      const outcome: unknown = await reading.catch((error: unknown) => error);
      if (outcome instanceof Float32Array) continue;
      expect(outcome).toMatchObject({ name: 'CoreError', tag: 'unreadable' });
      failures++;
    }
    expect(failures).toBeGreaterThan(10);
  });

  const loop = 'data/tiff-broken/multipage_single_frame_loop.tiff';
  itWith(loop, 'stops at a list of images that turns back on itself', async () => {
    const { metadata } = await open(loop);
    expect(metadata.planes).toBe(1);
    expect(metadata.warnings.join(' ')).toMatch(/turns back on itself/);
  });

  const flat = 'truth/01_ellipse_bumps_n02/image.ome.tif';
  itWith(flat, 'says how much of a truncated file is missing', async () => {
    const whole = new Uint8Array(readFileSync(sharedPath(flat)));
    const image = await openImage(memorySource('cut.tif', whole.subarray(0, 200_000)), quietRun);
    expect(image.metadata.warnings.join(' ')).toMatch(/cut short|damaged/);
    expect(sum(await plane(image, 0, 0))).toBe(97899384);
    expect(image.metadata.warnings.join(' ')).toContain('200000');
  });
});
