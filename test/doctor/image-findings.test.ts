import { describe, expect, it } from 'vitest';
import { drawNucleus } from './nucleus-images.js';
import { codesAbout, findingsAbout, imageJFile, twoChannels } from './doctor-kit.js';

const side = 192;
const nucleus = (more: Partial<Parameters<typeof drawNucleus>[0]> = {}) =>
  drawNucleus({ side, radius: 70, contrast: 0.5, ...more });
/** 50 pixels per µm: 20 nm. */
const sized = { unit: 'micron', perUnit: [50, 1] } as const;
const plain = nucleus();

describe('pixel size', () => {
  it('is not doubtful where it fits the nucleus', async () => {
    expect(await codesAbout(imageJFile([plain], side, sized))).toEqual([]);
  });

  it('is missed where the file has none, and taken from the name of the file where that says it', async () => {
    const [missing] = await findingsAbout(imageJFile([plain], side, {}, 'ROI9_DNA_12.5nm-px.tif'));
    expect(missing).toMatchObject({ code: 'pixel-size-missing', severity: 'stop' });
    expect(missing.remedies[0]).toMatchObject({ setting: 'calibration.pixelSizeNm', value: 12.5 });
    const given = { calibration: { pixelSizeNm: 12.5 } };
    expect(await codesAbout(imageJFile([plain], side, {}), given)).toEqual([]);
    const [unnamed] = await findingsAbout(imageJFile([plain], side, {}, 'stained_at_405nm.tif'));
    expect(unnamed.remedies.map(({ value }) => value)).toEqual([undefined]);
  });

  it('of exactly 1 µm is doubtful, and a nucleus of 140 µm beside it', async () => {
    const found = await findingsAbout(imageJFile([plain], side, { unit: 'micron', perUnit: [1, 1] }));
    expect(found.map(({ code }) => code)).toEqual(['pixel-size-doubtful', 'nucleus-size']);
    expect(found[0].what).toMatch(/1000 nm per pixel.*exactly 1 µm/);
    const confirmed = { calibration: { pixelSizeNm: 1000 } };
    expect(
      await codesAbout(imageJFile([plain], side, { unit: 'micron', perUnit: [1, 1] }), confirmed),
    ).toEqual(['nucleus-size']);
  });

  it('that contradicts the name of the file is doubtful', async () => {
    const [found] = await findingsAbout(imageJFile([plain], side, sized, 'cell_pixelsize_15nm.tif'));
    expect(found).toMatchObject({
      code: 'pixel-size-doubtful',
      remedies: [{ value: 15 }, {}, { value: 20 }],
    });
  });

  it.each([
    [0.02, 'µm read as nm', 'nucleus-size'],
    [2000, 'a hundred times too large', 'nucleus-size'],
  ])('of %s nm (%s) gives a nucleus that no cell has', async (pixelSizeNm, _, code) => {
    const found = await findingsAbout(imageJFile([plain], side, sized), { calibration: { pixelSizeNm } });
    expect(found.map((each) => each.code)).toEqual([code]);
    expect(found[0].remedies[0].value).toBeGreaterThan(10);
    expect(found[0].remedies[0].value).toBeLessThan(250);
  });

  it('under which the point spread is narrower than any is doubtful', async () => {
    const blurred = drawNucleus({ side: 768, radius: 350, contrast: 0.3 });
    const file = imageJFile([blurred], 768, sized);
    const [found] = await findingsAbout(file, { calibration: { pixelSizeNm: 1.7 } });
    expect(found).toMatchObject({ code: 'point-spread', severity: 'doubt' });
    expect(await codesAbout(file, { calibration: { pixelSizeNm: 17 } })).toEqual([]);
  });
});

describe('values', () => {
  it('that end at a wall are saturated, those of a camera are not', async () => {
    const [found, ...more] = await findingsAbout(
      imageJFile([plain.map((v) => Math.min(v, 1150))], side, sized),
    );
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'saturated', severity: 'doubt' });
    expect(found.what).toMatch(/\d % of the nucleus is saturated .* largest value, 1150/);
  });

  it('that are cut off below, in the midst of brighter ones, are told', async () => {
    const cut = nucleus({ contrast: -0.9, background: 0 }).map((v, i) => (i % 7 === 0 ? 0 : v));
    expect(await codesAbout(imageJFile([cut], side, sized))).toEqual(['clipped']);
  });

  it('that are two are a mask', async () => {
    const [found] = await findingsAbout(imageJFile([plain.map((v) => (v > 500 ? 255 : 0))], side, sized));
    expect(found).toMatchObject({ code: 'saturated' });
    expect(found.what).toMatch(/hardly any value but 0 and 255/);
  });
});

