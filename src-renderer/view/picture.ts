import type { PictureSize } from './plane-camera.js';

/** Bits of a picture's flags. */
export const flag = { inside: 1, shown: 2, doubtful: 4 } as const;

/**
 * One plane to be drawn: ny·nx values, row by row, and per pixel whether it lies in the nucleus (`inside`), takes a
 * colour (`shown`) or the hatch of a value that cannot be known (`doubtful`). Never changed once made.
 */
export interface Picture {
  readonly size: PictureSize;
  readonly values: Float32Array;
  readonly flags: Uint8Array;
}

/** What a plane is of: a raw channel, a fraction that exists in the nucleus only, or a rate that may be unknown. */
export interface PictureParts {
  readonly size: PictureSize;
  readonly values: Float32Array;
  readonly mask: Uint8Array | null;
  readonly identifiable: Uint8Array | null;
  /** Whether values outside the mask mean nothing. */
  readonly nucleusOnly: boolean;
}

/** Joins values and masks into a picture. A pixel whose value is no number is doubtful inside, blank outside. */
export function makePicture({ size, values, mask, identifiable, nucleusOnly }: PictureParts): Picture {
  const flags = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const inside = mask === null ? !nucleusOnly : mask[i] !== 0;
    const counts = nucleusOnly ? inside : true;
    const known = Number.isFinite(values[i]) && (identifiable === null || identifiable[i] !== 0);
    if (mask !== null && inside) flags[i] |= flag.inside;
    if (counts) flags[i] |= known ? flag.shown : flag.doubtful;
  }
  return { size, values, flags };
}
