// Draws the program's icon, a nucleus with a map of λ in it in the colours of the figures:
//   npm run build && node assets/icon/make.mjs [FOLDER]
// writes icon.svg and icon.png (1024 × 1024) to FOLDER (assets). electron-builder makes icns and ico from the png.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import { lookup } from '../../dist/src-core/figure/colormap.js';

const size = 1024;
const outline = 'M512 196 C700 182 838 318 832 500 C828 662 742 818 548 832 C352 844 196 716 190 526 C186 344 322 208 512 196 Z';

const color = (share) => `rgb(${lookup('viridis', share, [0, 1]).join(',')})`;

// Places in the nucleus where the rate ratio is high or low: centre, radius, share of the colour map.
const places = [
  [372, 402, 230, 0.92],
  [648, 356, 170, 0.62],
  [688, 622, 250, 0.98],
  [420, 676, 190, 0.66],
  [548, 520, 130, 0.08],
  [270, 560, 120, 0.12],
];

const gradient = ([, , , share], index) =>
  `<radialGradient id="g${index}"><stop offset="0" stop-color="${color(share)}"/>` +
  `<stop offset="0.45" stop-color="${color(share)}" stop-opacity="0.8"/>` +
  `<stop offset="1" stop-color="${color(share)}" stop-opacity="0"/></radialGradient>`;

const spot = ([x, y, radius], index) => `<circle cx="${x}" cy="${y}" r="${radius}" fill="url(#g${index})"/>`;

const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">
<defs><clipPath id="nucleus"><path d="${outline}"/></clipPath>${places.map(gradient).join('')}</defs>
<rect x="64" y="64" width="896" height="896" rx="200" fill="#14161a"/>
<g clip-path="url(#nucleus)"><rect width="${size}" height="${size}" fill="${color(0.34)}"/>${places.map(spot).join('')}</g>
<path d="${outline}" fill="none" stroke="#e6e8eb" stroke-width="22"/>
</svg>
`;

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
writeFileSync(join(folder, 'icon.svg'), svg);
writeFileSync(join(folder, 'icon.png'), new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng());
