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
export function folderOfFiles(files: readonly File[]): PickedFolder | null {
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

/** The folder that was dropped; null where files were. To be called before the drop event ends. */
export function droppedFolder(transfer: DataTransfer | null): FileSystemDirectoryEntry | null {
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
  const found = entries.find((entry) => entry?.isDirectory === true);
  return (found as FileSystemDirectoryEntry | undefined) ?? null;
}

function readSome(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // A reader gives a hundred at a time.
  for (let some = await readSome(reader); some.length > 0; some = await readSome(reader)) all.push(...some);
  return all;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

async function filesBelow(folder: FileSystemDirectoryEntry, path: string): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith('.')) continue;
    const below = path + entry.name;
    if (entry.isDirectory) found.push(...(await filesBelow(entry as FileSystemDirectoryEntry, `${below}/`)));
    else found.push({ path: below, file: await fileOf(entry as FileSystemFileEntry) });
  }
  return found;
}

/** Everything in a dropped folder. */
export async function readDroppedFolder(folder: FileSystemDirectoryEntry): Promise<PickedFolder> {
  return { name: folder.name, files: await filesBelow(folder, '') };
}
