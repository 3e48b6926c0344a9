import type { JobState } from '../../src-main/api.js';
import { type Client, failureOf } from '../engine/client.js';
import { withoutCheckLayers } from '../state/checks.js';
import { isStale, obstacleOf } from '../state/findings.js';
import {
  followRefusal,
  inputsOf,
  isInTheWay,
  isSettled,
  nextResult,
  previewJob,
  shownFields,
} from '../state/following.js';
import { findKnown, keepKnown, makeKnownResults } from '../state/known-results.js';
import {
  type ResultInputs,
  type Session,
  type Settings,
  settingsOf,
  type ShownResult,
} from '../state/session.js';
import { withKnownShift } from '../state/registration.js';
import { showSeconds } from '../state/wording.js';
import { type App, log, patch, pinned } from './app.js';
import { completeFields, fetchMissing } from './field-actions.js';

type Update = NonNullable<Session['updating']>;

/** A setting that is held still for so long without being let go is taken for settled. */
const heldStillMs = 400;

/** What the map was last seen to follow, and what is asked for. */
const following = {
  settings: null as Settings | null,
  gesture: null as string | null,
  source: null as object | null,
  result: null as ShownResult | null,
  /** Whether a setting of the job has moved and was not let go yet. */
  held: false,
  wanted: null as Update | null,
  /** The job at work for it. */
  job: null as string | null,
  still: undefined as ReturnType<typeof setTimeout> | undefined,
};

const known = makeKnownResults(256e6);

/** Ends of jobs, by those who wait for them, and those that came before anybody waited. */
const waiting = new Map<string, (end: JobState) => void>();
const early = new Map<string, JobState>();

const hasEnded = ({ state }: JobState): boolean => state !== 'queued' && state !== 'running';

/** Takes note that a job of an update has ended. */
export function receiveEnd(job: JobState): void {
  if (!hasEnded(job)) return;
  const hear = waiting.get(job.id);
  waiting.delete(job.id);
  if (hear !== undefined) hear(job);
  else if (following.job === asking) early.set(job.id, job);
}

/** Stands for the id of a job that the main side has not answered yet. */
const asking = 'asking';

function endOf(job: JobState): Promise<JobState> {
  const ended = hasEnded(job) ? job : early.get(job.id);
  early.clear();
  return ended === undefined
    ? new Promise((resolve) => waiting.set(job.id, resolve))
    : Promise.resolve(ended);
}

function quietly(app: App, request: Promise<unknown> | undefined): void {
  request?.catch((error: unknown) => {
    log(app, 'error', failureOf(error).message);
  });
}

/** Lets go of what the main side holds of a preview that is not shown any more. */
function dropPreview(app: App, job: JobState | undefined): void {
  if (job?.preview === true) quietly(app, app.client()?.request('dropJob', { job: job.id }));
}

/** Shows a result with what has come of it. */
function present(app: App, shown: ShownResult): void {
  const before = app.session.get().result;
  const { view } = app.session.get();
  const isOther = before?.job.id !== shown.job.id;
  patch(app, { result: shown, solveTrouble: null, view: isOther ? withoutCheckLayers(view) : view });
  if (before !== null && before.job.id !== shown.job.id) dropPreview(app, before.job);
}

/** Keeps the result in the view, complete as it is, for when its settings come back. */
export function rememberResult(app: App): void {
  const { result, project } = app.session.get();
  if (result === null || project === null || result.job.preview === true) return;
  const gone = keepKnown(known, project.source, result);
  const data = gone.flatMap((each) =>
    Object.values(each.result.fields).flatMap((handle) => (handle === null ? [] : [handle.id])),
  );
  if (data.length > 0) quietly(app, app.client()?.request('dropData', { data }));
}

async function finishRun(app: App, shown: ShownResult): Promise<void> {
  const { lambda } = shown.result.document;
  log(
    app,
    'info',
    `λ ${lambda.median.toPrecision(3)} median, map updated in ${showSeconds(shown.job.seconds)}.`,
  );
  await completeFields(app, shown.job.id);
  if (app.session.get().result?.job.id === shown.job.id) rememberResult(app);
}

/** Whether a result may still take the place of the one in the view: the image is open, and the view not ahead of it. */
function isWelcome(session: Session, inputs: ResultInputs): boolean {
  const settings = settingsOf(session);
  if (settings === null) return false;
  return isStale({ inputs }, settings) ? !isCurrent(session, settings) : true;
}

const isCurrent = ({ result }: Session, settings: Settings): boolean =>
  result !== null && !isStale(result, settings);

async function showEnd(app: App, client: Client, end: JobState, inputs: ResultInputs): Promise<void> {
  const result = await client.request('jobResult', { job: end.id });
  const kept = nextResult({ job: end, inputs, result }, app.session.get().result);
  const fetched = await fetchMissing(client, kept, shownFields(app.session.get()));
  if (!isWelcome(app.session.get(), inputs)) {
    dropPreview(app, end);
    return;
  }
  const shown = { ...kept, fields: { ...kept.fields, ...fetched } };
  present(app, shown);
  if (end.preview !== true) await finishRun(app, shown);
}

function orderOf(session: Session, settings: Settings, update: Update) {
  const { second, mask } = settings;
  const job = update === 'preview' ? previewJob(withKnownShift(settings.job, session)) : settings.job;
  const files = {
    input: session.project?.source.grant.id ?? '',
    ...(second !== null && { second: second.grant.id }),
    ...(job.mask === 'file' && mask !== null && { mask: mask.id }),
  };
  return { files, job, urgent: true, preview: update === 'preview' };
}

