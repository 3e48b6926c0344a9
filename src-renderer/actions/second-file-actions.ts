import type { Grant } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { type Settings, settingsOf } from '../state/session.js';
import { tableOptions } from '../state/table-choice.js';
import { type App, changeSettings, log, patch, pinned } from './app.js';
import { fetchPreviews } from './preview-actions.js';

/** Hands a file over and does something with it; a failure is shown in the view. */
async function withFile(app: App, file: File, use: (grant: Grant) => Promise<void>): Promise<void> {
  const client = app.client();
  if (client === null) return;
  try {
    await use(await client.handOver(file));
  } catch (error) {
    const failure = failureOf(error);
    patch(app, { previewTrouble: { what: file.name, failure } });
    log(app, 'error', `${file.name}: ${failure.message}`);
  }
}

/** Takes a file as the nucleus mask. */
export function chooseMask(shown: App, file: File): Promise<void> {
  const app = pinned(shown);
  return withFile(app, file, (mask) => {
    changeSettings(app, (settings) => ({
      ...{ ...settings, mask, drawing: null },
      job: { ...settings.job, mask: 'file' },
    }));
    return Promise.resolve();
  });
}

/** The settings with both marks: the input's first channel and the second file's. */
function withSecond(settings: Settings, second: Settings['second']): Settings {
  const channels: Settings['job']['channels'] = {
    kind: 'two-channel',
    heterochromatin: { file: 0, channel: 0 },
    euchromatin: { file: 1, channel: 0 },
  };
  return { ...settings, second, job: { ...settings.job, channels } };
}

/** Takes the other mark from a second file. */
export function chooseSecond(shown: App, file: File): Promise<void> {
  const app = pinned(shown);
  return withFile(app, file, async (grant) => {
    const settings = settingsOf(app.session.get());
    const table = settings === null ? {} : { table: tableOptions(settings.job) };
    const description = await app.client()?.request('describe', { grant: grant.id, ...table });
    if (description === undefined) return;
    changeSettings(app, (before) => withSecond(before, { grant, description }));
    await fetchPreviews(app);
  });
}
