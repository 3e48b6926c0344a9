import { CoreError } from '../errors.js';
import { breathe, type Run } from '../run.js';
import { colorRange, type ColorRange } from './color-range.js';
import { checkColors } from './figure-content.js';
import { type PageWords, type PanelWords, type PlacedPanel, placePage } from './layout.js';
import { type FoundPanel, mapDescription, mapNotes, missingKey, sizesText } from './map-caption.js';
import { type MapRaster, type PagePanel, type PicturePanel, rasterizeMap } from './map-panel.js';
import { type DrawnPage, drawnPage, drawNotes, drawPaper } from './drawn-page.js';
import { pageColors } from './page-items.js';
import { checkLook, lookScale, type PageLook } from './page-look.js';
import {
  colorPicture,
  drawFrame,
  drawHatch,
  drawKey,
  drawNotice,
  drawOutline,
  hatchDefinition,
} from './panel.js';
import { drawScale, type PanelScale, scaleTitle } from './panel-scale.js';
import { encodePng } from './png.js';
import { drawScaleBar, placeScaleBar } from './scale-bar.js';
import { imageElement, rectangle, textElement } from './svg.js';

/** A page of one to four panels. */
export interface MapPage {
  /** Usually the file's name. */
  readonly title: string;
  readonly panels: readonly PagePanel[];
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
  /** The job as JSON; it is embedded in the page. */
  readonly job: string;
}

const mostPanels = 4;

function refuse(message: string, hint: string): never {
  throw new CoreError({ tag: 'usage', message, where: 'figure', hint });
}

function checkPanel(panel: PagePanel): void {
  checkColors(panel);
  const [what, length, wanted] =
    panel.kind === 'map'
      ? (['values', panel.values.length, panel.nx * panel.ny] as const)
      : (['bytes', panel.data.length, 4 * panel.width * panel.height] as const);
  if (wanted === 0 || length !== wanted) {
    refuse(
      `Figure: ${panel.heading} has ${length} ${what}, its size asks for ${wanted}.`,
      'Give one value a pixel.',
    );
  }
  const [x, y] =
    panel.kind === 'map' ? [panel.pixelX, panel.pixelY] : [panel.pixelNm ?? 1, panel.pixelNm ?? 1];
  if (!(x > 0 && y > 0)) refuse(`Figure: the pixel size is ${x} × ${y} nm.`, 'Give a size above 0.');
}

function checkPage({ panels }: MapPage): void {
  if (panels.length === 0 || panels.length > mostPanels) {
    refuse(`The page has ${panels.length} panels.`, `Give 1 to ${mostPanels}.`);
  }
  panels.forEach(checkPanel);
}

const pictureRange = ({ limits, limitsFrom }: PagePanel): ColorRange => ({
  limits,
  below: 0,
  above: 0,
  given: limitsFrom === 'hand',
});

function examine(panel: PagePanel, name: string): FoundPanel {
  if (panel.kind === 'picture')
    return { panel, name, raster: null, range: panel.bar ? pictureRange(panel) : undefined };
  const raster = rasterizeMap(panel);
  const { values, shown } = raster;
  return { panel, name, raster, range: colorRange(values, (i) => shown[i] !== 0, panel.limits) };
}

const letterOf = (k: number): string => 'abcd'[k];

function scaleOf({ panel, range }: FoundPanel): PanelScale | undefined {
  return range && { range, colormap: panel.colormap };
}

/** Width over height of what a panel shows. */
function aspectOf(found: FoundPanel): number {
  if (found.raster === null) return found.panel.width / found.panel.height;
  return found.raster.widthNm / found.raster.heightNm;
}

/** A heading is needed without a title too where it says which plane of a stack is shown. */
function headingOf({ panel }: FoundPanel, { showTitle }: PageLook): string {
  return showTitle || panel.heading.includes('plane ') ? panel.heading : '';
}

