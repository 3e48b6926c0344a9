import type { ExportKind } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { showBytes } from '../state/wording.js';
import { type App, log, patch } from './app.js';

/** Lets the browser save a file that lies at an address. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** Exports one file of the result in the view. */
export async function exportFile(app: App, kind: ExportKind): Promise<void> {
  const client = app.client();
  const { result } = app.session.get();
  if (client === null || result === null) return;
  patch(app, { exportTrouble: null });
  try {
    const file = await client.request('exportFile', { job: result.job.id, kind });
    if (file.state === 'given-up') return;
    if (file.state === 'ready') saveFrom(file.url, file.name);
    const text = `${file.name}, ${showBytes(file.bytes)}`;
    app.session.set((session) => ({ ...session, exports: [...session.exports, { kind, text }] }));
    log(app, 'info', `Exported ${text}.`);
  } catch (error) {
    const failure = failureOf(error);
    patch(app, { exportTrouble: { what: kind, failure } });
    log(app, 'error', failure.message);
  }
}
