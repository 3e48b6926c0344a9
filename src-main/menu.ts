import { app, Menu } from 'electron';
import { type MenuActions, menuTemplate } from './desktop/menu-template.js';

/** Shows the application's menu with these recent files in it. */
export function showMenu(recent: readonly string[], actions: MenuActions): void {
  const situation = { recent, isMac: process.platform === 'darwin', isPackaged: app.isPackaged };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(situation, actions)));
}
