import { type BrowserWindow, dialog, nativeTheme, shell } from 'electron';
import type { WindowKind } from '../session/window-kind.js';

const tables = ['csv', 'tsv', 'txt', 'hdf5', 'h5', 'npy', 'smlm', 'bin', 'xy', 'dat', 'gz'];
const images = ['tif', 'tiff', 'tf2', 'tf8', 'btf'];
const projects = ['epiflux'];

/** The paths that were chosen; none where the dialog was cancelled. */
async function askToOpen(
  parent: BrowserWindow | undefined,
  options: Electron.OpenDialogOptions,
): Promise<readonly string[]> {
  const { filePaths } = await (parent
    ? dialog.showOpenDialog(parent, options)
    : dialog.showOpenDialog(options));
  return filePaths;
}

/** Dialogs and colour scheme of the desktop; dialogs belong to the window, once there is one. */
export function desktopWindow(window: () => BrowserWindow | undefined): WindowKind {
  const chooseFiles = (several: boolean): Promise<readonly string[]> =>
    askToOpen(window(), {
      properties: several ? ['openFile', 'multiSelections'] : ['openFile'],
      filters: [
        { name: 'Images, localisation tables, projects', extensions: [...images, ...tables, ...projects] },
        { name: 'All files', extensions: ['*'] },
      ],
    });
  const chooseTarget = async (name: string): Promise<string | undefined> => {
    const parent = window();
    const options = { defaultPath: name };
    const chosen = await (parent ? dialog.showSaveDialog(parent, options) : dialog.showSaveDialog(options));
    return chosen.canceled || chosen.filePath === '' ? undefined : chosen.filePath;
  };
  const chooseFolder = async (purpose: 'open' | 'save'): Promise<string | undefined> => {
    const folders = await askToOpen(window(), {
      title: purpose === 'open' ? 'Folder of images' : 'Folder for the results',
      properties: purpose === 'open' ? ['openDirectory'] : ['openDirectory', 'createDirectory'],
    });
    return folders.at(0);
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
