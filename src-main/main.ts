import { join } from 'node:path';
import { app, type BrowserWindow, nativeTheme, session as webSessions } from 'electron';
import { filesOfSecond, handOver } from './desktop/handed-files.js';
import { servePorts } from './desktop/page-port.js';
import { registerPageScheme, servePage } from './desktop/page-protocol.js';
import { openSettings, type SettingsStore, withoutRecent, withRecent } from './desktop/settings.js';
import { openUtility } from './desktop/utility-port.js';
import { desktopWindow } from './desktop/window-kind.js';
import { showMenu } from './menu.js';
import { windowFolder } from './serve/window-folder.js';
import { failureOf } from './session/failure.js';
import { makeSession, type Session } from './session/session.js';
import { confineContents, denyPermissions, openWindow } from './window.js';

let window: BrowserWindow | undefined;
let openPath: ((path: string) => void) | undefined;
const handedOver = handOver(process.argv, app.isPackaged);
const openedEarly = [...handedOver.files];

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

/** Keeps the list of recent files, for the menu and for the system. */
function followRecent(session: Session, settings: SettingsStore, open: (path: string) => void) {
  const set = (recent: string[]): void => {
    void settings.change({ recent });
    showMenu(recent, {
      openPath: open,
      command: (command) => {
        session.emit({ type: 'menu', command });
      },
      clearRecent: () => {
        app.clearRecentDocuments();
        set([]);
      },
    });
  };
  set(settings.current().recent);
  return {
    remember: (path: string): void => {
      app.addRecentDocument(path);
      set(withRecent(settings.current().recent, path));
    },
    forget: (path: string): void => {
      set(withoutRecent(settings.current().recent, path));
    },
  };
}

/** Grants files that the system hands over and has the window open them; `remember` is for files that came otherwise. */
function followFiles(session: Session, settings: SettingsStore): { remember: (path: string) => void } {
  const open = (path: string): void => {
    session.grantPath(path, 'command-line').then(
      (grant) => {
        recent.remember(path);
        if (!window && app.isReady()) showWindow(settings);
        else session.emit({ type: 'open-file', grant });
      },
      (error: unknown) => {
        recent.forget(path);
        session.emit({ type: 'open-failed', failure: failureOf(error, session.grants) });
      },
    );
  };
  const recent = followRecent(session, settings, open);
  openPath = open;
  return recent;
}

/** Holds the end of the app back until the engine is stopped, passing files removed and settings written. */
function closeAtEnd(session: Session, settings: SettingsStore): void {
  let isClosed = false;
  app.on('will-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void Promise.allSettled([session.close(), settings.change({})]).then(() => {
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
    open: openUtility,
  });
  const web = webSessions.defaultSession;
  denyPermissions(web);
  servePage({ session, windowFolder }, web);
  const { remember } = followFiles(session, settings);
  servePorts(session, {
    onGranted: remember,
    onConnected: () => {
      for (const path of openedEarly.splice(0)) openPath?.(path);
    },
  });
  closeAtEnd(session, settings);
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

if (app.requestSingleInstanceLock(handedOver)) {
  app.on('second-instance', (_event, argv, folder, data) => {
    for (const path of filesOfSecond({ argv, folder, data }, app.isPackaged)) openPath?.(path);
    bringForward();
  });
  void start().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    app.exit(1);
  });
} else {
  app.quit();
}
