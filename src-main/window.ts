import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  nativeTheme,
  type Rectangle,
  screen,
  type Session as WebSession,
} from 'electron';
import { isGranted, mayNavigate, pageAddress } from './desktop/page-rules.js';
import type { SettingsStore } from './desktop/settings.js';

const smallest = { minWidth: 960, minHeight: 600 };
const usual = { width: 1440, height: 860 };
const preload = fileURLToPath(new URL('./preload/preload.cjs', import.meta.url));

/** The bounds, unless the screen that they lay on is gone. */
function visibleBounds(bounds: Rectangle | null): Partial<Rectangle> {
  if (!bounds) return usual;
  const { x, y, width, height } = screen.getDisplayMatching(bounds).workArea;
  const isVisible =
    bounds.x < x + width &&
    bounds.x + bounds.width > x &&
    bounds.y < y + height &&
    bounds.y + bounds.height > y;
  return isVisible ? bounds : usual;
}

function rememberBounds(window: BrowserWindow, settings: SettingsStore): void {
  let waiting: NodeJS.Timeout | undefined;
  const save = (): void => {
    void settings.change({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const saveSoon = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 500);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('close', () => {
    clearTimeout(waiting);
    save();
  });
}

/** The page writes to the clipboard when it is asked to copy; whatever else it asks of the platform is denied. */
export function denyPermissions(web: WebSession): void {
  web.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl, isMainFrame }) => {
    decide(isGranted({ permission, asker: requestingUrl, isMainFrame }));
  });
  web.setPermissionCheckHandler((_contents, permission, asker, { isMainFrame }) =>
    isGranted({ permission, asker, isMainFrame }),
  );
  web.setDevicePermissionHandler(() => false);
  web.on('will-download', (event) => {
    event.preventDefault();
  });
}

/** No page may leave the window, open another one or hold a foreign one. */
export function confineContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
  });
}

/** Opens the window where it last was. Its page is loaded again if it dies: session and jobs live on here. */
export function openWindow(settings: SettingsStore): BrowserWindow {
  const { bounds, maximized } = settings.current();
  const window = new BrowserWindow({
    ...smallest,
    ...visibleBounds(bounds),
    title: 'Epiflux',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14161a' : '#f4f5f7',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (maximized) window.maximize();
  rememberBounds(window, settings);
  window.once('ready-to-show', () => {
    window.show();
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
  });
  void window.loadURL(pageAddress);
  return window;
}
