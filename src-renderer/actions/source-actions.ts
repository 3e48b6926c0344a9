import type { ApiFailure, ApiRequests, Grant } from '../../src-main/api.js';
import type { JobInput, JobSpec } from '../../src-core/job.js';
import { type Client, failureOf } from '../engine/client.js';
import { guessChannels } from '../state/channels.js';
import { beginHistory } from '../state/history.js';
import { restingDisplays } from '../state/layers.js';
import { type DescribedFile, restingView, type Settings } from '../state/session.js';
import { type App, log, patch } from './app.js';
import { pickFile } from '../ui/file-picker.js';
import { cancelRun } from './job-actions.js';
import { fetchPreviews, forgetPreviews } from './preview-actions.js';

/** What the user says of a table that does not say it itself. */
export type TableGiven = ApiRequests['describe']['request']['table'];

/** What is known of a file before it is opened. */
interface Opening {
  readonly grant: Grant;
  readonly mask?: Grant | null;
  readonly job?: JobInput;
  readonly table?: TableGiven;
}

function refuse(app: App, what: string, failure: ApiFailure, opening: Opening | null): void {
  const table = opening?.table;
  const said = { grant: opening?.grant ?? null, ...(table !== undefined && { table }) };
  patch(app, { opening: null, sourceTrouble: { what, failure, ...said } });
  log(app, 'error', `${what}: ${failure.message}`);
}

async function describeGrant(client: Client, { grant, table }: Opening): Promise<DescribedFile> {
  const said = table === undefined ? {} : { table };
  return { grant, description: await client.request('describe', { grant: grant.id, ...said }) };
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
  const given = opening.job;
  const { pixelSize, ...table } = opening.table ?? {};
  const job: Settings['job'] = {
    ...defaults,
    ...(given?.mask !== undefined && { mask: given.mask }),
    calibration: {
      ...defaults.calibration,
      ...present(given?.calibration),
      ...(pixelSize !== undefined && { pixelSizeNm: pixelSize }),
    },
    model: { ...defaults.model, ...present(given?.model) },
    solver: { ...defaults.solver, ...present(given?.solver) },
    table: { ...defaults.table, ...table },
  };
  return { job, second: null, mask: opening.mask ?? null, displays: restingDisplays() };
}

async function openGranted(app: App, client: Client, opening: Opening): Promise<void> {
  const { grant } = opening;
  patch(app, { opening: grant.name, sourceTrouble: null });
  try {
    const source = await describeGrant(client, opening);
    const { channels } = opening.job ?? guessChannels(source.description);
    const defaults = await client.request('defaults', { channels });
    const settings = firstSettings(defaults, opening);
    cancelRun(app);
    forgetPreviews(app);
    const single = settings.job.channels.kind === 'density';
    patch(app, {
      opening: null,
      project: { source, defaults, history: beginHistory(settings) },
      result: null,
      solveTrouble: null,
      exports: [],
      exportTrouble: null,
      view: { ...restingView, panes: single ? 1 : 2, z: middlePlane(source) },
      openSteps: ['source', 'model', 'solve'],
    });
    log(app, 'info', `Opened ${grant.name}.`);
    await fetchPreviews(app);
  } catch (error) {
    refuse(app, grant.name, failureOf(error), opening);
  }
}

/** Opens a file that the user picked or dropped. */
export async function openFile(app: App, file: File): Promise<void> {
  const client = app.client();
  if (client === null) return;
  patch(app, { opening: file.name, sourceTrouble: null });
  try {
    await openGranted(app, client, { grant: await client.handOver(file) });
  } catch (error) {
    refuse(app, file.name, failureOf(error), null);
  }
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
  try {
    const { input, mask, job } = await client.request('openSample', {});
    await openGranted(app, client, { grant: input, mask, job });
  } catch (error) {
    refuse(app, 'The sample', failureOf(error), null);
  }
}

/** Opens a table again, now that the user said what it does not say itself. */
export async function openTable(app: App, grant: Grant, table: TableGiven): Promise<void> {
  const client = app.client();
  if (client !== null) await openGranted(app, client, { grant, table });
}

/** Asks for a file: a dialog of the system where there is one, else the browser's own. */
export async function askForFile(app: App): Promise<void> {
  const client = app.client();
  if (client === null) return;
  if (app.session.get().hello?.capabilities.openDialog !== true) {
    pickFile((file) => void openFile(app, file));
    return;
  }
  const grant = (await client.request('openDialog', { several: false })).at(0);
  if (grant !== undefined) await openGranted(app, client, { grant });
}

/** Closes the file that could not be opened. */
export function dismissTrouble(app: App): void {
  patch(app, { sourceTrouble: null });
}
