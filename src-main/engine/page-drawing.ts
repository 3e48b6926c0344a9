import {
  checkRaster,
  type DrawnPage,
  drawMapPage,
  drawSummary,
  type FigureSummary,
  type MapPage,
  type PageLook,
  rasterSize,
  type Run,
} from '../../src-core/index.js';
import { rasterizeFigure } from './rasterize.js';

/** A page to be drawn: the standard figure by its summary, or maps and pictures. */
export interface PageOrder {
  readonly content:
    | { readonly kind: 'figure'; readonly summary: FigureSummary }
    | { readonly kind: 'maps'; readonly page: MapPage };
  readonly look: PageLook;
  readonly dpi: number;
  readonly format: 'svg' | 'png';
}

/** A page as a file, its size on paper and as pixels, and the size of the data of its panels. */
export interface PageFile extends Pick<DrawnPage, 'widthMm' | 'heightMm' | 'panels'> {
  readonly bytes: Uint8Array;
  readonly pixels: { readonly width: number; readonly height: number };
}

function drawContent({ content, look }: PageOrder, run: Run): Promise<DrawnPage> {
  if (content.kind === 'maps') return drawMapPage(content.page, look, run);
  return Promise.resolve(drawSummary(content.summary, look));
}

/**
 * Draws a page as SVG, or as PNG at its resolution; the same order gives the same bytes. Throws `memory` before a
 * PNG of too many pixels is begun, what drawing the page throws, and `cancelled`.
 */
export async function drawPageFile(order: PageOrder, run: Run): Promise<PageFile> {
  const { content, look, dpi, format } = order;
  const drawn = await drawContent(order, run);
  const { svg, widthMm, heightMm, panels } = drawn;
  const size = { widthMm, heightMm, panels, pixels: rasterSize(widthMm, heightMm, dpi) };
  if (format === 'svg') return { ...size, bytes: new TextEncoder().encode(svg) };
  checkRaster(widthMm, heightMm, dpi);
  const job = content.kind === 'maps' ? content.page.job : content.summary.facts.job;
  return { ...size, bytes: rasterizeFigure(svg, { job, dpi, background: look.background }) };
}
