import type { FolderFile, PickedFolder } from '../ui/folder-picker.js';
import { type App, patch } from './app.js';
import { relinkDropped } from './relink-actions.js';
import { openFiles } from './source-actions.js';
import { addTrouble } from './trouble-actions.js';

/** More files than this are not opened one by one without asking. */
export const fewFiles = 8;

/** Files of dropped folders that are looked at; what is beyond is left alone. */
const mostFiles = 20_000;

/** What a file of a folder may end in to be opened; of files that were dropped themselves each is tried. */
const readable = /\.(tiff?|tf2|tf8|btf|csv|tsv|txt|hdf5|h5|npy|smlm|bin|epiflux)(\.gz)?$/i;

function filesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const batch = (): Promise<FileSystemEntry[]> =>
    new Promise((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
  // A reader gives its entries in portions and an empty one at the end.
  const rest = async (found: FileSystemEntry[]): Promise<FileSystemEntry[]> => {
    const more = await batch();
    return more.length === 0 ? found : rest([...found, ...more]);
  };
  return rest([]);
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** Adds the readable files of a folder, with their paths below it. */
async function collect(entry: FileSystemEntry, below: string, into: FolderFile[]): Promise<void> {
  if (into.length >= mostFiles || entry.name.startsWith('.')) return;
  const path = below === '' ? entry.name : `${below}/${entry.name}`;
  if (entry.isFile) {
    if (readable.test(entry.name)) into.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
    return;
  }
  const entries = await filesIn(entry as FileSystemDirectoryEntry);
  const ordered = entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const each of ordered) await collect(each, path, into);
}

/** The files of a drop, those of its folders among them, in the order of their names. */
interface Dropped {
  readonly files: readonly FolderFile[];
  readonly folders: readonly string[];
}

/** Reads a drop; to be called while the drop's event is at work, for its items are gone after that. */
export function readDrop(transfer: DataTransfer): Promise<Dropped> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const taken = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return collectAll(taken);
}

async function collectAll(
  taken: readonly { readonly entry: FileSystemEntry | null; readonly file: File | null }[],
): Promise<Dropped> {
  const files: FolderFile[] = [];
  const folders: string[] = [];
  for (const { entry, file } of taken) {
    if (entry?.isDirectory === true) {
      folders.push(entry.name);
      await collect(entry, '', files);
    } else if (file !== null) files.push({ path: file.name, file });
  }
  return { files, folders };
}

/** The files as one folder: paths are below it where a single folder was dropped. */
function asFolder({ files, folders }: Dropped): PickedFolder {
  const [name = 'dropped files'] = folders;
  const isOne = folders.length === 1 && files.every(({ path }) => path.startsWith(`${name}/`));
  if (!isOne) return { name: 'dropped files', files };
  return { name, files: files.map(({ path, file }) => ({ path: path.slice(name.length + 1), file })) };
}

/** Files without the .yaml that Picasso writes beside its tables: it is read with the table where it lies beside it. */
function withoutSidecars(files: readonly File[]): readonly File[] {
  const tables = new Set(files.map(({ name }) => /^(.*)\.hdf5$/i.exec(name)?.[1]));
  return files.filter(({ name }) => {
    const stem = /^(.*)\.ya?ml$/i.exec(name)?.[1];
    return stem === undefined || !tables.has(stem);
  });
}

/** Opens what was dropped: few files as documents; of many it is asked what to do with them. */
export async function openDropped(app: App, dropped: Dropped): Promise<void> {
  const { folders } = dropped;
  const files = withoutSidecars(dropped.files.map(({ file }) => file));
  if (app.session.get().question?.kind === 'relink') {
    await relinkDropped(app, files);
    return;
  }
  if (files.length === 0) {
    const failure = {
      tag: 'unreadable' as const,
      message: 'There is no image, table or project in it.',
      hint: 'Images end in .tif or .tiff, tables in .csv, .tsv, .txt, .hdf5, .h5, .npy, .smlm or .bin, projects in .epiflux.',
    };
    addTrouble(app, { what: folders.join(', ') || 'What was dropped', failure, grant: null });
  } else if (files.length > fewFiles) {
    patch(app, { question: { kind: 'many', files, folder: asFolder(dropped) } });
  } else await openFiles(app, files);
}

/** Opens the first of many files as documents. */
export async function openFirst(app: App, files: readonly File[]): Promise<void> {
  patch(app, { question: null });
  await openFiles(app, files.slice(0, fewFiles));
}
