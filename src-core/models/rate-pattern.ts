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
  const period = periodOf(frame.domain);
  const waves = Array.from({ length: waveCount }, (): Wave => {
    const direction = [normal(), normal(), planar ? 0 : normal()];
    const wavelength = Math.max(width * between(0.176, 0.273), 3 * frame.lengthNm);
    const scale = (2 * Math.PI) / wavelength / Math.hypot(...direction);
    const [x, y, z] = direction.map((component) => component * scale);
    const vector = period === null ? ([x, y, z] as const) : wholeWaves([x, y, z], period);
    return { vector, phase: 2 * Math.PI * uniform() };
  });
  return { kind, middle: 1.5, amplitude: 0.7, waves };
}

type Place = readonly [x: number, y: number, z: number];

/** Lengths in nm along x, y, z after which a pattern repeats itself; undefined along an axis of one voxel. */
type Period = readonly [x: number, y: number, z: number | undefined];

/** The period of a periodic domain; null for one that does not repeat itself. */
function periodOf({ grid, isPeriodic }: NoFluxDomain): Period | null {
  if (isPeriodic !== true) return null;
  const [nz, ny, nx] = grid.shape;
  return [nx * grid.spacing[2], ny * grid.spacing[1], nz === 1 ? undefined : nz * grid.spacing[0]];
}

/** The wave vector nearest to the given one that fits a period whole times along every axis, and once along x at least. */
function wholeWaves(vector: Place, period: Period): Place {
  const whole = vector.map((k, axis) => Math.round((k * (period[axis] ?? 0)) / (2 * Math.PI)));
  const times = whole.some((n) => n !== 0) ? whole : [1, 0, 0];
  const [x, y, z] = times.map((n, axis) => (2 * Math.PI * n) / (period[axis] ?? 1));
  return [x, y, z];
}

/** From one place to the nearest of those that another one stands for. */
function apart(from: number, to: number, period: number | undefined): number {
  const away = to - from;
  return period === undefined ? away : away - period * Math.round(away / period);
}

/** Bumps that rise and dip in turn and cover about two thirds of the nucleus, each far from those before it. */
function randomBumps(
  { domain, lengthNm }: PatternFrame,
  between: (low: number, high: number) => number,
): Bump[] {
  const { grid, voxel, count } = domain;
  const period = periodOf(domain);
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
    const nearest = candidates.map((at) =>
      Math.min(...bumps.map(({ centre }) => distance(centre, at, period))),
    );
    const centre = candidates[nearest.indexOf(Math.max(...nearest))];
    const sd = Math.max(width * between(0.0625, 0.113), floor);
    bumps.push({ centre, sd, height: bumpHeights[(first + bumps.length) % bumpHeights.length] });
  }
  return bumps;
}

function distance(a: Place, b: Place, period: Period | null): number {
  return Math.hypot(...a.map((from, axis) => apart(from, b[axis], period?.[axis])));
}

function positionNm(grid: Grid, voxel: number): [number, number, number] {
  const [, ny, nx] = grid.shape;
  const [dz, dy, dx] = grid.spacing;
  const z = grid.shape[0] === 1 ? 0 : (Math.floor(voxel / (ny * nx)) + 0.5) * dz;
  return [((voxel % nx) + 0.5) * dx, ((Math.floor(voxel / nx) % ny) + 0.5) * dy, z];
}

/** λ at every cell of the domain, packed; a pattern of a periodic domain repeats itself with it. */
export async function patternValues(
  pattern: RatePattern,
  shape: NucleusShape,
  domain: NoFluxDomain,
  run: Run,
): Promise<Float64Array> {
  const values = new Float64Array(domain.count);
  const frame = { grid: domain.grid, period: periodOf(domain) };
  for (let i = 0; i < values.length; i++) {
    if (i % 4096 === 0) await breathe(run);
    values[i] = valueAt(pattern, shape, frame, domain.voxel[i]);
  }
  return values;
}

function valueAt(
  pattern: RatePattern,
  shape: NucleusShape,
  { grid, period }: { readonly grid: Grid; readonly period: Period | null },
  voxel: number,
): number {
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
      const sum = pattern.bumps.reduce((total, bump) => total + bumpAt(bump, at, period), pattern.base);
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

function bumpAt({ centre, sd, height }: Bump, place: Place, period: Period | null): number {
  const gauss = (d: number): number => Math.exp(-(d * d) / (2 * sd * sd));
  if (period === null) {
    const square = place.reduce((sum, at, axis) => sum + (at - centre[axis]) ** 2, 0);
    return height * Math.exp(-square / (2 * sd * sd));
  }
  // The nearest one of each axis and those beside it: those farther away are 1e-8 and less.
  return place.reduce((product, at, axis) => {
    const length = period[axis];
    const near = apart(centre[axis], at, length);
    if (length === undefined) return product * gauss(near);
    return product * (gauss(near) + gauss(near - length) + gauss(near + length));
  }, height);
}
