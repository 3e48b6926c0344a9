import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import type { ImageMetadata } from '../../src-core/io/image.js';
import { openImage } from '../../src-core/io/open-image.js';
import { readTable } from '../../src-core/io/read-table.js';
import { quietRun } from '../../src-core/run.js';
import { openFile } from '../../src-main/engine/file-source.js';
import { itWith, sharedFolder, sharedPath } from './shared-files.js';

interface Outcome {
  readonly name: string;
  readonly metadata?: ImageMetadata;
  readonly planes: number;
  readonly error?: unknown;
  readonly seconds: number;
}

/** Opens a file and reads every plane of it, as far as it goes. */
async function readAll(name: string): Promise<Outcome> {
  const start = performance.now();
  const file = await openFile(sharedPath(name), quietRun);
  let metadata: ImageMetadata | undefined;
  let planes = 0;
  const outcome = () => ({
    name,
    planes,
    seconds: (performance.now() - start) / 1000,
    ...(metadata && { metadata }),
  });
  try {
    const image = await openImage(file.source, quietRun);
    ({ metadata } = image);
    for (let frame = 0; frame < metadata.frames; frame++)
      for (let z = 0; z < metadata.planes; z++)
        for (let channel = 0; channel < metadata.channels; channel++, planes++)
          await image.readPlane({ z, channel, frame }, quietRun);
    return outcome();
  } catch (error) {
    return { ...outcome(), error };
  } finally {
    await file.close();
  }
}

const broken = sharedFolder('data/tiff-broken');

describe.skipIf(broken.length === 0)(
  `all broken files in a row in one process${broken.length === 0 ? ' (missing data/tiff-broken)' : ''}`,
  () => {
    const outcomes: Outcome[] = [];
    let most = 0;
    let watch: NodeJS.Timeout | undefined;
    beforeAll(async () => {
      watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 2);
      for (const name of [...broken, ...broken].sort()) outcomes.push(await readAll(name));
      most = Math.max(most, process.memoryUsage().rss);
    });
    afterAll(() => {
      clearInterval(watch);
    });

    it('takes less than 5 s for each and 1 GB for all', () => {
      expect(Math.max(...outcomes.map(({ seconds }) => seconds))).toBeLessThan(5);
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThan(2 ** 30);
    });

    it('loads or says in words for users what is wrong and what would do', () => {
      for (const { name, error, planes } of outcomes) {
        if (error === undefined) {
          expect(planes).toBeGreaterThan(0);
          continue;
        }
        expect(error).toBeInstanceOf(CoreError);
        const { tag, message, hint } = error as CoreError;
        expect(['unreadable', 'memory']).toContain(tag);
        expect(message).toContain(name.split('/').at(-1));
        expect(message).not.toMatch(/undefined|NaN|Infinity|\[object/);
        expect((hint ?? '').length).toBeGreaterThan(10);
      }
    });

    it('finds the same a second time', () => {
      const told = ({ name, planes, error }: Outcome) => [
        name,
        planes,
        error instanceof CoreError && error.message,
      ];
      const [first, second] = [0, 1].map((round) => outcomes.filter((_, i) => i % 2 === round).map(told));
      expect(second).toEqual(first);
    });

    it.each([
      ['oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif', /cut short/],
      ['seek_too_large.tif', /cut short/],
      ['libtiff_segfault.tif', /over the budget/],
      ['id_000045_sig_06_src_000266_op_havoc_rep_2.tif', /metadata entry of 17176461316 bytes/],
      ['tiff_overflow_rows_per_strip.tif', /damaged: strip or tile 1/],
      ['total-pages-zero.tif', /CCITT fax/],
    ])('says of %s what is wrong', (name, what) => {
      const error = outcomes.find((outcome) => outcome.name.endsWith(name))?.error;
      expect((error as CoreError).message).toMatch(what);
    });

    it('warns of what it reads in part', () => {
      const warnings = (name: string) =>
        outcomes.find((outcome) => outcome.name.endsWith(name))?.metadata?.warnings.join(' ');
      expect(warnings('multipage_single_frame_loop.tiff')).toMatch(/turns back on itself/);
      expect(warnings('sample-get-lzw-stuck.tiff')).toMatch(/cut short: it ends after 7048 bytes/);
    });
  },
);

describe('files of another kind', () => {
  const errorOf = async (name: string, read: typeof openImage | typeof readAsTable): Promise<CoreError> => {
    const file = await openFile(sharedPath(name), quietRun);
    try {
      const error = await read(file.source, quietRun).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CoreError);
      return error as CoreError;
    } finally {
      await file.close();
    }
  };
  const readAsTable = (source: Parameters<typeof openImage>[0], run: typeof quietRun) =>
    readTable(source, {}, run);

  const png = 'data/wrong-kind/E39.lif_E4_-_2.png';
  const nd2 = 'data/wrong-kind/cluster.nd2';
  const frames = 'data/wrong-kind/images.tif';
  for (const read of [openImage, readAsTable]) {
    const as = read === openImage ? 'an image' : 'a table';
    itWith(png, `names a picture that calls itself .lif, asked for ${as}`, async () => {
      const { message } = await errorOf(png, read);
      expect(message).toMatch(/is a PNG picture .*export the original data as TIFF or OME-TIFF/);
      expect(message).not.toMatch(/Leica/);
    });
    itWith(nd2, `names a Nikon file and the way out, asked for ${as}`, async () => {
      expect((await errorOf(nd2, read)).message).toMatch(/is a Nikon ND2 file.*export .*OME-TIFF/);
    });
  }

  itWith(
    frames,
    'reads camera frames as an image; asked for a table, says what they are and what to give',
    async () => {
      expect(await readAll(frames)).toMatchObject({
        planes: 5,
        metadata: { width: 128, height: 128, planes: 5 },
      });
      const error = await errorOf(frames, readAsTable);
      expect(error.message).toMatch(/is a TIFF image, not a table of localisations/);
      expect(error.hint).toMatch(/csv or txt file with one localisation a row/);
    },
  );
});
