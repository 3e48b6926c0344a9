import type { ApiFailure, Grant } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { guessChannels } from '../state/channels.js';
import { edit } from '../state/history.js';
import { type Session, type Settings, settingsOf } from '../state/session.js';
import { choiceOf, optionsOf, type TableChoice, tableOptions, withChoice } from '../state/table-choice.js';
import { type App, log, patch, pinned } from './app.js';
import { fetchPreviews } from './preview-actions.js';
import { rememberChoice, rememberedChoice } from './remembered-tables.js';

/** What was chosen for the last table that begins as this file does; null for other files and new headers. */
export async function rememberedFor(app: App, grant: Grant): Promise<TableChoice | null> {
  const preview = await app.client()?.request('tablePreview', { grant: grant.id });
  // Without a header every table of as many columns looks alike: that is no reason to take its unit for granted.
  return preview?.header === true ? rememberedChoice(preview) : null;
}

/** Asks what the columns of a table are, because of a failure or (null) because the user wants to; false for no table. */
export async function askForColumns(
  app: App,
  grant: Grant,
  failure: ApiFailure | null,
  choice: TableChoice | null = null,
): Promise<boolean> {
  const preview = await app.client()?.request('tablePreview', { grant: grant.id });
  if (preview === undefined || preview === null) return false;
  const known = choice ?? rememberedChoice(preview);
  patch(app, { opening: null, tableQuestion: { grant, preview, choice: known, failure } });
  return true;
}

/** Shows what the columns of the open table are read as, to be changed. */
export async function reviewColumns(app: App): Promise<void> {
  const session = app.session.get();
  const settings = settingsOf(session);
  if (session.project === null || settings === null) return;
  try {
    await askForColumns(app, session.project.source.grant, null, choiceOf(settings.job));
  } catch (error) {
    log(app, 'error', failureOf(error).message);
  }
}

/** Puts the question away; a table that could not be opened without it stays closed. */
export function closeQuestion(app: App): void {
  patch(app, { tableQuestion: null });
}

/** Describes the open table anew where its columns or unit are others than in the settings before. */
export async function describeTableAgain(shown: App, before: Settings | null): Promise<void> {
  const app = pinned(shown);
  const { project } = app.session.get();
  const settings = settingsOf(app.session.get());
  if (project?.source.description.kind !== 'table' || settings === null || before === null) return;
  const table = tableOptions(settings.job);
  if (JSON.stringify(table) === JSON.stringify(tableOptions(before.job))) return;
  try {
    const { grant } = project.source;
    const description = await app.client()?.request('describe', { grant: grant.id, table });
    if (description === undefined) return;
    app.session.set((now) => {
      const same = settingsOf(now)?.job.table === settings.job.table;
      return now.project === null || !same
        ? now
        : { ...now, project: { ...now.project, source: { grant, description } } };
    });
  } catch (error) {
    log(app, 'error', failureOf(error).message);
  }
}

const namesOf = (session: Session): string => {
  const description = session.project?.source.description;
  return description?.kind === 'table' ? description.channelNames.join('\t') : '';
};

/** Reads the open table by another choice: one step of undo. Throws what the main side answers. */
async function rereadTable(shown: App, grant: Grant, choice: TableChoice): Promise<void> {
  const app = pinned(shown);
  const description = await app.client()?.request('describe', { grant: grant.id, table: optionsOf(choice) });
  if (description?.kind !== 'table') return;
  app.session.set((session) => {
    const { project } = session;
    if (project === null) return session;
    const { present } = project.history;
    const same = description.channelNames.join('\t') === namesOf(session);
    const channels = same ? present.job.channels : guessChannels(description).channels;
    const job = { ...withChoice(present.job, choice), channels };
    const history = edit(project.history, { ...present, job });
    return { ...session, project: { ...project, source: { grant, description }, history } };
  });
  log(app, 'info', `${grant.name} is read as you said.`);
  await fetchPreviews(app);
}

/**
 * Takes the answer to the question what the columns are: opens the table by it (`open`), or reads the open one anew,
 * and remembers it for tables with the same header. The failure comes back where the table cannot be read like that.
 */
export async function answerQuestion(
  app: App,
  choice: TableChoice,
  open: (grant: Grant, choice: TableChoice) => Promise<ApiFailure | null>,
): Promise<ApiFailure | null> {
  const { tableQuestion: question, project } = app.session.get();
  if (question === null) return null;
  const { grant, preview } = question;
  try {
    if (project?.source.grant.id === grant.id) await rereadTable(app, grant, choice);
    else {
      const failure = await open(grant, choice);
      if (failure !== null) return failure;
    }
  } catch (error) {
    return failureOf(error);
  }
  rememberChoice(preview, choice);
  patch(app, { tableQuestion: null });
  return null;
}
