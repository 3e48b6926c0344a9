import type { BatchListing, BatchSelection, FolderGrant } from '../../src-main/api-batch.js';
import { type Client, failureOf } from '../engine/client.js';
import { sendIntoFolder } from '../engine/folder-upload.js';
import type { BatchPage, Sending } from '../state/batch-page.js';
import { type FolderFile, type PickedFolder, pickFolder } from '../ui/folder-picker.js';
import { type App, log } from './app.js';

/** Changes parts of the batch page. */
export function patchBatch(app: App, part: Partial<BatchPage>): void {
  app.session.set((session) => ({ ...session, batch: { ...session.batch, ...part } }));
}

function refuse(app: App, what: string, error: unknown): void {
  const failure = failureOf(error);
  patchBatch(app, { sending: null, listingTrouble: { what, failure } });
  log(app, 'error', `${what}: ${failure.message}`);
}

const keyOf = ({ folder, selection }: BatchPage): string =>
  JSON.stringify([folder?.id, folder?.output, selection]);

/** Asks what the folder comes to under the selection; an answer that came too late is left out. */
export async function listFolder(app: App): Promise<void> {
  const client = app.client();
  const { folder, selection } = app.session.get().batch;
  if (client === null || folder === null) return;
  const key = keyOf(app.session.get().batch);
  const isLate = (): boolean => keyOf(app.session.get().batch) !== key;
  try {
    const listing: BatchListing = await client.request('listBatchInputs', { folder: folder.id, selection });
    if (!isLate()) patchBatch(app, { listing, listingTrouble: null });
  } catch (error) {
    if (isLate()) return;
    patchBatch(app, { listing: null });
    refuse(app, folder.name, error);
  }
}

/** Changes which files are inputs, and lists them again. */
export function changeSelection(app: App, part: Partial<BatchSelection>): void {
  const { selection } = app.session.get().batch;
  patchBatch(app, { selection: { ...selection, ...part }, trouble: null });
  void listFolder(app);
}

/** Takes a folder that is granted, and lists it. */
export async function takeFolder(app: App, folder: FolderGrant): Promise<void> {
  patchBatch(app, {
    folder,
    ...{ open: true, listing: null, listingTrouble: null, trouble: null, detail: null, chosen: null },
  });
  log(app, 'info', `Folder ${folder.name}.`);
  await listFolder(app);
}

function acceptedFiles(files: readonly FolderFile[], patterns: readonly string[]): FolderFile[] {
  const endings = patterns.map((pattern) => pattern.replace(/^\*/, '').toLowerCase());
  const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.'));
  const isInput = (path: string): boolean => endings.some((ending) => path.toLowerCase().endsWith(ending));
  // Picasso's tables are of no use without the pixel size that stands beside them.
  const sidecars = new Set(
    files.flatMap(({ path }) => (/\.hdf5$/i.test(path) ? [`${path.slice(0, -5)}.yaml`] : [])),
  );
  const isSidecar = (path: string): boolean => path.endsWith('.yaml') && sidecars.has(path);
  return files.filter(({ path }) => !isHidden(path) && (isInput(path) || isSidecar(path)));
}

/** Stops the folder that is being sent. */
let stopSending: (() => void) | null = null;

async function sendAll(
  app: App,
  folder: FolderGrant,
  files: readonly FolderFile[],
  signal: AbortSignal,
): Promise<FolderGrant> {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  let sending: Sending = { name: folder.name, sent: 0, files: files.length, sentBytes: 0, bytes };
  let grant = folder;
  for (const each of files) {
    patchBatch(app, { sending });
    grant = await sendIntoFolder(folder.id, each, signal);
    sending = { ...sending, sent: sending.sent + 1, sentBytes: sending.sentBytes + each.file.size };
  }
  return grant;
}

async function sendFolder(app: App, client: Client, { name, files }: PickedFolder): Promise<void> {
  const { folder, patterns } = await client.request('newFolder', { name });
  const accepted = acceptedFiles(files, patterns);
  if (accepted.length === 0) {
    await client.request('dropFolder', { folder: folder.id });
    throw new Error(
      `${name} has no file that can be read (${files.length} seen). Images are TIFF or OME-TIFF, tables csv, txt, hdf5, npy, smlm or bin.`,
    );
  }
  const controller = new AbortController();
  stopSending = () => {
    controller.abort();
  };
  try {
    const grant = await sendAll(app, folder, accepted, controller.signal);
    const others = files.length - accepted.length;
    if (others > 0) log(app, 'info', `${name}: ${others} other files were not sent.`);
    patchBatch(app, { sending: null });
    await takeFolder(app, grant);
  } catch (error) {
    await client.request('dropFolder', { folder: folder.id });
    if (!controller.signal.aborted) throw error;
    patchBatch(app, { sending: null });
    log(app, 'info', `Sending ${name} was stopped.`);
  } finally {
    stopSending = null;
  }
}

/** Stops sending a folder; what was sent is let go. */
export function cancelSending(): void {
  stopSending?.();
}

/** Opens the batch page with a folder that was picked or dropped in the browser. */
export async function openPickedFolder(app: App, folder: PickedFolder): Promise<void> {
  const client = app.client();
  if (client === null || app.session.get().batch.sending !== null) return;
  patchBatch(app, { open: true, listingTrouble: null });
  try {
    await sendFolder(app, client, folder);
  } catch (error) {
    refuse(app, folder.name, error);
  }
}

/** Asks for a folder: a dialog of the system where there is one, else the browser's own. */
export async function askForFolder(app: App): Promise<void> {
  const client = app.client();
  if (client === null) return;
  patchBatch(app, { open: true });
  if (app.session.get().hello?.capabilities.openFolder !== true) {
    pickFolder((folder) => void openPickedFolder(app, folder));
    return;
  }
  try {
    const folder = await client.request('openFolder', {});
    if (folder !== null) await takeFolder(app, folder);
  } catch (error) {
    refuse(app, 'The folder', error);
  }
}

/** Has the results go elsewhere, and looks what lies there. */
export async function setOutput(app: App, to: 'ask' | 'beside' | 'session'): Promise<void> {
  const client = app.client();
  const { folder } = app.session.get().batch;
  if (client === null || folder === null) return;
  try {
    const next = await client.request('setBatchOutput', { folder: folder.id, to });
    patchBatch(app, { folder: next, trouble: null });
    await listFolder(app);
  } catch (error) {
    refuse(app, folder.name, error);
  }
}
