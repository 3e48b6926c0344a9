import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { mm, textWidth } from '../../src-core/figure/typesetting.js';
import { fontPath, fontWidthsSource } from './font-widths.js';

interface Renderer {
  readonly Resvg: new (svg: string, options: object) => { getBBox: () => { width: number } | undefined };
}
const { Resvg } = createRequire(import.meta.url)('@resvg/resvg-js') as Renderer;

test('the committed width table is the one the font gives', async () => {
  await expect(fontWidthsSource()).toMatchFileSnapshot('../../src-core/figure/font-widths.ts');
});

test.each([
  'Limits: 1st to 99th percentile, rounded outward',
  'Größe der Öffnung: 2,5 µm · łódź – “quoted”',
  'λ = Γ/Γ (φ ≥ 0.45, ∇²φ ≤ 3 × 10⁻⁵)',
  'Хроматин ядра',
  'AVATAR To. Ty. Wa. fi ffl',
])('the measured width of "%s" is never under what the renderer draws, and little over it', (words) => {
  const markers = `H${words}H`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text x="0" y="30" font-size="10" font-family="DejaVu Sans" xml:space="preserve">${markers}</text></svg>`;
  const drawn =
    new Resvg(svg, { font: { loadSystemFonts: false, fontFiles: [fontPath] } }).getBBox()?.width ?? 0;
  const measured = textWidth(markers, 10);
  expect(measured).toBeGreaterThan(drawn * 0.995);
  expect(measured).toBeLessThan(drawn * 1.1);
});

test('a character the table lacks counts one em, and a subscript counts at its own size', () => {
  expect(textWidth('日本', 10)).toBe(20);
  const size = mm(10);
  expect(textWidth('Γ_me', size)).toBeCloseTo(textWidth('Γ', size) + textWidth('me', mm(8)), 9);
});