async function bringUpToDate(shown: App, client: Client, update: Update): Promise<void> {
  const app = pinned(shown);
  const session = app.session.get();
  const settings = settingsOf(session);
  if (settings === null || session.running !== null) return;
  const order = orderOf(session, settings, update);
  // A preview stands for the settings of now, whichever solver it was made by.
  const inputs = inputsOf(settings);
  following.job = asking;
  const state = await client.request('startJob', order);
  following.job = state.id;
  const end = await endOf(state);
  if (end.state === 'done') await showEnd(app, client, end, inputs);
  else if (end.state === 'failed' && end.failure !== null && update === 'run') {
    patch(app, { solveTrouble: { what: 'run', failure: end.failure } });
    log(app, 'error', end.failure.message);
  }
}

/** Whether the map may follow the settings by itself as things stand. */
function canFollow(session: Session): boolean {
  return (
    session.follows &&
    session.result !== null &&
    obstacleOf(session) === null &&
    followRefusal(session) === null
  );
}

/** Does what is wanted, the newest only, until nothing is: one update at a time. */
async function work(app: App): Promise<void> {
  try {
    for (let client = app.client(); client !== null && following.wanted !== null; client = app.client()) {
      const update = following.wanted;
      following.wanted = null;
      if (app.session.get().updating !== update) patch(app, { updating: update });
      await bringUpToDate(app, client, update);
    }
  } catch (error) {
    following.wanted = null;
    log(app, 'error', failureOf(error).message);
  } finally {
    following.job = null;
    patch(app, { updating: null });
    waitForStillness(app);
  }
}

function want(app: App, update: Update): void {
  following.wanted = update;
  if (app.session.get().updating === null) {
    patch(app, { updating: update });
    void work(app);
  }
}

/** Shows the map that was made with the settings of now, if there is one; whether there is. */
function showKnown(app: App, session: Session, settings: Settings): boolean {
  if (session.project === null || session.result === null) return false;
  const found = findKnown(known, session.project.source, inputsOf(settings));
  if (found === undefined) return false;
  following.wanted = null;
  if (found !== session.result) present(app, found);
  return true;
}

/** Takes a setting for settled, though it may still be held: its map is made for good. */
function settled(app: App): void {
  const session = app.session.get();
  const settings = settingsOf(session);
  clearTimeout(following.still);
  following.held = false;
  if (settings === null || isSettled(session) || showKnown(app, session, settings)) return;
  // A preview is never left standing for a result.
  const isWanted = canFollow(session) || session.result?.job.preview === true;
  if (isWanted && session.running === null) want(app, 'run');
}

/** Once the picture of a held setting is there, and the setting stays where it is, its map is made for good. */
function waitForStillness(app: App): void {
  clearTimeout(following.still);
  following.still = setTimeout(() => {
    if (following.held && following.wanted === null) settled(app);
  }, heldStillMs);
}

function cancelAtWork(app: App): void {
  const { job } = following;
  if (job !== null && job !== asking) quietly(app, app.client()?.request('cancelJob', { job }));
}

function moved(app: App, session: Session, settings: Settings): void {
  clearTimeout(following.still);
  following.held = true;
  if (isCurrent(session, settings) || showKnown(app, session, settings)) {
    following.wanted = null;
    waitForStillness(app);
  } else if (canFollow(session) && session.running === null) {
    want(app, 'preview');
    if (isInTheWay(session, settings)) cancelAtWork(app);
  }
}

function hasMoved(now: Settings, before: Settings | null): boolean {
  return now.job !== before?.job || now.second !== before.second || now.mask !== before.mask;
}

/** Looks at what has changed in the session, and has the map follow. */
function look(app: App): void {
  const session = app.session.get();
  const { project, result } = session;
  const settings = settingsOf(session);
  const gesture = project?.history.gesture ?? null;
  const before = { ...following };
  const source = project?.source ?? null;
  Object.assign(following, { settings, gesture, source, result });
  if (settings === null) return;
  if (source !== before.source) {
    following.wanted = null;
    // An update of an image that is not shown any more was given up: it is made when the image is shown again.
    settled(app);
  } else if (hasMoved(settings, before.settings) && gesture !== null) moved(app, session, settings);
  else {
    const isReleased = before.held && gesture === null;
    const isOther = result !== null && result.job.id !== before.result?.job.id && session.updating === null;
    if (hasMoved(settings, before.settings) || isReleased || isOther) settled(app);
  }
}

/** Has the map follow the settings from now on: previews while one moves, the chosen solver once it is let go. */
export function followSettings(app: App): void {
  app.session.subscribe(() => {
    look(app);
  });
}

/** Gives up the update of the map that is at work, if there is one. */
export function cancelUpdate(app: App): void {
  following.wanted = null;
  clearTimeout(following.still);
  cancelAtWork(app);
}

const keptAs = 'epiflux-follow';

/** Whether the map follows settings in a new window: as it was left last time, else it does. */
export function followsAtFirst(): boolean {
  try {
    return localStorage.getItem(keptAs) !== 'no';
  } catch {
    return true;
  }
}

/** Has the map follow the settings, or not; remembered by the browser. */
export function toggleFollow(app: App): void {
  const follows = !app.session.get().follows;
  patch(app, { follows });
  if (follows) settled(app);
  else cancelUpdate(app);
  try {
    localStorage.setItem(keptAs, follows ? 'yes' : 'no');
  } catch {
    // A window without storage forgets it when it closes.
  }
}
