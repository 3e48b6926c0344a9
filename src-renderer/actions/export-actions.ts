import type { ExportedFile } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import type { FileKind } from '../state/page.js';
import { showBytes } from '../state/wording.js';
import { type App, log, patch, pinned } from './app.js';

/** Lets the browser save a file that lies at an address. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** Takes note of a file that was exported, and lets the browser save it where the main side has not. */
export function receiveExport(app: App, kind: string, file: ExportedFile): void {
  if (file.state === 'given-up') return;
  if (file.state === 'ready') saveFrom(file.url, file.name);
  const text = `${file.name}, ${showBytes(file.bytes)}`;
  app.session.set((session) => ({ ...session, exports: [...session.exports, { kind, text }] }));
  log(app, 'info', `Exported ${text}.`);
}

/** Exports one file of the result in the view, under its usual name if none is given. */
export async function exportFile(shown: App, kind: FileKind, name?: string): Promise<void> {
  const app = pinned(shown);
  const client = app.client();
  const { result } = app.session.get();
  if (client === null || result === null) return;
  patch(app, { exportTrouble: null });
  try {
    const named = name === undefined ? {} : { name };
    receiveExport(app, kind, await client.request('exportFile', { job: result.job.id, kind, ...named }));
  } catch (error) {
    const failure = failureOf(error);
    patch(app, { exportTrouble: { what: kind, failure } });
    log(app, 'error', failure.message);
  }
}
