import { basename } from 'node:path';
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from './api.js';

/** What the menu can set off. */
export interface MenuActions {
  /** Passes a command on to the window. */
  readonly command: (command: MenuCommand) => void;
  readonly openPath: (path: string) => void;
  readonly clearRecent: () => void;
}

const isMac = process.platform === 'darwin';

function recentMenu(recent: readonly string[], actions: MenuActions): MenuItemConstructorOptions[] {
  if (recent.length === 0) return [{ label: 'No recent files', enabled: false }];
  return [
    ...recent.map((path) => ({
      label: basename(path),
      toolTip: path,
      click: () => {
        actions.openPath(path);
      },
    })),
    { type: 'separator' },
    { label: 'Clear', click: actions.clearRecent },
  ];
}

/** The application's menu. Commands go to the window, which knows what they mean where it stands. */
export function showMenu(recent: readonly string[], actions: MenuActions): void {
  const item = (label: string, accelerator: string, command: MenuCommand): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => {
      actions.command(command);
    },
  });
  const file: MenuItemConstructorOptions[] = [
    item('Open…', 'CmdOrCtrl+O', 'open'),
    { label: 'Open recent', submenu: recentMenu(recent, actions) },
    item('Open the sample nucleus', 'CmdOrCtrl+Shift+O', 'open-sample'),
    { type: 'separator' },
    item('Save project', 'CmdOrCtrl+S', 'save-project'),
    item('Save project as…', 'CmdOrCtrl+Shift+S', 'save-project-as'),
    item('Close image', isMac ? 'Cmd+Shift+W' : 'Ctrl+W', 'close-document'),
    { type: 'separator' },
    item('Export…', 'CmdOrCtrl+E', 'export'),
    { type: 'separator' },
    { role: isMac ? 'close' : 'quit' },
  ];
  const edit: MenuItemConstructorOptions[] = [
    item('Undo', 'CmdOrCtrl+Z', 'undo'),
    item('Redo', isMac ? 'Cmd+Shift+Z' : 'Ctrl+Y', 'redo'),
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
  const run = [
    item('Infer', 'CmdOrCtrl+Return', 'run'),
    item('Cancel', 'CmdOrCtrl+.', 'cancel'),
    item('Batch…', 'CmdOrCtrl+B', 'batch'),
  ];
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
  ];
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: file },
    { label: 'Edit', submenu: edit },
    { label: 'Run', submenu: run },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
