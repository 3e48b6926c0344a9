import { describe, expect, it } from 'vitest';
import { makeGrid } from '../../src-core/data/grid.js';
import { drawFigure } from '../../src-core/figure/figure.js';
import type { FigureContent } from '../../src-core/figure/figure-content.js';
import { aroundNucleus } from '../../src-core/figure/nucleus-frame.js';

const [ny, nx] = [40, 60];

function content(inside: (iy: number, ix: number) => boolean): FigureContent {
  const mask = Uint8Array.from({ length: ny * nx }, (_, i) => (inside(Math.floor(i / nx), i % nx) ? 1 : 0));
  return {
    title: 'corner.tif',
    grid: makeGrid([1, ny, nx], [20, 20, 20]),
    mask,
    density: Float32Array.from(mask, (v, i) => v * i),
    rate: Float32Array.from(mask, (v, i) => v * (1 + (i % 7))),
    identifiable: mask,
    rateLabel: 'λ = Γ_me/Γ_ac',
    rateUnit: 'dimensionless',
    assumptions: [],
    warnings: [],
    job: '{}',
  };
}

describe('frame of a figure', () => {
  const small = content((iy, ix) => iy < 12 && ix >= 10 && ix < 22);

  it('is cut to a small nucleus and its surroundings, values and place kept', () => {
    const around = aroundNucleus(small);
    const [, height, width] = around.grid.shape;
    expect([height, width]).toEqual([14, 16]);
    expect(around.grid.origin).toEqual([0, 0, 8 * 20]);
    expect(around.density[3 * width + 5]).toBe(small.density[3 * nx + 13]);
    expect(around.mask.reduce((sum, v) => sum + v, 0)).toBe(144);
  });

  it('says so in the figure', () => {
    expect(drawFigure(aroundNucleus(small))).toContain('of a field of 1.2 µm × 800 nm');
  });

  it('stays whole for a nucleus that fills it, and without any nucleus', () => {
    const full = content(() => true);
    const none = content(() => false);
    expect(aroundNucleus(full)).toBe(full);
    expect(aroundNucleus(none)).toBe(none);
  });
});
