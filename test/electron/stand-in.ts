import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MessagePort } from 'node:worker_threads';

/*
 * What src-main takes from Electron, in plain Node, so that its own code runs where Electron's program is not there:
 * events are raised by the test, and a utility process is a forked process with the same port. What Electron itself
 * does is tested in app.test.ts.
 */

/** Handlers that the program gave to Electron, for the test to call. */
export interface Given {
  readonly windows: FakeWindow[];
  readonly menus: unknown[];
  readonly recent: string[];
  handle?: (request: Request) => Promise<Response>;
  beforeRequest?: (details: { url: string }, decide: (answer: { cancel: boolean }) => void) => void;
  check?: (contents: null, permission: string, asker: string, details: { isMainFrame: boolean }) => boolean;
  lockData?: unknown;
}

/** A window that shows nothing and keeps what it was made with. */
export interface FakeWindow extends EventEmitter {
  readonly options: { readonly webPreferences: Record<string, unknown> };
  readonly webContents: FakeContents;
  address: string;
}

/** The page of such a window. */
export interface FakeContents extends EventEmitter {
  openHandler?: () => { action: string };
}

const parentPort = `
  import { EventEmitter } from 'node:events';
  const port = new EventEmitter();
  port.postMessage = (message) => process.send(message);
  process.parentPort = port;
  port.once('newListener', () => process.on('message', (data) => port.emit('message', { data, ports: [] })));
  process.on('disconnect', () => process.exit());`;

function utilityProcess(folder: string) {
  const preload = join(folder, 'parent-port.mjs');
  writeFileSync(preload, parentPort);
  return {
    fork: (entry: string, args: string[]) => {
      const built = entry.replace(/([\\/])src-main([\\/])(?!.*[\\/]src-main[\\/])/, '$1dist$1src-main$2');
      const child = fork(built, args, {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: ['--import', pathToFileURL(preload).href],
      });
      return Object.assign(child, {
        postMessage: (message: object) => {
          if (child.connected) child.send(message, () => undefined);
        },
      });
    },
  };
}

function windowClass(given: Given, app: EventEmitter) {
  return class extends EventEmitter {
    readonly webContents: FakeContents = Object.assign(new EventEmitter(), {
      setWindowOpenHandler(this: FakeContents, handler: () => { action: string }) {
        this.openHandler = handler;
      },
    });
    address = '';
    constructor(readonly options: FakeWindow['options']) {
      super();
      given.windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }
    loadURL(address: string): Promise<void> {
      this.address = address;
      return Promise.resolve();
    }
    isMinimized(): boolean {
      return false;
    }
    focus(): void {
      this.emit('focused');
    }
  };
}

function webSession(given: Given) {
  return Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: (check: Given['check'] & {}) => {
      given.check = check;
    },
    setDevicePermissionHandler: () => undefined,
    protocol: {
      handle: (_scheme: string, handle: Given['handle'] & {}) => {
        given.handle = handle;
      },
    },
    webRequest: {
      onBeforeRequest: (beforeRequest: Given['beforeRequest'] & {}) => {
        given.beforeRequest = beforeRequest;
      },
    },
  });
}

function fakeApp(given: Given, folder: string) {
  return Object.assign(new EventEmitter(), {
    isPackaged: true,
    isReady: () => true,
    whenReady: () => Promise.resolve(),
    getPath: () => folder,
    requestSingleInstanceLock: (data: unknown) => {
      given.lockData = data;
      return true;
    },
    enableSandbox: () => undefined,
    addRecentDocument: (path: string) => given.recent.push(path),
    clearRecentDocuments: () => undefined,
    quit: () => undefined,
    exit: () => undefined,
  });
}

/** A stand-in for the module "electron" whose user data lie in `folder`, and what the program gave to it. */
export function standIn(folder: string) {
  const given: Given = { windows: [], menus: [], recent: [] };
  const app = fakeApp(given, folder);
  const electron = {
    app,
    BrowserWindow: windowClass(given, app),
    dialog: {},
    ipcMain: Object.assign(new EventEmitter(), {
      handle(this: EventEmitter, name: string, answer: (...args: unknown[]) => unknown) {
        this.on(name, (event: unknown, told: (answer: unknown) => void, ...args: unknown[]) => {
          void Promise.resolve(answer(event, ...args)).then(told);
        });
      },
    }),
    Menu: {
      buildFromTemplate: (template: unknown) => template,
      setApplicationMenu: (menu: unknown) => given.menus.push(menu),
    },
    nativeTheme: Object.assign(new EventEmitter(), { shouldUseDarkColors: true }),
    protocol: { registerSchemesAsPrivileged: () => undefined },
    screen: {},
    session: { defaultSession: webSession(given) },
    utilityProcess: utilityProcess(folder),
  };
  return { electron, given };
}

/** A port of Node as Electron's main side has it. */
export function mainPort(port: MessagePort) {
  return {
    postMessage: (message: unknown) => {
      port.postMessage(message);
    },
    on: (name: string, hear: (event: { data: unknown }) => void) => {
      port.on(name, (data: unknown) => {
        hear({ data });
      });
    },
    start: () => {
      port.start();
    },
  };
}
