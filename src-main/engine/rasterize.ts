import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { annotatePng } from '../../src-core/index.js';

const { resolve } = createRequire(import.meta.url);

/**
 * A path that code outside of Electron can read: native code does not look into the packed app, and what it needs lies
 * unpacked beside it (electron-builder.yml, asarUnpack).
 */
export function unpackedPath(path: string): string {
  return path.replace(/([\\/]app\.asar)(?=[\\/])/, '$1.unpacked');
}

/** The faces that figures use, from the package: no font of the machine is read, so every machine draws the same. */
const fontFiles = ['DejaVuSans', 'DejaVuSans-Bold'].map((face) =>
  unpackedPath(resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`)),
);

/** What a rasterised figure carries: its job as JSON, and its resolution. */
export interface RasterOptions {
  readonly job: string;
  /** Dots per inch; 300 if not given. */
  readonly dpi?: number;
  /** White if not given. */
  readonly background?: 'white' | 'transparent';
}

/**
 * An SVG figure of a physical size as a PNG file at a resolution, with the resolution and the job inside.
 * The same SVG and options give the same bytes. Throws the renderer's Error if the SVG cannot be parsed.
 */
export function rasterizeFigure(svg: string, { job, dpi = 300, background }: RasterOptions): Uint8Array {
  const image = new Resvg(svg, {
    dpi,
    ...(background !== 'transparent' && { background: '#ffffff' }),
    imageRendering: 1,
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' },
  }).render();
  return annotatePng(image.asPng(), { dpi, job });
}
