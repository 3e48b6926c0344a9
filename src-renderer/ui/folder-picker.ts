/** A file of a folder, with its path below that folder. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** A folder that the user picked or dropped in a browser. */
export interface PickedFolder {
  readonly name: string;
  readonly files: readonly FolderFile[];
}

/** The folder of files whose relative paths begin with its name, as a folder input gives them. */
function folderOfFiles(files: readonly File[]): PickedFolder | null {
  const [first] = files.map(({ webkitRelativePath }) => webkitRelativePath.split('/')[0]);
  if (files.length === 0) return null;
  return {
    name: first === '' ? 'folder' : first,
    files: files.map((file) => {
      const path = file.webkitRelativePath.split('/').slice(1).join('/');
      return { path: path === '' ? file.name : path, file };
    }),
  };
}

/** Opens the browser's dialog for a folder; nothing happens where the user gives up. */
export function pickFolder(chosen: (folder: PickedFolder) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.webkitdirectory = true;
  input.addEventListener('change', () => {
    const folder = folderOfFiles([...(input.files ?? [])]);
    if (folder !== null) chosen(folder);
  });
  input.click();
}
