import {
  type Finding,
  inspect,
  type JobInput,
  memorySource,
  parseJob,
  quietRun,
} from '../../src-core/index.js';
import type { ByteSource } from '../../src-core/io/byte-source.js';
import { buildTiff, descriptionTag, greyTags } from '../io/tiff-builder.js';

/** Total density in the first channel. */
export const density: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 0 } };

/** The first two channels. */
export const twoChannels: JobInput['channels'] = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 0, channel: 1 },
};

/** What the doctor finds about a file. */
export async function findingsAbout(
  source: ByteSource,
  job: Partial<JobInput> = {},
): Promise<readonly Finding[]> {
  const spec = parseJob({ channels: density, ...job });
  return (await inspect({ input: source }, spec, { ...quietRun, memory: undefined })).findings;
}

/** The codes alone, in order. */
export async function codesAbout(source: ByteSource, job: Partial<JobInput> = {}): Promise<string[]> {
  return (await findingsAbout(source, job)).map(({ code }) => code);
}

/** What an ImageJ file says of itself beside its pixels. */
export interface ImageJHead {
  readonly channels?: number;
  readonly slices?: number;
  readonly frames?: number;
  readonly unit?: string;
  /** Pixels per unit. */
  readonly perUnit?: readonly [number, number];
  readonly spacing?: number;
}

/** An ImageJ file of square 16-bit pages, channels fastest, then planes. */
export function imageJFile(
  pages: readonly Uint16Array[],
  side: number,
  head: ImageJHead,
  name = 'cell.tif',
): ByteSource {
  const { unit, perUnit, spacing, ...counts } = head;
  const lines = [
    'ImageJ=1.53t',
    `images=${pages.length}`,
    ...Object.entries(counts).map(([key, value]) => `${key}=${value}`),
    ...(unit === undefined ? [] : [`unit=${unit}`]),
    ...(spacing === undefined ? [] : [`spacing=${spacing}`]),
    'hyperstack=true',
  ];
  const tags = [
    descriptionTag(`${lines.join('\n')}\n`),
    ...(perUnit === undefined
      ? []
      : [
          { code: 282, type: 5 as const, values: perUnit },
          { code: 283, type: 5 as const, values: perUnit },
        ]),
  ];
  const built = pages.map((values) => ({
    tags: greyTags(side, side, 16, tags),
    blocks: [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
  }));
  return memorySource(name, buildTiff({ pages: built }));
}
