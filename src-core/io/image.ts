import type { Run } from '../run.js';

/** What a file says of the size of its pixels, in nm; an axis it is silent on is absent. */
export interface PixelSize {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  /** Which metadata gave it, in words for users: "OME-XML PhysicalSizeX", "ImageJ XResolution and unit". */
  readonly source?: string;
}

/** What an image file holds, read without its pixels. */
export interface ImageMetadata {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  readonly planes: number;
  readonly channels: number;
  readonly frames: number;
  readonly channelNames: readonly string[];
  /** Type of the stored samples, such as "uint16". */
  readonly sampleType: string;
  readonly pixelSize: PixelSize;
  /**
   * Position in nm of the corner of the first pixel, where the file is of Epiflux and says so: maps and masks of a
   * localisation table lie somewhere in the table's coordinates. Stage positions of microscopes are not taken for it.
   */
  readonly origin?: { readonly x: number; readonly y: number };
  /** What is doubtful about the file, in sentences for users. */
  readonly warnings: readonly string[];
}

/** Which plane of an image: z section, channel and time point, from 0. */
export interface PlaneIndex {
  readonly z: number;
  readonly channel: number;
  readonly frame: number;
}

/** An opened image: its metadata, and its planes one by one. */
export interface OpenImage {
  readonly metadata: ImageMetadata;
  /** One plane, height·width values, row by row, as stored (no offset or gain applied). */
  readonly readPlane: (index: PlaneIndex, run: Run) => Promise<Float32Array>;
}
