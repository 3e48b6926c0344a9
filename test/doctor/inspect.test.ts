import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ByteSource, inspect, memorySource, parseJob, quietRun } from '../../src-core/index.js';
import { makeStageMemory } from '../../src-core/pipeline/stage-memory.js';
import { itWith, sharedPath, sharedSource } from '../io/shared-files.js';
import { codesAbout, density, findingsAbout, imageJFile, twoChannels } from './doctor-kit.js';
import { drawNucleus } from './nucleus-images.js';

/** A source that counts the bytes that are read of it. */
function counted(source: ByteSource): ByteSource & { bytes: number } {
  const counting = {
    ...source,
    bytes: 0,
    read: (offset: number, length: number) => {
      counting.bytes += length;
      return source.read(offset, length);
    },
  };
  return counting;
}

const planes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((seed) =>
  drawNucleus({ side: 256, radius: 100, contrast: 0.4, seed }),
);
const head = { unit: 'micron', perUnit: [50, 1], slices: 12, spacing: 0.1 } as const;
const planeBytes = 2 * 256 * 256;

describe('the doctor', () => {
  it('reads the planes that it needs and no other', async () => {
    const file = counted(imageJFile(planes, 256, head));
    await codesAbout(file);
    // The middle one, and first, middle and last to be compared; with room for the directories.
    expect(file.bytes).toBeLessThan(4 * planeBytes + 140_000);
  });

  it('reads no pixel again for another setting', async () => {
    const file = counted({ ...imageJFile(planes, 256, head), identity: 'cell' });
    const run = { ...quietRun, memory: makeStageMemory(2 ** 20) };
    const first = await inspect({ input: file }, parseJob({ channels: density }), run);
    file.bytes = 0;
    const job = parseJob({ channels: density, calibration: { pixelSizeNm: 2000 } });
    const second = await inspect({ input: file }, job, run);
    expect(file.bytes).toBeLessThan(140_000);
    expect(first.findings).toEqual([]);
    expect(second.findings.map(({ code }) => code)).toContain('nucleus-size');
  });

  it('gives the same findings again, and stops where it is cancelled', async () => {
    const file = imageJFile(planes, 256, { slices: 12 });
    expect(await findingsAbout(file)).toEqual(await findingsAbout(file));
    const signal = { aborted: false };
    const run = {
      ...quietRun,
      memory: undefined,
      signal,
      report: () => {
        signal.aborted = true;
      },
    };
    const job = parseJob({ channels: density });
    await expect(inspect({ input: file }, job, run)).rejects.toMatchObject({ tag: 'cancelled' });
  });
});

const quiet = [
  ...['01_ellipse_bumps_n02', '02_ellipse_radial_n05', '03_bean_patches_n02', '04_nucleoli_bumps_n10'],
  ...['05_ellipse_const_n05', '06_bean_bumps_n05_px10', '07_ellipse_radial_n10_px25'],
  ...['08_nucleolus_patches_n20_L120', '10_zstack_bumps_n05', '15_section_const', '16_section_bumps'],
  ...['17_projection_bumps_gauss300', '18_planes3_bumps_dz150'],
];

describe('the doctor on simulated nuclei', () => {
  for (const name of quiet) {
    const file = `truth/${name}/image.ome.tif`;
    itWith(file, `finds nothing in ${name}`, async () => {
      expect(await findingsAbout(sharedSource(file), { channels: twoChannels })).toEqual([]);
    });
  }

  const single = 'truth/09_density_bumps_n05/image.ome.tif';
  itWith(single, 'finds nothing in one density', async () => {
    expect(await findingsAbout(sharedSource(single))).toEqual([]);
  });

  const shifted = 'truth/12_shifted_bumps_n05/image.ome.tif';
  itWith(shifted, 'finds the displacement of 30 nm', async () => {
    const found = await findingsAbout(sharedSource(shifted), { channels: twoChannels });
    expect(found.map(({ code }) => code)).toEqual(['channels-displaced']);
    expect(found[0].what).toMatch(/x \+(29|30)\.\d nm, y [+−][01]\.\d nm \(2\.0 ± 0\.3 pixels\)/);
  });

  const locs = 'truth/11_smlm_bumps/locs_heterochromatin.csv.gz';
  itWith(locs, 'finds nothing in localisations', async () => {
    const bytes = new Uint8Array(gunzipSync(readFileSync(sharedPath(locs))));
    expect(await findingsAbout(memorySource('locs.csv', bytes))).toEqual([]);
  });
});

describe('the doctor on files of microscopes', () => {
  const sted = 'data/images/HDFa_EdU-incubation-18h_ROI9_DNA_AlexaFluor594_20nm-px.tiff';
  itWith(sted, 'takes 72 dpi for no pixel size, and offers the 20 nm of the name', async () => {
    const found = await findingsAbout(sharedSource(sted));
    expect(found.map(({ code }) => code)).toEqual(['pixel-size-missing']);
    expect(found[0].remedies[0].value).toBe(20);
    expect(await codesAbout(sharedSource(sted), { calibration: { pixelSizeNm: 20 } })).toEqual([]);
  });

  const mask = 'data/images/HDFa_EdU-incubation-18h_ROI9_nucleus-mask_20nm-pixelsize.tiff';
  itWith(mask, 'tells a mask from an image', async () => {
    expect(await codesAbout(sharedSource(mask))).toEqual(['pixel-size-missing', 'saturated']);
  });

  const frames = 'data/wrong-kind/images.tif';
  itWith(frames, 'misses pixel size and step of raw camera frames', async () => {
    expect(await codesAbout(sharedSource(frames))).toEqual(['pixel-size-missing', 'z-step-missing']);
  });
});
