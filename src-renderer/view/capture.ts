import type { App } from '../actions/app.js';
import type { PaneIndex } from '../state/panes.js';
import { type Tile, tileFrame, tilesOf } from './frame.js';
import { unlimitedSamples } from './graphics-card.js';
import { inkOf } from './ink.js';
import { makePainter, type Painter } from './painter.js';
import { paneSize } from './pane-sizes.js';
import type { PaneSize } from './plane-camera.js';
import type { StageScene } from './scene.js';
import { paneContent } from './scene-of.js';
import { withOverlay } from './use-overlay.js';
import { sessionFitting } from './capture-view.js';

/** What is wanted of a view: its size in pixels, and what lies behind it. */
export interface CaptureSize {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 'transparent' if not given. */
  readonly background?: 'transparent' | 'white';
}

/** A view as pixels: red, green, blue and opacity (not multiplied into the colours), row by row from the top. */
export interface CapturedView {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Longest side of what is drawn at once: a stack of a larger tile could keep the graphics card too long. */
const tileSide = 512;

/** Width in CSS pixels that a view is taken to have which is not on the screen. */
const usualWidth = 480;

/** Milliseconds between two looks whether a tile is drawn. */
const patienceMs = 4;

async function drawn(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  if (fence === null) return;
  while (gl.clientWaitSync(fence, 0, 0) === gl.TIMEOUT_EXPIRED) {
    await new Promise((resolve) => {
      setTimeout(resolve, patienceMs);
    });
  }
  gl.deleteSync(fence);
}

/** The pixels of what was drawn just now; the window goes on while the graphics card works. */
async function readTile({ renderer }: Painter, { width, height }: Tile): Promise<Uint8Array> {
  const gl = renderer.getContext() as WebGL2RenderingContext;
  const pixels = new Uint8Array(4 * width * height);
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
  gl.bufferData(gl.PIXEL_PACK_BUFFER, pixels.length, gl.STREAM_READ);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
  await drawn(gl);
  gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, pixels);
  gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
  gl.deleteBuffer(buffer);
  return pixels;
}

/** Puts a tile (rows from the bottom, colours times opacity) into the picture. */
function putTile(picture: CapturedView, tile: Tile, pixels: Uint8Array, white: boolean): void {
  for (let row = 0; row < tile.height; row++) {
    for (let column = 0; column < tile.width; column++) {
      const from = 4 * ((tile.height - 1 - row) * tile.width + column);
      const to = 4 * ((tile.top + row) * picture.widthPx + tile.left + column);
      const alpha = pixels[from + 3];
      for (let k = 0; k < 3; k++) {
        const level = pixels[from + k];
        picture.data[to + k] = white
          ? level + 255 - alpha
          : alpha === 0
            ? 0
            : Math.min(255, Math.round((255 * level) / alpha));
      }
      picture.data[to + 3] = white ? 255 : alpha;
    }
  }
}

interface Shot {
  readonly scene: StageScene;
  readonly ratio: number;
  readonly picture: PaneSize;
}

async function drawTiles(
  { scene, ratio, picture }: Shot,
  painter: Painter,
  white: boolean,
): Promise<CapturedView> {
  const { width: widthPx, height: heightPx } = picture;
  const captured = { data: new Uint8Array(4 * widthPx * heightPx), widthPx, heightPx };
  for (const tile of tilesOf(picture, tileSide)) {
    painter.renderer.setPixelRatio(1);
    painter.renderer.setSize(tile.width, tile.height, false);
    painter.paint(scene, ratio, tileFrame(tile, picture));
    putTile(captured, tile, await readTile(painter, tile), white);
  }
  return captured;
}

function checkSize({ widthPx, heightPx }: CaptureSize): void {
  for (const side of [widthPx, heightPx]) {
    if (!Number.isInteger(side) || side < 1 || side > 20_000) {
      throw new RangeError(
        `A view cannot be ${widthPx} × ${heightPx} pixels; use whole numbers from 1 to 20 000.`,
      );
    }
  }
}

/** The scene at rest, in the colours of paper; points are blended with white. */
function onPaper(scene: StageScene): StageScene {
  const still = { ...scene, moving: false, ink: inkOf('light') };
  if (still.mode !== 'plane' || still.overlay === undefined) return still;
  return { ...still, overlay: { ...still.overlay, ground: [1, 1, 1] } };
}

/** The scene of a pane at the wanted size, with as much detail on it as on the screen, in the colours of paper. */
function shotOf(app: App, pane: PaneIndex, wanted: CaptureSize): Shot | null {
  const picture = { width: wanted.widthPx, height: wanted.heightPx };
  const shown = paneSize(pane) ?? {
    width: usualWidth,
    height: (usualWidth * picture.height) / picture.width,
  };
  const ratio = Math.max(picture.width / shown.width, picture.height / shown.height);
  const size = { width: picture.width / ratio, height: picture.height / ratio };
  const session = sessionFitting(app.session.get(), shown, size);
  const content = paneContent(session, pane, size);
  if (content === null) return null;
  return { scene: onPaper(withOverlay(session, content).scene), ratio, picture };
}

/**
 * A pane's picture in whatever mode it is in, without anything that lies over it (scale bar, labels), drawn anew at the
 * wanted size: what is seen of it on the screen, as large as it fits. Throws where the layer is not there yet, the size
 * is not 1 to 20 000 pixels, or the browser cannot draw.
 */
export async function captureView(app: App, pane: PaneIndex, wanted: CaptureSize): Promise<CapturedView> {
  checkSize(wanted);
  const shot = shotOf(app, pane, wanted);
  if (shot === null) throw new Error(`View ${pane + 1} has no picture yet.`);
  const painter = makePainter(document.createElement('canvas'), unlimitedSamples);
  try {
    return await drawTiles(shot, painter, wanted.background === 'white');
  } finally {
    painter.dispose();
    painter.renderer.forceContextLoss();
  }
}
