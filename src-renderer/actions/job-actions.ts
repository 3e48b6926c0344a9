import type { ApiEvent, DataHandle, JobState } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { obstacleOf } from '../state/findings.js';
import { fittedCameras, resultLayers } from '../state/panes.js';
import { type FieldName, type Session, settingsOf, type ShownResult } from '../state/session.js';
import { showSeconds, showShare } from '../state/wording.js';
import { type App, log, patch } from './app.js';
import { storeDrawing } from './mask-store.js';

/** What a job in this window was started with, by its id. */
const inputsOf = new Map<string, ShownResult['inputs']>();

/** Stands for the id of a job that the main side has not answered yet. */
const starting = 'starting';

function fail(app: App, error: unknown): void {
  const failure = failureOf(error);
  patch(app, { running: null, progress: null, solveTrouble: { what: 'run', failure } });
  log(app, 'error', failure.message);
}

function openStep(session: Session, step: Session['openSteps'][number]): Session['openSteps'] {
  return session.openSteps.includes(step) ? session.openSteps : [...session.openSteps, step];
}

/** Runs the job as it stands; where something is missing, opens the step that lacks it instead. */
export async function runJob(app: App): Promise<void> {
  await storeDrawing(app);
  const client = app.client();
  const session = app.session.get();
  const settings = settingsOf(session);
  if (client === null || session.running !== null) return;
  const obstacle = obstacleOf(session);
  if (obstacle !== null || settings === null || session.project === null) {
    patch(app, { openSteps: openStep(session, obstacle?.step ?? 'source') });
    return;
  }
  const { job, second, mask } = settings;
  patch(app, { running: starting, progress: null, solveTrouble: null });
  try {
    const files = {
      input: session.project.source.grant.id,
      ...(second !== null && { second: second.grant.id }),
      ...(job.mask === 'file' && mask !== null && { mask: mask.id }),
    };
    const state = await client.request('startJob', { files, job });
    inputsOf.set(state.id, { job, second, mask });
    if (app.session.get().running === starting) {
      patch(app, { running: state.id });
      await receiveJob(app, app.session.get().jobs.find(({ id }) => id === state.id) ?? state);
    } else await client.request('cancelJob', { job: state.id });
  } catch (error) {
    fail(app, error);
  }
}

/** Cancels the running job, if there is one. */
export function cancelRun(app: App): void {
  const { running } = app.session.get();
  if (running === null) return;
  patch(app, { running: null, progress: null });
  log(app, 'info', 'Cancelled.');
  if (running === starting) return;
  app
    .client()
    ?.request('cancelJob', { job: running })
    .catch((error: unknown) => {
      log(app, 'error', failureOf(error).message);
    });
}

async function fetchField(app: App, job: string, name: FieldName, handle: DataHandle): Promise<void> {
  const values = await app.client()?.fetchArray(handle);
  if (values === undefined) return;
  app.session.set((session) => {
    const { result } = session;
    if (result?.job.id !== job) return session;
    return { ...session, result: { ...result, fields: { ...result.fields, [name]: values } } };
  });
}

/** Which layers the panes show once a result is there: density beside λ, unless the user already chose fields. */
function viewOfResult({ view, result }: Session): Session['view'] {
  if (result !== null) return view;
  const panes = view.panes === 4 ? 4 : 2;
  return { ...view, panes, layers: resultLayers, active: 1, cameras: fittedCameras };
}

/** Fields in the order that they are wanted in: what both panes show first. */
const fieldOrder: readonly (readonly FieldName[])[] = [
  ['mask', 'identifiable'],
  ['density', 'lambda'],
  ['phiH', 'phiE', 'residual', 'lambdaSd'],
];

async function fetchFields(app: App, state: JobState): Promise<void> {
  for (const names of fieldOrder) {
    const fields = app.session.get().result?.result.fields;
    if (fields === undefined) return;
    await Promise.all(
      names.map((name) => {
        const handle = fields[name];
        return handle === null ? Promise.resolve() : fetchField(app, state.id, name, handle);
      }),
    );
  }
}

async function showResult(app: App, job: JobState): Promise<void> {
  const inputs = inputsOf.get(job.id);
  const client = app.client();
  if (inputs === undefined || client === null) return;
  const result = await client.request('jobResult', { job: job.id });
  app.session.set((session) => {
    if (session.running !== job.id) return session;
    const shown: ShownResult = { job, inputs, result, fields: {} };
    return { ...session, running: null, progress: null, result: shown, view: viewOfResult(session) };
  });
  const { lambda, identifiable, warnings } = result.document;
  log(
    app,
    'info',
    `λ ${lambda.median.toPrecision(3)} median, ${showShare(identifiable)} identifiable, ${showSeconds(job.seconds)}.`,
  );
  for (const warning of warnings) log(app, 'warning', warning);
  await fetchFields(app, job);
}

/** Takes note of the state that a job has come to. */
export async function receiveJob(app: App, job: JobState): Promise<void> {
  app.session.set((session) => ({
    ...session,
    jobs: [...session.jobs.filter(({ id }) => id !== job.id), job],
  }));
  if (app.session.get().running !== job.id) return;
  try {
    if (job.state === 'done') await showResult(app, job);
    else if (job.state === 'cancelled') patch(app, { running: null, progress: null });
    else if (job.state === 'failed' && job.failure !== null) {
      patch(app, { running: null, progress: null, solveTrouble: { what: 'run', failure: job.failure } });
      log(app, 'error', job.failure.message);
    }
  } catch (error) {
    fail(app, error);
  }
}

/** Takes note of how far a job is. */
export function receiveProgress(app: App, event: Extract<ApiEvent, { type: 'progress' }>): void {
  if (app.session.get().running !== event.job) return;
  const { job, seconds, secondsLeft } = event;
  patch(app, { progress: { job, seconds, secondsLeft, ...event.progress } });
}
