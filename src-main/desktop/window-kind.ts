import { type BrowserWindow, dialog, nativeTheme, shell } from 'electron';
import type { WindowKind } from '../session/window-kind.js';

const tables = ['csv', 'tsv', 'txt', 'gz'];
const images = ['tif', 'tiff', 'tf2', 'tf8', 'btf'];
const projects = ['epiflux'];

/** Dialogs and colour scheme of the desktop; dialogs belong to the window, once there is one. */
export function desktopWindow(window: () => BrowserWindow | undefined): WindowKind {
  const chooseFiles = async (several: boolean): Promise<readonly string[]> => {
    const options: Electron.OpenDialogOptions = {
      properties: several ? ['openFile', 'multiSelections'] : ['openFile'],
      filters: [
        { name: 'Images, localisation tables, projects', extensions: [...images, ...tables, ...projects] },
        { name: 'All files', extensions: ['*'] },
      ],
    };
    const parent = window();
    const { filePaths } = await (parent
      ? dialog.showOpenDialog(parent, options)
      : dialog.showOpenDialog(options));
    return filePaths;
  };
  const chooseTarget = async (name: string): Promise<string | undefined> => {
    const parent = window();
    const options = { defaultPath: name };
    const chosen = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options));
    return chosen.canceled || chosen.filePath === '' ? undefined : chosen.filePath;
  };
  const chooseFolder = async (purpose: 'open' | 'save'): Promise<string | undefined> => {
    const parent = window();
    const options: Electron.OpenDialogOptions = {
      title: purpose === 'open' ? 'Folder of images' : 'Folder for the results',
      properties: purpose === 'open' ? ['openDirectory'] : ['openDirectory', 'createDirectory'],
    };
    const { filePaths } = await (parent
      ? dialog.showOpenDialog(parent, options)
      : dialog.showOpenDialog(options));
    return filePaths.at(0);
  };
  return {
    name: 'electron',
    theme: () => (nativeTheme.shouldUseDarkColors ? 'dark' : 'light'),
    chooseFiles,
    chooseTarget,
    chooseFolder,
    reveal: (path) => {
      shell.showItemInFolder(path);
    },
  };
}
