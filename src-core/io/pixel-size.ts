import { nanometresPer } from '../data/units.js';
import type { PixelSize } from './image.js';
import type { ImageJDescription } from './imagej.js';
import type { OmeImageDescription } from './ome-xml.js';

/** A pixel size as found, and what is doubtful about it. */
export interface FoundPixelSize {
  readonly size: PixelSize;
  readonly warnings: readonly string[];
}

/** The resolution tags of a TIFF: pixels per unit, and the unit's code (1 none, 2 inch, 3 centimetre). */
export interface Resolution {
  readonly x: number;
  readonly y: number;
  readonly unit: number;
}

const smallest = 0.1;
const largest = 10_000;

function isMicroscopic(nm: number | undefined): nm is number {
  return nm !== undefined && nm >= smallest && nm <= largest;
}

function describe(nm: number): string {
  return nm >= 1000 ? `${Number((nm / 1000).toPrecision(4))} µm` : `${Number(nm.toPrecision(4))} nm`;
}

/** The pixel size that OME-XML states. `pixel` and `reference frame` are no lengths and leave it unknown. */
export function omePixelSize(ome: OmeImageDescription): FoundPixelSize {
  const size: { x?: number; y?: number; z?: number } = {};
  const warnings: string[] = [];
  for (const axis of ['x', 'y', 'z'] as const) {
    const physical = ome.physical[axis];
    if (physical === undefined) continue;
    const nm = nanometresPer(physical.unit);
    const name = `PhysicalSize${axis.toUpperCase()}`;
    if (nm === undefined)
      warnings.push(`${name} is in "${physical.unit}", which is not a unit of length; it is ignored.`);
    else size[axis] = Number((physical.value * nm).toPrecision(12));
    if (nm !== undefined && axis !== 'z' && !isMicroscopic(physical.value * nm))
      warnings.push(`${name} is ${describe(physical.value * nm)}, unusual for a microscope; check it.`);
  }
  const known = size.x !== undefined || size.y !== undefined || size.z !== undefined;
  return { size: known ? { ...size, source: 'OME-XML PhysicalSize' } : {}, warnings };
}

/** The pixel size in ImageJ's description: resolution tags are pixels per `unit`. */
export function imageJPixelSize(
  description: ImageJDescription,
  resolution: Resolution | undefined,
): FoundPixelSize {
  const nm = description.unit === undefined ? undefined : nanometresPer(description.unit);
  if (nm === undefined) return { size: {}, warnings: [] };
  const [x, y] = resolution ? [nm / resolution.x, nm / resolution.y] : [undefined, undefined];
  const z = description.spacing === undefined ? undefined : description.spacing * nm;
  const sized = {
    ...(isMicroscopic(x) && { x }),
    ...(isMicroscopic(y) && { y }),
    ...(isMicroscopic(z) && { z }),
  };
  const warnings =
    x !== undefined && x > 0 && x < Infinity && !isMicroscopic(x)
      ? [`ImageJ's resolution gives pixels of ${describe(x)}, not those of a microscope; it is ignored.`]
      : [];
  const known = 'x' in sized || 'y' in sized || 'z' in sized;
  return { size: known ? { ...sized, source: 'ImageJ XResolution and unit' } : {}, warnings };
}

function firstNumber(json: unknown, keys: readonly string[], depth = 0): number | undefined {
  if (typeof json !== 'object' || json === null || depth > 3) return undefined;
  for (const [key, value] of Object.entries(json)) {
    if (keys.includes(key) && Number(value) > 0) return Number(value);
    const inner = firstNumber(value, keys, depth + 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The pixel size in the JSON that Micro-Manager stores with each image (tag 51123). */
export function microManagerPixelSize(json: string): FoundPixelSize {
  try {
    const parsed: unknown = JSON.parse(json.slice(0, 1_000_000));
    const lateral = (firstNumber(parsed, ['PixelSizeUm']) ?? NaN) * 1000;
    const axial = (firstNumber(parsed, ['z-step_um', 'ZStepUm']) ?? NaN) * 1000;
    if (!isMicroscopic(lateral)) return { size: {}, warnings: [] };
    const z = isMicroscopic(axial) ? { z: axial } : {};
    return { size: { x: lateral, y: lateral, ...z, source: 'Micro-Manager PixelSizeUm' }, warnings: [] };
  } catch {
    return { size: {}, warnings: [] };
  }
}

/**
 * The pixel size in the resolution tags of a plain TIFF: accepted only in pixels per centimetre and between 0.1 nm
 * and 10 µm. A resolution in dots per inch is meant for printing and leaves it unknown, with a warning.
 */
export function resolutionPixelSize(resolution: Resolution | undefined): FoundPixelSize {
  if (resolution === undefined || (resolution.unit !== 2 && resolution.unit !== 3))
    return { size: {}, warnings: [] };
  const { unit } = resolution;
  if (unit === 2) {
    const text = `The file says ${resolution.x} dots per inch, a resolution for printing, not the size of a pixel.`;
    return { size: {}, warnings: [text] };
  }
  const [x, y] = [1e7 / resolution.x, 1e7 / resolution.y];
  if (isMicroscopic(x) && isMicroscopic(y))
    return { size: { x, y, source: 'TIFF resolution per centimetre' }, warnings: [] };
  const text = `The file says ${resolution.x} pixels per centimetre, which is not the resolution of a microscope; it is ignored.`;
  return { size: {}, warnings: [text] };
}
