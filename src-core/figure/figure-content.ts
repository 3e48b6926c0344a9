import type { Grid } from '../data/grid.js';
import { voxelCount } from '../data/grid.js';
import { CoreError } from '../errors.js';
import { type ColormapName, colormapNames, isColormap, type Limits } from './colormap.js';

/** Everything the figure of one nucleus shows, as plain data. */
export interface FigureContent {
  /** Usually the file's name. */
  readonly title: string;
  readonly grid: Grid;
  /** 1 inside the nucleus; one entry per voxel, as in the fields below. */
  readonly mask: Uint8Array;
  /** Measured total density φ_h + φ_e, a volume fraction. */
  readonly density: Float32Array;
  /** The rate, in `rateUnit`, where `identifiable` is 1; anything elsewhere. */
  readonly rate: Float32Array;
  readonly identifiable: Uint8Array;
  /** "λ = Γ_me/Γ_ac" or "Γ_me"; an underscore after a Greek letter makes a subscript. */
  readonly rateLabel: string;
  /** "dimensionless" or "1/s". */
  readonly rateUnit: string;
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
  /** The job as JSON; it is embedded in the figure. */
  readonly job: string;
  /** Size of the whole field where only the part around the nucleus is shown. */
  readonly field?: { readonly widthNm: number; readonly heightNm: number };
  /** Colour map of the rate; viridis if not given. */
  readonly colormap?: ColormapName;
  /** Colour limits of the rate, in `rateUnit`; from the data's percentiles if not given. */
  readonly limits?: Limits;
}

function refuse(message: string, hint: string): never {
  throw new CoreError({ tag: 'usage', message, where: 'figure', hint });
}

/** Throws a `usage` CoreError if the content cannot be drawn: wrong lengths, limits, spacing or colour map. */
export function checkContent(content: FigureContent): void {
  const voxels = voxelCount(content.grid);
  for (const name of ['mask', 'density', 'rate', 'identifiable'] as const) {
    const length = content[name].length;
    if (voxels === 0 || length !== voxels) {
      refuse(
        `Figure: ${name} has ${length} values, the grid ${voxels} voxels.`,
        'Give one value per voxel of a grid with at least one.',
      );
    }
  }
  if (!content.grid.spacing.slice(1).every((length) => Number.isFinite(length) && length > 0)) {
    refuse(
      `Figure: the pixel size is ${content.grid.spacing.slice(1).join(' × ')} nm.`,
      'Give a size above 0.',
    );
  }
  checkColors(content);
}

/** Throws a `usage` CoreError for limits that do not ascend and for a colour map that does not exist. */
export function checkColors({
  limits = [0, 1],
  colormap = 'viridis',
}: Pick<FigureContent, 'limits' | 'colormap'>): void {
  if (!(Number.isFinite(limits[0]) && Number.isFinite(limits[1]) && limits[0] < limits[1])) {
    refuse(`Colour limits are ${limits[0]} to ${limits[1]}.`, 'Give two numbers, the lower one first.');
  }
  if (!isColormap(colormap)) {
    refuse(
      `There is no colour map "${colormap as string}".`,
      `Use one of ${colormapNames.join(', ')}, or one of them with "-inverted" after it.`,
    );
  }
}

/** What a figure says of its content, without the fields. */
export type FigureFacts = Pick<
  FigureContent,
  'title' | 'grid' | 'rateLabel' | 'rateUnit' | 'assumptions' | 'warnings' | 'job' | 'field'
>;
