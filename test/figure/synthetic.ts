import { makeGrid } from '../../src-core/data/grid.js';
import type { FigureContent } from '../../src-core/figure/figure-content.js';

/** Size of a synthetic nucleus in voxels. */
export interface SyntheticSize {
  readonly nx: number;
  readonly ny: number;
  readonly nz?: number;
}

const assumptions = [
  'Euchromatin is steady: what it gains by diffusion and acetylation it loses by methylation.',
  'L0 = √(D/Γ_ac) = 150 nm, a = 1, κ = 0.012.',
];

/** An ellipse that fills the field, with a hole, a part that is not identifiable, and smooth fields. */
export function syntheticFigure({ nx, ny, nz = 1 }: SyntheticSize): FigureContent {
  const count = nx * ny * nz;
  const mask = new Uint8Array(count);
  const density = new Float32Array(count);
  const rate = new Float32Array(count);
  const identifiable = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const u = (2 * (i % nx) + 1 - nx) / nx;
    const v = (2 * (Math.floor(i / nx) % ny) + 1 - ny) / ny;
    if (Math.hypot(u, v) > 0.92 || Math.hypot(u - 0.3, v - 0.2) < 0.15) continue;
    mask[i] = 1;
    density[i] = 0.45 + 0.2 * Math.sin(9 * u) * Math.cos(11 * v);
    rate[i] = 1.4 + 0.8 * Math.sin(4 * u + 1) * Math.cos(3 * v);
    identifiable[i] = Math.hypot(u + 0.4, v - 0.1) > 0.22 ? 1 : 0;
  }
  return {
    title: 'nucleus.ome.tif',
    grid: makeGrid([nz, ny, nx], [40, 15, 15]),
    mask,
    density,
    rate,
    identifiable,
    rateLabel: 'λ = Γ_me/Γ_ac',
    rateUnit: 'dimensionless',
    assumptions,
    warnings: ['The level of λ is not calibrated: no heterochromatin fraction was given.'],
    job: '{"jobVersion":1,"note":"a \\"quoted\\" µ & <tag>"}',
  };
}
