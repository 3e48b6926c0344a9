import type { Grid } from '../data/grid.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import type { RandomStream } from '../random.js';
import { breathe, type Run } from '../run.js';
import { framePosition, type NucleusShape, relativeRadius } from './nucleus-shape.js';

/** A Gaussian rise or dip of λ: centre in nm (x, y, z), sd in nm, height. */
interface Bump {
  readonly centre: readonly [number, number, number];
  readonly sd: number;
  readonly height: number;
}

/** A plane wave: wave vector in 1/nm (x, y, z) and phase. */
interface Wave {
  readonly vector: readonly [number, number, number];
  readonly phase: number;
}

/**
 * A λ field as plain data. constant · bumps: base + Gaussians, held within 0.5 and 3.5 · radial: from `inner` to
 * `outer` across the relative radius `at` · patches: middle ± amplitude with steep walls between.
 */
export type RatePattern =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'bumps'; readonly base: number; readonly bumps: readonly Bump[] }
  | {
      readonly kind: 'radial';
      readonly inner: number;
      readonly outer: number;
      readonly at: number;
      readonly width: number;
    }
  | {
      readonly kind: 'patches';
      readonly middle: number;
      readonly amplitude: number;
      readonly waves: readonly Wave[];
    };

/** What a random λ field is made for: where the nucleus is, L0 in nm, and λ for the constant field. */
export interface PatternFrame {
  readonly domain: NoFluxDomain;
  readonly lengthNm: number;
  readonly lambdaValue: number;
}

const bumpHeights = [1.3, -0.6, 0.9];
const waveCount = 32;

/** A random λ field of the given kind; its features scale with the frame and are never much finer than L0. */
export function randomPattern(
  kind: RatePattern['kind'],
  frame: PatternFrame,
  { uniform, normal }: RandomStream,
): RatePattern {
  const between = (low: number, high: number): number => low + (high - low) * uniform();
  const { grid } = frame.domain;
  const width = grid.shape[2] * grid.spacing[2];
  if (kind === 'constant') return { kind, value: frame.lambdaValue };
  if (kind === 'radial') {
    return { kind, inner: between(0.8, 1), outer: between(2, 2.4), at: between(0.6, 0.75), width: 0.08 };
  }
  if (kind === 'bumps') return { kind, base: 1.2, bumps: randomBumps(frame, between) };
  const planar = grid.shape[0] === 1;
  const waves = Array.from({ length: waveCount }, (): Wave => {
    const direction = [normal(), normal(), planar ? 0 : normal()];
    const wavelength = Math.max(width * between(0.176, 0.273), 3 * frame.lengthNm);
    const scale = (2 * Math.PI) / wavelength / Math.hypot(...direction);
    const [x, y, z] = direction.map((component) => component * scale);
    return { vector: [x, y, z], phase: 2 * Math.PI * uniform() };
  });
  return { kind, middle: 1.5, amplitude: 0.7, waves };
}

/** Bumps that rise and dip in turn and cover about two thirds of the nucleus, each far from those before it. */
function randomBumps(
  { domain, lengthNm }: PatternFrame,
  between: (low: number, high: number) => number,
): Bump[] {
  const { grid, voxel, count } = domain;
  const width = grid.shape[2] * grid.spacing[2];
  const floor = 1.2 * lengthNm;
  const fitting = Math.round(0.054 * (width / Math.max(0.088 * width, floor)) ** 2);
  const number = Math.max(2, Math.min(fitting, Math.floor(between(6, 9))));
  const first = Math.floor(between(0, bumpHeights.length));
  const bumps: Bump[] = [];
  while (bumps.length < number) {
    const candidates = Array.from({ length: 6 }, () =>
      positionNm(grid, voxel[Math.floor(between(0, count))]),
    );
    const nearest = candidates.map((at) => Math.min(...bumps.map(({ centre }) => distance(centre, at))));
    const centre = candidates[nearest.indexOf(Math.max(...nearest))];
    const sd = Math.max(width * between(0.0625, 0.113), floor);
    bumps.push({ centre, sd, height: bumpHeights[(first + bumps.length) % bumpHeights.length] });
  }
  return bumps;
}

function distance(a: Bump['centre'], b: Bump['centre']): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

function positionNm(grid: Grid, voxel: number): [number, number, number] {
  const [, ny, nx] = grid.shape;
  const [dz, dy, dx] = grid.spacing;
  const z = grid.shape[0] === 1 ? 0 : (Math.floor(voxel / (ny * nx)) + 0.5) * dz;
  return [((voxel % nx) + 0.5) * dx, ((Math.floor(voxel / nx) % ny) + 0.5) * dy, z];
}

/** λ at every cell of the domain, packed. */
export async function patternValues(
  pattern: RatePattern,
  shape: NucleusShape,
  domain: NoFluxDomain,
  run: Run,
): Promise<Float64Array> {
  const values = new Float64Array(domain.count);
  for (let i = 0; i < values.length; i++) {
    if (i % 4096 === 0) await breathe(run);
    values[i] = valueAt(pattern, shape, domain.grid, domain.voxel[i]);
  }
  return values;
}

function valueAt(pattern: RatePattern, shape: NucleusShape, grid: Grid, voxel: number): number {
  switch (pattern.kind) {
    case 'constant':
      return pattern.value;
    case 'radial': {
      const [x, y, z] = framePosition(grid, voxel);
      const radius = relativeRadius(shape, x, y, grid.shape[0] === 1 ? 0 : z);
      const rise = 1 / (1 + Math.exp((pattern.at - radius) / pattern.width));
      return pattern.inner + (pattern.outer - pattern.inner) * rise;
    }
    case 'bumps': {
      const at = positionNm(grid, voxel);
      const sum = pattern.bumps.reduce((total, bump) => total + bumpAt(bump, at), pattern.base);
      return Math.min(3.5, Math.max(0.5, sum));
    }
    case 'patches': {
      const [x, y, z] = positionNm(grid, voxel);
      let sum = 0;
      for (const { vector, phase } of pattern.waves) {
        sum += Math.cos(vector[0] * x + vector[1] * y + vector[2] * z + phase);
      }
      // Unit variance, then tripled: two thirds of the field lie on either plateau.
      const unit = sum * Math.sqrt(2 / pattern.waves.length);
      return pattern.middle + pattern.amplitude * Math.tanh(3 * unit);
    }
  }
}

function bumpAt({ centre, sd, height }: Bump, [x, y, z]: [number, number, number]): number {
  const square = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2;
  return height * Math.exp(-square / (2 * sd * sd));
}
