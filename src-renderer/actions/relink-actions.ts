import type { ProjectOpening } from '../../src-main/project/project-api.js';
import { failureOf } from '../engine/client.js';
import { pickFile } from '../ui/file-picker.js';
import { type App, log } from './app.js';
import { proceed } from './project-actions.js';
import { addTrouble } from './trouble-actions.js';

/** What the window asks about: a project whose files are not all there. */
interface Asked {
  readonly opening: ProjectOpening;
  readonly beside: boolean;
}

async function withAnswer(
  app: App,
  { beside }: Asked,
  ask: () => Promise<ProjectOpening | null>,
): Promise<void> {
  try {
    const opening = await ask();
    if (opening !== null) await proceed(app, opening, beside);
  } catch (error) {
    addTrouble(app, { what: 'The file', failure: failureOf(error), grant: null });
  }
}

/** Takes a file of the user for one that is missing: for whichever has its content, else for `file` as a changed one. */
function relink(app: App, asked: Asked, given: File, file?: string): Promise<void> {
  const client = app.client();
  return withAnswer(app, asked, async () => {
    if (client === null) return null;
    const grant = await client.handOver(given);
    const { opening } = asked.opening;
    return client.request('relinkFile', { opening, grant: grant.id, ...(file !== undefined && { file }) });
  });
}

/** Lets the user choose a file that is missing. */
export async function chooseMissing(app: App, asked: Asked, file: string): Promise<void> {
  const client = app.client();
  if (client === null) return;
  if (app.session.get().hello?.capabilities.openDialog !== true) {
    pickFile((given) => void relink(app, asked, given, file));
    return;
  }
  await withAnswer(app, asked, async () => {
    const grant = (await client.request('openDialog', { several: false })).at(0);
    const { opening } = asked.opening;
    return grant === undefined ? null : client.request('relinkFile', { opening, grant: grant.id, file });
  });
}

/** Goes on with a file whose content has changed since the project was saved. */
export function acceptChanged(app: App, asked: Asked, file: string): Promise<void> {
  const client = app.client();
  return withAnswer(app, asked, async () =>
    client === null ? null : client.request('acceptFile', { opening: asked.opening.opening, file }),
  );
}

/** Takes dropped files for those that are missing, by their content. */
export async function relinkDropped(app: App, files: readonly File[]): Promise<void> {
  for (const file of files) {
    const { question } = app.session.get();
    if (question?.kind !== 'relink') return;
    const missing = question.opening.files.filter(({ state }) => state !== 'ready');
    const named = missing.find(({ name }) => name === file.name);
    await relink(app, question, file, named?.file);
    log(app, 'info', `${file.name} was looked at for the project.`);
  }
}