function panelWords(found: FoundPanel, k: number, look: PageLook): PanelWords {
  const key = missingKey(found);
  return {
    letter: look.letters ? letterOf(k) : '',
    heading: headingOf(found, look),
    aspect: aspectOf(found),
    ...scaleTitle(scaleOf(found), found.panel),
    ...(key !== undefined && { key }),
    ...(found.raster === null && found.panel.note !== '' && { note: found.panel.note }),
  };
}

function pageWords(content: MapPage, panels: readonly FoundPanel[], look: PageLook): PageWords {
  return {
    widthMm: look.widthMm / lookScale(look),
    title: look.showTitle ? content.title : '',
    subtitle: look.showTitle ? sizesText(panels) : '',
    panels: panels.map((found, k) => panelWords(found, k, look)),
    notes: look.showCaption ? mapNotes(panels, content) : [],
  };
}

/** A map in its place: coloured where it is known, hatched where not, with the outline and a scale bar. */
function drawMap(found: Extract<FoundPanel, { readonly raster: MapRaster }>, place: PlacedPanel): string[] {
  const { panel, raster, range } = found;
  const { colormap, limits, nucleusOnly } = panel;
  const shown = (i: number): boolean => raster.shown[i] !== 0;
  const colors = (): Uint8Array => colorPicture(raster, raster.values, shown, { colormap, limits });
  return [
    rectangle(place.frame, { fill: pageColors.outside }),
    ...(range === undefined ? [] : [imageElement(place.data, colors())]),
    ...drawHatch(raster, raster.missing, place.data, panel.hatch),
    ...(panel.outline && panel.mask !== null ? drawOutline(raster, place.data, !nucleusOnly, true) : []),
    drawFrame(place.frame),
    ...drawScaleBar(placeScaleBar(raster, place), !nucleusOnly),
    ...(range === undefined ? drawNotice(place, 'no value to show') : []),
  ];
}

/** The scale bar of a picture without perspective, where it hides least of what is drawn. */
function drawPictureScale({ width, height, data, pixelNm }: PicturePanel, place: PlacedPanel): string[] {
  if (pixelNm === null) return [];
  const mask = Uint8Array.from({ length: width * height }, (_, i) => (data[4 * i + 3] === 0 ? 0 : 1));
  return drawScaleBar(placeScaleBar({ nx: width, ny: height, widthNm: width * pixelNm, mask }, place), false);
}

function drawPanel(found: FoundPanel, place: PlacedPanel): string[] {
  if (found.raster !== null) return drawMap(found, place);
  const { width, height, data } = found.panel;
  return [
    imageElement(place.data, encodePng({ width, height, data })),
    drawFrame(place.frame),
    ...drawPictureScale(found.panel, place),
  ];
}

function drawLegend(found: FoundPanel, place: PlacedPanel): string[] {
  const hatched = found.panel.kind !== 'map' || found.panel.hatch;
  return [
    ...drawScale(place, scaleOf(found)),
    ...(place.key === undefined ? [] : [drawKey(place.key, hatched)]),
  ];
}

/**
 * A page of one to four maps and pictures as an SVG file, each with colour bar, unit and (maps) scale bar; below
 * them, if the look wants it, what was assumed and how to read the colours. The size is the look's; the job is in the
 * metadata. The same content and look give the same text. Throws `usage` for what cannot be drawn, and `cancelled`.
 */
export async function drawMapPage(content: MapPage, look: PageLook, run: Run): Promise<DrawnPage> {
  checkPage(content);
  checkLook(look);
  const panels: FoundPanel[] = [];
  for (const [k, panel] of content.panels.entries()) {
    await breathe(run);
    panels.push(examine(panel, look.letters ? letterOf(k) : panel.heading));
  }
  const page = placePage(pageWords(content, panels, look));
  const body = [hatchDefinition(), ...drawPaper(page, look)];
  for (const [k, found] of panels.entries()) {
    await breathe(run);
    body.push(...drawPanel(found, page.panels[k]), ...drawLegend(found, page.panels[k]));
  }
  const { title, job } = content;
  return drawnPage(page, look, { title, description: mapDescription(panels), job }, [
    ...body,
    ...page.lines.map(textElement),
    ...drawNotes(page),
  ]);
}