describe('two channels', () => {
  const euchromatin = (shift: readonly [number, number]) => nucleus({ contrast: -0.5, shift, seed: 2 });
  const pair = (a: Uint16Array, b: Uint16Array) => imageJFile([a, b], side, { ...sized, channels: 2 });
  const job = { channels: twoChannels };

  it('that lie on each other are not doubtful', async () => {
    expect(await codesAbout(pair(plain, euchromatin([0, 0])), job)).toEqual([]);
  });

  it.each([
    [[3, 0], 60, 0],
    [[-2, 4], -40, 80],
  ] as const)('displaced by %s pixels are told by how much', async (shift, x, y) => {
    const found = await findingsAbout(pair(plain, euchromatin(shift)), job);
    expect(found.map(({ code }) => code)).toEqual(['channels-displaced']);
    const [auto, given] = found[0].remedies;
    expect(auto).toMatchObject({ setting: 'calibration.shiftNm', value: 'auto' });
    const [gx, gy] = String(given.value).split(',').map(Number);
    expect(Math.abs(gx - x)).toBeLessThan(10);
    expect(Math.abs(gy - y)).toBeLessThan(10);
    const registered = { ...job, calibration: { shiftNm: [gx, gy] as [number, number] } };
    expect(await codesAbout(pair(plain, euchromatin(shift)), registered)).toEqual([]);
  });

  it('that are one picture are told apart from crosstalk', async () => {
    const [found] = await findingsAbout(pair(plain, Uint16Array.from(plain)), job);
    expect(found).toMatchObject({
      code: 'same-picture',
      remedies: [{ setting: 'channels.density', value: 0 }, {}],
    });
  });

  it('of which one shines into the other are suspected', async () => {
    const own = nucleus({ contrast: 0.2, domains: 5, seed: 3 });
    expect(await codesAbout(pair(plain, own), job)).toEqual([]);
    const bled = own.map((v, i) => Math.round(v + 1.5 * (plain[i] - 100)));
    expect(await codesAbout(pair(plain, bled), job)).toEqual(['crosstalk']);
  });
});

describe('stacks', () => {
  const sections = [40, 55, 70, 55, 40].map((radius, k) => nucleus({ radius, seed: k }));
  const times = [1, 2, 3, 4, 5].map((seed) => nucleus({ seed }));

  it('that say their step are not doubtful', async () => {
    expect(await codesAbout(imageJFile(sections, side, { ...sized, slices: 5, spacing: 0.1 }))).toEqual([]);
  });

  it('that do not say their step have to be told it', async () => {
    const [found] = await findingsAbout(imageJFile(sections, side, { ...sized, slices: 5 }));
    expect(found).toMatchObject({ code: 'z-step-missing', severity: 'stop' });
    expect(found.remedies.map(({ setting, value }) => [setting, value])).toEqual([
      ['calibration.zStepNm', undefined],
      ['z', 2],
      ['z', 'max'],
    ]);
    expect(await codesAbout(imageJFile(sections, side, { ...sized, slices: 5 }), { z: 2 })).toEqual([]);
  });

  it('whose planes are alike and have no step may be time points', async () => {
    const [found] = await findingsAbout(imageJFile(times, side, { ...sized, slices: 5 }));
    expect(found).toMatchObject({
      code: 'time-as-z',
      severity: 'doubt',
      remedies: [{ setting: 'z', value: 2 }, {}],
    });
  });

  it('with a step of a pixel number against nanometres are doubtful', async () => {
    const file = imageJFile(sections, side, { unit: 'nm', perUnit: [1, 20], slices: 5, spacing: 1 });
    const [found] = await findingsAbout(file);
    expect(found).toMatchObject({ code: 'z-step-doubtful', remedies: [{ value: 20 }, {}, { value: 1 }] });
    expect(await codesAbout(file, { calibration: { zStepNm: 20 } })).toEqual([]);
  });

  it('that were saved as time points are told where brightness rises and falls', async () => {
    const as = { ...sized, frames: 5, spacing: 0.1 };
    const [found] = await findingsAbout(imageJFile(sections, side, as));
    expect(found).toMatchObject({ code: 'z-as-time', remedies: [{ setting: 'frame', value: 2 }] });
    const series = { ...sized, frames: 5 };
    expect(await codesAbout(imageJFile(times, side, series))).toEqual([]);
  });
});
