import { CoreError } from '../errors.js';
import {
  hasTag,
  inlineNumber,
  tagBytes,
  tagNumbers,
  type TiffDirectory,
  type TiffFile,
} from './tiff-directory.js';
import { unreadable } from './file-error.js';

/** How one sample of a TIFF image is stored. */
export type SampleKind = 'uint' | 'int' | 'float';

/** One image of a TIFF file: its size, how its samples are stored, and where its strips or tiles are. */
export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** Samples per pixel. */
  readonly samples: number;
  readonly bits: number;
  readonly kind: SampleKind;
  /** Each sample has blocks of its own, rather than all samples of a pixel side by side. */
  readonly planar: boolean;
  readonly compression: number;
  readonly predictor: number;
  readonly photometric: number;
  readonly reversedBits: boolean;
  readonly tiled: boolean;
  /** Size of a strip or tile; the last strip may have fewer rows. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly offsets: Float64Array;
  /** Stored bytes of each block. */
  readonly counts: Float64Array;
  readonly jpegTables?: Uint8Array;
}

/** Most bytes that one decoded plane with all its samples, as float32, may take. */
const planeBudget = 2 ** 31;

const largestPiece = 2 ** 22;
const exportAgain = 'Open the image in ImageJ/Bio-Formats and save it as an uncompressed TIFF.';

