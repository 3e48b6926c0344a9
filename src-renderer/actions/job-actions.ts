import type { ApiEvent, JobState } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { obstacleOf } from '../state/findings.js';
import { nextResult } from '../state/following.js';
import { fittedCameras, resultLayers } from '../state/panes.js';
import { withoutCheckLayers } from '../state/checks.js';
import { type Session, settingsOf, type ShownResult } from '../state/session.js';
import { showSeconds, showShare } from '../state/wording.js';
import { withNews } from '../state/training.js';
import { type App, changeJob, log, patch, pinned } from './app.js';
import { completeFields } from './field-actions.js';
import { receiveEnd, rememberResult } from './follow-actions.js';
import { storeDrawing } from './mask-store.js';
import { compareWithSaved } from './saved-result-actions.js';

/** What a job in this window was started with, by its id. */
const inputsOf = new Map<string, ShownResult['inputs']>();

/** Takes note of what a job was started with by the window before this one. */
export function rememberInputs(job: string, inputs: ShownResult['inputs']): void {
  inputsOf.set(job, inputs);
}

/** What a job of this window was started with. */
export function inputsOfJob(job: string): ShownResult['inputs'] | undefined {
  return inputsOf.get(job);
}

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
export async function runJob(shown: App, resume = false): Promise<void> {
  const app = pinned(shown);
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
  patch(app, { running: starting, progress: null, training: null, solveTrouble: null });
  try {
    const files = {
      input: session.project.source.grant.id,
      ...(second !== null && { second: second.grant.id }),
      ...(job.mask === 'file' && mask !== null && { mask: mask.id }),
    };
    const state = await client.request('startJob', { files, job, ...(resume && { resume }) });
    inputsOf.set(state.id, { job, second, mask });
    if (app.session.get().running === starting) {
      patch(app, { running: state.id });
      await receiveJob(app, app.session.get().jobs.find(({ id }) => id === state.id) ?? state);
    } else await client.request('cancelJob', { job: state.id });
  } catch (error) {
    fail(app, error);
  }
}

/** Ends the training of the running job with what it has reached. */
export function endTraining(app: App): void {
  const { running } = app.session.get();
  if (running === null || running === starting) return;
  app
    .client()
    ?.request('endTraining', { job: running })
    .catch((error: unknown) => {
      log(app, 'error', failureOf(error).message);
    });
}

/** Steps that a training is gone on with for where all of them were made. */
const moreSteps = 600;

/** Goes on with the training of the result in the view, for more steps where it had made all of them. */
export async function goOnTraining(app: App): Promise<void> {
  const made = app.session.get().result?.result.document.solver.training?.steps ?? 0;
  changeJob(app, (job) => {
    const { network } = job.solver;
    if (network.steps > made) return job;
    return { ...job, solver: { ...job.solver, network: { ...network, steps: made + moreSteps } } };
  });
  await runJob(app, true);
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

/** Which layers the panes show once a result is there: density beside λ, unless the user already chose fields. */
function viewOfResult({ view, result, savedResult }: Session): Session['view'] {
  if (result !== null) return withoutCheckLayers(view);
  if (savedResult !== null) return savedResult.view;
  const panes = view.panes === 4 ? 4 : 2;
  return { ...view, panes, layers: resultLayers, active: 1, cameras: fittedCameras };
}

async function showResult(app: App, job: JobState): Promise<void> {
  const inputs = inputsOf.get(job.id);
  const client = app.client();
  if (inputs === undefined || client === null) return;
  const result = await client.request('jobResult', { job: job.id });
  app.session.set((session) => {
    if (session.running !== job.id) return session;
    const shown = nextResult({ job, inputs, result }, session.result);
    return { ...session, running: null, progress: null, result: shown, view: viewOfResult(session) };
  });
  const { lambda, identifiable, warnings } = result.document;
  log(
    app,
    'info',
    `λ ${lambda.median.toPrecision(3)} median, ${showShare(identifiable)} identifiable, ${showSeconds(job.seconds)}.`,
  );
  for (const warning of warnings) log(app, 'warning', warning);
  await completeFields(app, job.id);
  await compareWithSaved(app, job.id);
  rememberResult(app);
}

/** Takes note of the state that a job has come to. */
export async function receiveJob(app: App, job: JobState): Promise<void> {
  receiveEnd(job);
  if (job.preview === true) return;
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
  const { training } = app.session.get();
  patch(app, {
    progress: { job, seconds, secondsLeft, ...event.progress },
    ...(event.training && { training: withNews(training, event.training) }),
  });
}
