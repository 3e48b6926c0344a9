import { basename } from 'node:path';
import type { MenuItemConstructorOptions as Item } from 'electron';
import type { MenuCommand } from '../api.js';

/** What the menu can set off. */
export interface MenuActions {
  /** Passes a command on to the window. */
  readonly command: (command: MenuCommand) => void;
  readonly openPath: (path: string) => void;
  readonly clearRecent: () => void;
}

/** What the menu depends on. */
export interface MenuSituation {
  /** Paths, the newest first. */
  readonly recent: readonly string[];
  readonly isMac: boolean;
  /** An installed app has no developer tools. */
  readonly isPackaged: boolean;
}

const separator: Item = { type: 'separator' };

function recentMenu(recent: readonly string[], actions: MenuActions): Item[] {
  if (recent.length === 0) return [{ label: 'No recent files', enabled: false }];
  return [
    ...recent.map((path) => ({
      label: basename(path),
      toolTip: path,
      click: () => {
        actions.openPath(path);
      },
    })),
    separator,
    { label: 'Clear', click: actions.clearRecent },
  ];
}

type Make = (label: string, command: MenuCommand, accelerator?: string) => Item;

/**
 * Keys are shown and not registered: the page hears them first and knows whether they belong to a field that is being
 * written in. A Mac registers them all the same, after the page.
 */
function itemMaker({ command: perform }: MenuActions): Make {
  return (label, command, accelerator) => ({
    id: command,
    label,
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
    click: () => {
      perform(command);
    },
  });
}

function fileMenu(make: Make, { recent, isMac }: MenuSituation, actions: MenuActions): Item[] {
  return [
    make('Open…', 'open', 'CmdOrCtrl+O'),
    { label: 'Open recent', submenu: recentMenu(recent, actions) },
    make('Open the sample nucleus', 'open-sample'),
    separator,
    make('Save project', 'save-project', 'CmdOrCtrl+S'),
    make('Save project as…', 'save-project-as', 'CmdOrCtrl+Shift+S'),
    // Browsers keep this key for their own tabs, so the page does not know it.
    {
      ...make('Close image', 'close-document', isMac ? 'Cmd+Shift+W' : 'Ctrl+W'),
      registerAccelerator: true,
    },
    separator,
    make('Export…', 'export'),
    separator,
    { role: isMac ? 'close' : 'quit' },
  ];
}

function editMenu(make: Make, { isMac }: MenuSituation): Item[] {
  return [
    make('Undo', 'undo', 'CmdOrCtrl+Z'),
    make('Redo', 'redo', isMac ? 'Cmd+Shift+Z' : 'Ctrl+Y'),
    separator,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ];
}

function viewMenu(make: Make): Item[] {
  return [
    make('Fit to the nucleus', 'fit', 'F'),
    make('Whole picture', 'reset', 'R'),
    make('Contrast from the values', 'contrast', 'C'),
    separator,
    make('Flat (2-D)', 'plane'),
    make('As height (3-D)', 'surface'),
    make('One view or two', 'split'),
    separator,
    make('Light or dark', 'theme'),
    make('Log', 'log'),
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ];
}

function helpMenu(make: Make, { isPackaged }: MenuSituation): Item[] {
  return [
    make('Do anything…', 'palette', 'CmdOrCtrl+K'),
    make('Tour of the window', 'tour'),
    separator,
    make('Restart the engine', 'restart-engine'),
    { role: 'reload', label: 'Load the window again', accelerator: '' },
    ...(isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
  ];
}

/** The application's menu. Commands go to the window, which knows what they mean where it stands. */
export function menuTemplate(situation: MenuSituation, actions: MenuActions): Item[] {
  const make = itemMaker(actions);
  const run = [
    make('Infer λ', 'run', 'CmdOrCtrl+Return'),
    make('Cancel the run', 'cancel', 'Esc'),
    separator,
    make('Batch…', 'batch', 'CmdOrCtrl+B'),
  ];
  return [
    ...(situation.isMac ? [{ role: 'appMenu' as const }] : []),
    { label: 'File', submenu: fileMenu(make, situation, actions) },
    { label: 'Edit', submenu: editMenu(make, situation) },
    { label: 'View', submenu: viewMenu(make) },
    { label: 'Run', submenu: run },
    // Elsewhere the role would close the window by the key that closes an image.
    situation.isMac
      ? { role: 'windowMenu' }
      : { label: 'Window', submenu: [{ role: 'minimize', accelerator: '' }] },
    { label: 'Help', role: 'help', submenu: helpMenu(make, situation) },
  ];
}
