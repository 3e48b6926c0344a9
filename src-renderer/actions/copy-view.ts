import { layerTitle } from '../state/layer-data.js';
import { type CapturedView, captureView } from '../view/capture.js';
import { paneSize } from '../view/pane-sizes.js';
import { type App, log } from './app.js';
import { activeLayer } from './view-actions.js';

/** Pixels of the copy for each of the screen. */
const enlargement = 2;

async function encodePicture({ data, widthPx, heightPx }: CapturedView): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [widthPx, heightPx];
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The browser gives no canvas to encode the picture on.');
  context.putImageData(new ImageData(new Uint8ClampedArray(data), widthPx, heightPx), 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null)
        reject(new Error(`A picture of ${widthPx} × ${heightPx} pixels could not be encoded.`));
      else resolve(blob);
    }, 'image/png');
  });
}

/** Copies the picture of the active pane to the clipboard, twice as fine as on the screen, on white. */
export async function copyView(app: App): Promise<void> {
  const session = app.session.get();
  const { active } = session.view;
  const shown = paneSize(active);
  if (shown === undefined) return;
  const [widthPx, heightPx] = [shown.width, shown.height].map((side) => Math.round(enlargement * side));
  try {
    const picture = captureView(app, active, { widthPx, heightPx, background: 'white' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture.then(encodePicture) })]);
    const what = layerTitle(session, activeLayer(session));
    log(
      app,
      'info',
      `Copied ${what}, ${widthPx} × ${heightPx} pixels, without scale bar and colour bar: the figures of “Export” have them.`,
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log(app, 'error', `The view was not copied: ${reason}`);
  }
}
