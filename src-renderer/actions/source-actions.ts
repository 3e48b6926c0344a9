import type { ApiFailure, Grant } from '../../src-main/api.js';
import type { BatchInputGrants } from '../../src-main/api-batch.js';
import type { JobInput, JobSpec } from '../../src-core/job.js';
import { type Client, failureOf } from '../engine/client.js';
import { adoptSettings } from '../state/adoption.js';
import { guessChannels } from '../state/channels.js';
import { type DocumentPart, emptyDocument } from '../state/documents.js';
import { beginHistory } from '../state/history.js';
import { restingDisplays } from '../state/layers.js';
import { type DescribedFile, restingView, type Settings } from '../state/session.js';
import { optionsOf, type TableChoice, tableOptions, withChoice } from '../state/table-choice.js';
import { type App, log, patch } from './app.js';
import { pickFiles } from '../ui/file-picker.js';
import { openDocument } from './document-actions.js';
import { fetchPreviews } from './preview-actions.js';
import { openProject } from './project-actions.js';
import { askForColumns, rememberedFor } from './table-actions.js';
import { addTrouble, dismissTroubles } from './trouble-actions.js';

/** What is known of a file before it is opened. */
interface Opening {
  readonly grant: Grant;
  readonly mask?: Grant | null;
  readonly job?: JobInput;
  /** What the user says of a table. */
  readonly table?: TableChoice | null;
  readonly second?: DescribedFile | null;
  /** A whole job, taken as it is. */
  readonly spec?: JobSpec;
}

function refuse(app: App, what: string, failure: ApiFailure, grant: Grant | null): void {
  addTrouble(app, { what, failure, grant });
}

const isProject = (name: string): boolean => /\.epiflux$/i.test(name);

async function describeGrant(client: Client, { grant, table, spec }: Opening): Promise<DescribedFile> {
  const options = spec ? { table: tableOptions(spec) } : table ? { table: optionsOf(table) } : {};
  return { grant, description: await client.request('describe', { grant: grant.id, ...options }) };
}

function middlePlane({ description }: DescribedFile): number {
  return description.kind === 'image' ? Math.floor((description.metadata.planes - 1) / 2) : 0;
}

