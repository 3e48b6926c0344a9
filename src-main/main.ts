import { join, resolve } from 'node:path';
import { app, type BrowserWindow, nativeTheme, session as webSessions } from 'electron';
import { servePorts } from './desktop/page-port.js';
import { registerPageScheme, servePage } from './desktop/page-protocol.js';
import { filesIn, openSettings, type SettingsStore, withRecent } from './desktop/settings.js';
import { desktopWindow } from './desktop/window-kind.js';
import { showMenu } from './menu.js';
import { windowFolder } from './serve/window-folder.js';
import { failureOf } from './session/failure.js';
import { makeSession, type Session } from './session/session.js';
import { confineContents, denyPermissions, openWindow } from './window.js';

let window: BrowserWindow | undefined;
let openPath: ((path: string) => void) | undefined;
const openedEarly = filesIn(process.argv, app.isPackaged).map((path) => resolve(path));

function showWindow(settings: SettingsStore): void {
  window = openWindow(settings);
  window.on('closed', () => {
    window = undefined;
  });
}

function bringForward(): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

/** Grants files that the system hands over, and keeps the list and the menu of recent ones. */
function followFiles(session: Session, settings: SettingsStore): { remember: (path: string) => void } {
  const open = (path: string): void => {
    void session.grantPath(path, 'command-line').then(
      () => {
        remember(path);
      },
      (error: unknown) => {
        session.emit({ type: 'open-failed', failure: failureOf(error, session.grants) });
      },
    );
  };
  const setRecent = (recent: string[]): void => {
    void settings.change({ recent });
    showMenu(recent, {
      openPath: open,
      command: (command) => {
        session.emit({ type: 'menu', command });
      },
      clearRecent: () => {
        app.clearRecentDocuments();
        setRecent([]);
      },
    });
  };
  const remember = (path: string): void => {
    app.addRecentDocument(path);
    setRecent(withRecent(settings.current().recent, path));
  };
  setRecent(settings.current().recent);
  openPath = open;
  openedEarly.forEach(open);
  return { remember };
}

/** Holds the end of the app back until threads are stopped and passing files removed. */
function closeAtEnd(session: Session): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void session.close().finally(() => {
      isClosed = true;
      app.quit();
    });
  });
}

async function start(): Promise<void> {
  await app.whenReady();
  const settings = openSettings(join(app.getPath('userData'), 'settings.json'));
  const session = await makeSession({
    window: desktopWindow(() => window),
    stateFolder: join(app.getPath('userData'), 'open'),
  });
  const web = webSessions.defaultSession;
  denyPermissions(web);
  servePage({ session, windowFolder }, web);
  const { remember } = followFiles(session, settings);
  servePorts(session, remember);
  closeAtEnd(session);
  nativeTheme.on('updated', () => {
    session.emit({ type: 'theme', theme: nativeTheme.shouldUseDarkColors ? 'dark' : 'light' });
  });
  showWindow(settings);
  app.on('activate', () => {
    if (!window) showWindow(settings);
  });
}

app.enableSandbox();
registerPageScheme();
confineContents();

app.on('open-file', (event, path) => {
  event.preventDefault();
  if (openPath) openPath(path);
  else openedEarly.push(path);
});

app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', (_event, argv, folder) => {
    for (const path of filesIn(argv, app.isPackaged)) openPath?.(resolve(folder, path));
    bringForward();
  });
  void start().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    app.exit(1);
  });
} else {
  app.quit();
}
