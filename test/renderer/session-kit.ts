import { parseJob } from '../../src-core/index.js';
import type { ImageMetadata } from '../../src-core/io/image.js';
import { beginHistory } from '../../src-renderer/state/history.js';
import { restingDisplays } from '../../src-renderer/state/layers.js';
import { emptySession, type Session, type Settings } from '../../src-renderer/state/session.js';

/** An image of two channels that says how large its pixels are. */
export const twoChannels: ImageMetadata = {
  format: 'OME-TIFF',
  width: 256,
  height: 128,
  planes: 1,
  channels: 2,
  frames: 1,
  channelNames: ['H3K9me3', 'H3K27ac'],
  sampleType: 'uint16',
  pixelSize: { x: 15, y: 15, source: 'OME-XML PhysicalSizeX' },
  warnings: [],
};

/** Settings with every default for the two channels of a file. */
export function defaultSettings(): Settings {
  const job = parseJob({
    channels: {
      kind: 'two-channel',
      heterochromatin: { file: 0, channel: 0 },
      euchromatin: { file: 0, channel: 1 },
    },
  });
  return { job, second: null, mask: null, displays: restingDisplays() };
}

/** A window with an image open. */
export function openSession(metadata: ImageMetadata, settings = defaultSettings()): Session {
  const grant = { id: 'g1', name: 'nucleus.ome.tif', bytes: 1000, from: 'upload' as const };
  return {
    ...emptySession('dark'),
    link: 'open',
    project: {
      source: { grant, description: { kind: 'image', metadata } },
      defaults: settings.job,
      history: beginHistory(settings),
    },
  };
}
