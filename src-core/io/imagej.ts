/** What the description of a TIFF written by ImageJ says. */
export interface ImageJDescription {
  readonly images: number;
  readonly channels: number;
  readonly slices: number;
  readonly frames: number;
  /** Unit of length as written; undefined if absent. */
  readonly unit?: string;
  /** Distance of the sections, in `unit`. */
  readonly spacing?: number;
}

/** Whether a TIFF description was written by ImageJ or Fiji. */
export function isImageJ(description: string): boolean {
  return description.startsWith('ImageJ=');
}

function pairs(description: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of description.slice(0, 100_000).split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) found.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return found;
}

/**
 * Reads the key=value lines that ImageJ writes into the description of its TIFF files. Sizes that are left out are 1;
 * images that no size accounts for are slices.
 */
export function parseImageJ(description: string): ImageJDescription {
  const values = pairs(description);
  const whole = (key: string) => {
    const value = Number(values.get(key));
    return Number.isInteger(value) && value >= 1 ? value : undefined;
  };
  const [channels, frames] = [whole('channels') ?? 1, whole('frames') ?? 1];
  const images = whole('images') ?? channels * frames * (whole('slices') ?? 1);
  const slices = whole('slices') ?? Math.max(1, Math.floor(images / (channels * frames)));
  const unit = values.get('unit');
  const spacing = Math.abs(Number(values.get('spacing') ?? NaN));
  return {
    ...{ images, channels, slices, frames },
    ...(unit !== undefined && { unit }),
    ...(spacing > 0 && spacing < Infinity && { spacing }),
  };
}
