import { breathe, type Run } from '../run.js';
import { decodeBlock } from './tiff-codec.js';
import type { TiffFile } from './tiff-directory.js';
import { blockCounts, blockRows, rowBytes, type TiffPage } from './tiff-page.js';
import { knownPredictor, luminanceToColor, undoPredictor, unpackBlock } from './tiff-samples.js';
import { cutShort, readExactly, unreadable } from './file-error.js';

/** Blocks that lie one after the other in the file and are read at once. */
interface Stretch {
  readonly first: number;
  count: number;
  readonly offset: number;
  length: number;
}

const longestStretch = 2 ** 23;
const damagedHint = 'Copy or export the file again; its image data are damaged.';

/** Stored bytes of a block that are needed; the byte count of a single uncompressed strip is often wrong. */
function storedLength(page: TiffPage, index: number): number {
  const count = page.counts[index];
  if (page.compression !== 1 || count === 0) return count;
  const raw = rowBytes(page) * blockRows(page, index);
  return page.offsets.length === 1 ? raw : Math.min(raw, count);
}

function isSparse(page: TiffPage, index: number): boolean {
  return page.counts[index] === 0;
}

function checkInside(file: TiffFile, page: TiffPage, first: number, count: number): void {
  for (let index = first; index < first + count; index++) {
    const end = page.offsets[index] + storedLength(page, index);
    if (!(end <= file.source.size)) throw cutShort(file.source, end);
  }
}

function stretches(page: TiffPage, first: number, count: number): Stretch[] {
  const found: Stretch[] = [];
  for (let index = first; index < first + count; index++) {
    if (isSparse(page, index)) continue;
    const [offset, length] = [page.offsets[index], storedLength(page, index)];
    const last = found.at(-1);
    const follows =
      last !== undefined && last.first + last.count === index && last.offset + last.length === offset;
    if (follows && last.length + length <= longestStretch) {
      last.count++;
      last.length += length;
    } else found.push({ first: index, count: 1, offset, length });
  }
  return found;
}

interface PlaneTask {
  readonly file: TiffFile;
  readonly page: TiffPage;
  readonly sample: number;
  readonly out: Float32Array;
}

async function placeBlock(task: PlaneTask, index: number, coded: Uint8Array): Promise<void> {
  const { file, page, sample, out } = task;
  const { across, down } = blockCounts(page);
  const rows = blockRows(page, index);
  const size = rowBytes(page) * rows;
  const bytes = await decodeBlock(coded, page, { rows, size });
  if (bytes.length < size)
    throw unreadable(
      file.source,
      `is damaged: strip or tile ${index + 1} holds ${bytes.length} of its ${size} bytes.`,
      damagedHint,
    );
  const littleEndian = undoPredictor(bytes, page, rows, file.littleEndian);
  const left = (index % across) * page.blockWidth;
  const top = (Math.floor(index / across) % down) * page.blockHeight;
  unpackBlock(bytes, page, { out, left, top, rows, sample: page.planar ? 0 : sample }, littleEndian);
}

async function decodeSample(task: PlaneTask, run: Run): Promise<void> {
  const { file, page, sample } = task;
  const { across, down } = blockCounts(page);
  const count = across * down;
  const first = page.planar ? sample * count : 0;
  checkInside(file, page, first, count);
  for (const stretch of stretches(page, first, count)) {
    const coded = await readExactly(file.source, stretch.offset, stretch.length);
    for (let i = 0, at = 0; i < stretch.count; i++) {
      await breathe(run);
      const index = stretch.first + i;
      const length = storedLength(page, index);
      await placeBlock(task, index, coded.subarray(at, at + length));
      at += length;
    }
    run.report({ stage: 'reading the image', fraction: (stretch.first + stretch.count - first) / count });
  }
}

/** Where white is stored as zero, turns unsigned samples round so that brighter is larger. */
function invertWhite(page: TiffPage, out: Float32Array): void {
  if (page.photometric !== 0 || page.kind !== 'uint') return;
  const most = 2 ** page.bits - 1;
  for (let i = 0; i < out.length; i++) out[i] = most - out[i];
}

/** Whether the samples are stored as luma and chroma, which JPEG does with colours. */
export function isLuminance(page: TiffPage): boolean {
  return page.photometric === 6 && page.samples === 3;
}

/**
 * One sample of every pixel of a page: height·width values, row by row. Unsigned samples whose white is zero are
 * inverted, luma and chroma become colours; palette entries stay indices. A block that the file leaves out reads as
 * zeros. Throws `unreadable` where data are missing, damaged or stored in a way that is not supported.
 */
export async function decodePlane(
  file: TiffFile,
  page: TiffPage,
  sample: number,
  run: Run,
): Promise<Float32Array> {
  if (!knownPredictor(page))
    throw unreadable(
      file.source,
      `is stored with predictor ${page.predictor} for ${page.bits}-bit samples, which cannot be read.`,
      'Open the image in ImageJ/Bio-Formats and save it as an uncompressed TIFF.',
    );
  const task = (which: number): PlaneTask => ({
    file,
    page,
    sample: which,
    out: new Float32Array(page.width * page.height),
  });
  if (isLuminance(page)) {
    const tasks = [0, 1, 2].map(task);
    for (const each of tasks) await decodeSample(each, run);
    const out = new Float32Array(page.width * page.height);
    luminanceToColor(
      out,
      tasks.map((each) => each.out),
      sample,
    );
    return out;
  }
  const only = task(sample);
  await decodeSample(only, run);
  invertWhite(page, only.out);
  return only.out;
}