/** The entries of a part of a job that were given. */
function present<T extends object>(part: T = {} as T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** The job with every default, the file's own channels, and whatever came with the file. */
function firstSettings(defaults: JobSpec, opening: Opening): Settings {
  const { second = null, mask = null, spec } = opening;
  if (spec !== undefined) return { job: spec, second, mask, displays: restingDisplays() };
  const given = opening.job;
  const job: Settings['job'] = {
    ...defaults,
    ...(given?.mask !== undefined && { mask: given.mask }),
    calibration: { ...defaults.calibration, ...present(given?.calibration) },
    model: { ...defaults.model, ...present(given?.model) },
    solver: {
      ...defaults.solver,
      ...present(given?.solver),
      network: { ...defaults.solver.network, ...present(given?.solver?.network) },
    },
  };
  const read = opening.table ? withChoice(job, opening.table) : job;
  return { job: read, second, mask, displays: restingDisplays() };
}

/** What is said of the columns of a table: with the file, or for the last table with its header. */
async function tableChoice(app: App, { grant, table, spec }: Opening): Promise<TableChoice | null> {
  if (table !== undefined || spec !== undefined) return table ?? null;
  const remembered = await rememberedFor(app, grant);
  if (remembered !== null)
    log(app, 'info', `${grant.name}: columns and unit are read as for the last table with this header.`);
  return remembered;
}

/** The file with its first settings: those that came with it, or of the image beside it where they fit. */
async function newDocument(app: App, client: Client, opening: Opening): Promise<DocumentPart> {
  const source = await describeGrant(client, opening);
  const { channels } = opening.spec ?? opening.job ?? guessChannels(source.description);
  const defaults = await client.request('defaults', { channels });
  const own = firstSettings(defaults, opening);
  const isBare = opening.job === undefined && opening.spec === undefined;
  const adoption = isBare ? adoptSettings(app.session.get(), source, own) : null;
  const settings = adoption?.isFitting === true ? adoption.theirs : own;
  const single = settings.job.channels.kind === 'density';
  return {
    ...emptyDocument(),
    project: { source, defaults, history: beginHistory(settings) },
    baseline: settings,
    adoption,
    view: { ...restingView, panes: single ? 1 : 2, z: middlePlane(source) },
    openSteps: ['source', 'model', 'solve'],
  };
}

/** Opens a file in a tab of its own; whether it could be opened. */
async function openGranted(app: App, client: Client, given: Opening): Promise<boolean> {
  const { grant } = given;
  if (isProject(grant.name)) {
    await openProject(app, grant);
    return true;
  }
  patch(app, { opening: grant.name });
  try {
    const table = await tableChoice(app, given);
    const document = await newDocument(app, client, { ...given, table });
    patch(app, { opening: null });
    openDocument(app, document);
    log(app, 'info', `Opened ${grant.name}.`);
    await fetchPreviews(app);
    return true;
  } catch (error) {
    const failure = failureOf(error);
    refuse(app, grant.name, failure, grant);
    if (saysTooLittle(failure)) await askForColumns(app, grant, failure).catch(() => false);
    return false;
  }
}

/** Whether a table does not say its columns or units, or not as they were said before. */
function saysTooLittle({ tag }: ApiFailure): boolean {
  return tag === 'missing' || tag === 'usage';
}

/** Opens a file that the user picked or dropped. */
async function openFile(app: App, file: File): Promise<void> {
  const client = app.client();
  if (client === null) return;
  patch(app, { opening: file.name });
  try {
    await openGranted(app, client, { grant: await client.handOver(file) });
  } catch (error) {
    refuse(app, file.name, failureOf(error), null);
  }
}

/** Opens files one after the other; those that cannot be opened say why, the others open. */
export async function openFiles(app: App, files: readonly File[]): Promise<void> {
  dismissTroubles(app);
  for (const file of files) await openFile(app, file);
}

/** Opens a file that the main side already knows. */
export async function openGrant(app: App, grant: Grant): Promise<void> {
  const client = app.client();
  if (client !== null) await openGranted(app, client, { grant });
}

/** Opens the sample nucleus with its mask. */
export async function openSample(app: App): Promise<void> {
  const client = app.client();
  if (client === null) return;
  dismissTroubles(app);
  try {
    const { input, mask, job } = await client.request('openSample', {});
    await openGranted(app, client, { grant: input, mask, job });
  } catch (error) {
    refuse(app, 'The sample', failureOf(error), null);
  }
}

/** Opens a table by what the user says of it; the failure comes back where it cannot be read like that. */
export async function openTable(app: App, grant: Grant, choice: TableChoice): Promise<ApiFailure | null> {
  const client = app.client();
  if (client === null) return null;
  try {
    await describeGrant(client, { grant, table: choice });
  } catch (error) {
    return failureOf(error);
  }
  dismissTroubles(app);
  await openGranted(app, client, { grant, table: choice });
  return null;
}

/** Opens an input of a batch with the files that go with it, by a job where there is one; whether it was opened. */
export async function openWithJob(app: App, grants: BatchInputGrants<Grant>): Promise<boolean> {
  const client = app.client();
  const { input: grant, second, mask, job } = grants;
  if (client === null) return false;
  const other = second === null ? null : await describeGrant(client, { grant: second });
  return openGranted(app, client, { grant, mask, second: other, ...(job !== null && { spec: job }) });
}

/** Asks for files: a dialog of the system where there is one, else the browser's own. */
export async function askForFile(app: App): Promise<void> {
  const client = app.client();
  if (client === null) return;
  if (app.session.get().hello?.capabilities.openDialog !== true) {
    pickFiles((files) => void openFiles(app, files));
    return;
  }
  const grants = await client.request('openDialog', { several: true });
  if (grants.length > 0) dismissTroubles(app);
  for (const grant of grants) await openGrant(app, grant);
}