const knownCompressions: Readonly<Partial<Record<number, string>>> = {
  2: 'CCITT fax',
  3: 'CCITT fax group 3',
  4: 'CCITT fax group 4',
  6: 'old-style JPEG',
  32766: 'NeXT',
  32809: 'ThunderScan',
  32909: 'PixarLog',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  33007: 'JPEG-LS',
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy DNG JPEG',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  22610: 'JPEG XR',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};
const sampleKinds: Readonly<Partial<Record<number, SampleKind>>> = {
  1: 'uint',
  2: 'int',
  3: 'float',
  4: 'uint',
};
const readableCompressions = new Set([1, 5, 7, 8, 32946, 32773, 50000]);

function checkCompression(file: TiffFile, compression: number): void {
  if (readableCompressions.has(compression)) return;
  const name = knownCompressions[compression];
  const what = name === undefined ? `an unknown way (code ${compression})` : `${name} (code ${compression})`;
  throw unreadable(file.source, `is compressed with ${what}, which cannot be read.`, exportAgain);
}

function checkBudget(file: TiffFile, width: number, height: number, samples: number): void {
  const bytes = width * height * samples * 4;
  if (bytes <= planeBudget) return;
  throw new CoreError({
    tag: 'memory',
    message: `${file.source.name} has planes of ${width} × ${height} pixels with ${samples} sample(s) each: ${(bytes / 2 ** 30).toFixed(1)} GiB, over the budget of ${planeBudget / 2 ** 30} GiB.`,
    where: file.source.name,
    hint: 'Crop the image to one nucleus.',
  });
}

function same(values: Float64Array, samples: number): boolean {
  return values.subarray(0, samples).every((value) => value === values[0]);
}

async function sampleBits(file: TiffFile, directory: TiffDirectory, samples: number): Promise<number> {
  const bits = await tagNumbers(file, directory, 258);
  if (bits === undefined) return 1;
  if (!same(bits, samples))
    throw unreadable(
      file.source,
      `stores samples of different sizes (${bits.slice(0, 8).join(', ')} bits).`,
      exportAgain,
    );
  return bits[0];
}

async function sampleKind(file: TiffFile, directory: TiffDirectory, samples: number): Promise<SampleKind> {
  const formats = await tagNumbers(file, directory, 339);
  if (formats === undefined) return 'uint';
  const kind = sampleKinds[formats[0]];
  if (kind === undefined || !same(formats, samples)) {
    const what = formats[0] > 4 ? 'complex numbers' : `sample format ${formats.slice(0, 8).join(', ')}`;
    throw unreadable(file.source, `stores ${what}, which cannot be read.`, exportAgain);
  }
  return kind;
}

function checkSample(file: TiffFile, bits: number, kind: SampleKind): void {
  const whole = Number.isInteger(bits) && ((bits >= 1 && bits <= 32) || bits === 64);
  const fits = kind === 'float' ? bits === 16 || bits === 32 || bits === 64 : whole;
  if (!fits)
    throw unreadable(
      file.source,
      `stores ${kind} samples of ${bits} bits, which cannot be read.`,
      exportAgain,
    );
}

function blockSize(file: TiffFile, directory: TiffDirectory, width: number, height: number) {
  const tiled = hasTag(file, directory, 322) && hasTag(file, directory, 323);
  if (!tiled) {
    const rows = inlineNumber(file, directory, 278) ?? 0;
    return { tiled, blockWidth: width, blockHeight: rows > 0 ? Math.min(rows, height) : height };
  }
  const blockWidth = inlineNumber(file, directory, 322) ?? 0;
  const blockHeight = inlineNumber(file, directory, 323) ?? 0;
  if (blockWidth < 1 || blockHeight < 1)
    throw unreadable(file.source, `has tiles of ${blockWidth} × ${blockHeight} pixels.`, exportAgain);
  return { tiled, blockWidth, blockHeight };
}

type Layout = Omit<TiffPage, 'offsets' | 'counts' | 'jpegTables'>;

/** Bytes that one decoded row of a block takes, all samples that are stored in the block together. */
export function rowBytes(page: Pick<TiffPage, 'blockWidth' | 'bits' | 'planar' | 'samples'>): number {
  return Math.ceil((page.blockWidth * page.bits * (page.planar ? 1 : page.samples)) / 8);
}

/** Number of blocks across, down, and in all (each sample has its own when planar). */
export function blockCounts(page: Layout): { across: number; down: number; all: number } {
  const across = Math.ceil(page.width / page.blockWidth);
  const down = Math.ceil(page.height / page.blockHeight);
  return { across, down, all: across * down * (page.planar ? page.samples : 1) };
}

/** Rows that block `index` holds: fewer than blockHeight in the last strip of an image. */
export function blockRows(page: Layout, index: number): number {
  if (page.tiled) return page.blockHeight;
  const { across, down } = blockCounts(page);
  const row = Math.floor(index / across) % down;
  return Math.min(page.blockHeight, page.height - row * page.blockHeight);
}

function isByteCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

async function readBlockTable(file: TiffFile, directory: TiffDirectory, layout: Layout) {
  const numbers = async (tiled: number, strips: number) =>
    await tagNumbers(file, directory, layout.tiled && hasTag(file, directory, tiled) ? tiled : strips);
  const [offsets, stored] = [await numbers(324, 273), await numbers(325, 279)];
  const { all } = blockCounts(layout);
  const has = offsets?.length ?? 0;
  if (offsets === undefined || has < all)
    throw unreadable(
      file.source,
      `has ${has} of the ${all} strips or tiles that its image needs.`,
      exportAgain,
    );
  const counts = stored !== undefined && stored.length >= all ? stored : guessedCounts(file, layout, offsets);
  if (!offsets.every(isByteCount) || !counts.every(isByteCount))
    throw unreadable(file.source, 'has a damaged table of strips or tiles.', exportAgain);
  return { offsets, counts };
}

/** Old writers left the byte counts out: a block then goes to the next one, or as far as its pixels need. */
function guessedCounts(file: TiffFile, layout: Layout, offsets: Float64Array): Float64Array {
  return offsets.map((offset, index) => {
    const raw = rowBytes(layout) * blockRows(layout, index);
    if (layout.compression === 1) return raw;
    const next = index + 1 < offsets.length ? offsets[index + 1] : file.source.size;
    return Math.max(0, (next > offset ? next : file.source.size) - offset);
  });
}

async function readLayout(file: TiffFile, directory: TiffDirectory): Promise<Layout> {
  const number = (tag: number, missing: number) => inlineNumber(file, directory, tag) ?? missing;
  const [width, height, samples] = [number(256, 0), number(257, 0), number(277, 1)];
  if (!(width >= 1 && height >= 1 && samples >= 1))
    throw unreadable(
      file.source,
      `has an image of ${width} × ${height} pixels with ${samples} sample(s).`,
      exportAgain,
    );
  checkBudget(file, width, height, samples);
  const compression = number(259, 1);
  checkCompression(file, compression);
  if (number(262, 1) === 6 && compression !== 7)
    throw unreadable(
      file.source,
      'stores luma and chroma (YCbCr) without JPEG, which cannot be read.',
      exportAgain,
    );
  const [bits, kind] = [
    await sampleBits(file, directory, samples),
    await sampleKind(file, directory, samples),
  ];
  checkSample(file, bits, kind);
  return {
    ...{ width, height, samples, compression, bits, kind },
    planar: number(284, 1) === 2 && samples > 1,
    predictor: number(317, 1),
    photometric: number(262, 1),
    reversedBits: number(266, 1) === 2,
    ...blockSize(file, directory, width, height),
  };
}

/** The page with one large uncompressed strip seen as many, so that it is read in pieces. */
export function splitStrip(page: TiffPage): TiffPage {
  const stride = rowBytes(page);
  const whole = page.compression === 1 && !page.tiled && !page.planar && page.offsets.length === 1;
  if (!whole || page.counts[0] === 0 || stride * page.height <= largestPiece) return page;
  const blockHeight = Math.max(1, Math.floor(largestPiece / stride));
  const length = Math.ceil(page.height / blockHeight);
  const offsets = Float64Array.from({ length }, (_, i) => page.offsets[0] + i * blockHeight * stride);
  const counts = offsets.map((_, i) => Math.min(blockHeight, page.height - i * blockHeight) * stride);
  return { ...page, blockHeight, offsets, counts };
}

/**
 * Reads how the image of a directory is stored, not its pixels. Throws `unreadable` where something is missing,
 * contradictory or not supported (named), `memory` where a plane would be over `planeBudget`.
 */
export async function readPage(file: TiffFile, directory: TiffDirectory): Promise<TiffPage> {
  const layout = await readLayout(file, directory);
  if (rowBytes(layout) * layout.blockHeight > planeBudget)
    throw unreadable(
      file.source,
      `has blocks of ${layout.blockWidth} × ${layout.blockHeight} pixels.`,
      exportAgain,
    );
  const table = await readBlockTable(file, directory, layout);
  const jpegTables = layout.compression === 7 ? await tagBytes(file, directory, 347) : undefined;
  return splitStrip({ ...layout, ...table, ...(jpegTables && { jpegTables }) });
}

/** Short name of the type of the stored samples, such as "uint16". */
export function sampleType(page: Pick<TiffPage, 'kind' | 'bits'>): string {
  return `${page.kind}${page.bits}`;
}
