import type { ColormapName, Limits } from './colormap.js';

/** What a panel of a page has, whatever it shows. */
interface AnyPanel {
  /** What is shown, in a few words: "λ", "H3K9me3, plane 6 of 24". */
  readonly heading: string;
  /** Name of the quantity for the colour bar; an underscore after a Greek letter makes a subscript. */
  readonly label: string;
  readonly unit: string;
  readonly colormap: ColormapName;
  readonly limits: Limits;
  /** Whether somebody set the limits, or they were taken from the values. */
  readonly limitsFrom: 'hand' | 'values';
}

/** A map of one plane, or of a part of it: ny rows of nx values. */
export interface MapPanel extends AnyPanel {
  readonly kind: 'map';
  readonly nx: number;
  readonly ny: number;
  /** Size of a pixel in nm. */
  readonly pixelX: number;
  readonly pixelY: number;
  readonly values: Float32Array;
  /** 1 inside the nucleus; null where there is none on these pixels. */
  readonly mask: Uint8Array | null;
  /** 1 where the value is known; null for a quantity that is known wherever it is finite. */
  readonly identifiable: Uint8Array | null;
  /** Whether values outside the nucleus mean nothing and are left out. */
  readonly nucleusOnly: boolean;
  /** Whether what is not known is hatched; plain grey if not. */
  readonly hatch: boolean;
  readonly outline: boolean;
}

/** A picture that was drawn elsewhere, such as a view in 3-D: red, green, blue, alpha, row by row from the top. */
export interface PicturePanel extends AnyPanel {
  readonly kind: 'picture';
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** How it is looked at and how long its edges are, in a sentence. */
  readonly note: string;
  /** Size of a pixel in nm, for a scale bar; null where it is not the same everywhere, as in perspective. */
  readonly pixelNm: number | null;
  /** Whether it has a colour bar: an overlay of several quantities has none. */
  readonly bar: boolean;
}

/** One panel of a page. */
export type PagePanel = MapPanel | PicturePanel;

/** A map at the resolution of the page. Per pixel: its value, and whether it is coloured, unknown, or in the nucleus. */
export interface MapRaster {
  readonly nx: number;
  readonly ny: number;
  readonly widthNm: number;
  readonly heightNm: number;
  /** Pixels along x and y behind one of the raster; above 1 the values are means. */
  readonly binning: number;
  readonly values: Float32Array;
  readonly shown: Uint8Array;
  readonly missing: Uint8Array;
  readonly mask: Uint8Array;
}

/** More pixels than this along one side are beyond print. */
const mostAcross = 2048;

/** What a pixel of the map is, as a sum: 1 inside the nucleus, 2 with a value to show, 4 without one. */
function readPixel(panel: MapPanel, i: number): number {
  const { mask, identifiable } = panel;
  const inside = mask !== null && mask[i] !== 0;
  if (panel.nucleusOnly && mask !== null && !inside) return 0;
  const known = Number.isFinite(panel.values[i]) && (identifiable === null || identifiable[i] !== 0);
  return (inside ? 1 : 0) + (known ? 2 : 4);
}

/** Fills one pixel of the raster from the pixels of the map behind it: whatever half of them are, and their mean. */
function fillBin(raster: MapRaster, panel: MapPanel, row: number, column: number): void {
  const { binning } = raster;
  let [count, inside, shown, missing, sum] = [0, 0, 0, 0, 0];
  for (let iy = row * binning; iy < Math.min(panel.ny, (row + 1) * binning); iy++) {
    for (let ix = column * binning; ix < Math.min(panel.nx, (column + 1) * binning); ix++) {
      const i = iy * panel.nx + ix;
      const bits = readPixel(panel, i);
      count++;
      inside += bits & 1;
      if ((bits & 4) !== 0) missing++;
      if ((bits & 2) === 0) continue;
      shown++;
      sum += panel.values[i];
    }
  }
  const at = row * raster.nx + column;
  const counted = 2 * (shown + missing) >= count;
  raster.mask[at] = 2 * inside >= count ? 1 : 0;
  raster.shown[at] = counted && shown > 0 && shown >= missing ? 1 : 0;
  raster.missing[at] = counted && missing > shown ? 1 : 0;
  raster.values[at] = shown > 0 ? sum / shown : 0;
}

/** A map as it is drawn: pixel by pixel, or as means over square bins where it is finer than print (2048 across). */
export function rasterizeMap(panel: MapPanel): MapRaster {
  const binning = Math.ceil(Math.max(panel.nx, panel.ny) / mostAcross);
  const [nx, ny] = [Math.ceil(panel.nx / binning), Math.ceil(panel.ny / binning)];
  const raster: MapRaster = {
    nx,
    ny,
    widthNm: nx * binning * panel.pixelX,
    heightNm: ny * binning * panel.pixelY,
    binning,
    values: new Float32Array(nx * ny),
    shown: new Uint8Array(nx * ny),
    missing: new Uint8Array(nx * ny),
    mask: new Uint8Array(nx * ny),
  };
  for (let row = 0; row < ny; row++) {
    for (let column = 0; column < nx; column++) fillBin(raster, panel, row, column);
  }
  return raster;
}
