import { CoreError, type Inference, type JobSpec, type Progress } from '../../src-core/index.js';
import type { ApiEvent, ApiFailure, JobFilesByGrant, JobState } from '../api.js';
import type { Engine, RequestOptions } from '../engine/host.js';
import type { CheckRequest, InputPaths } from '../engine/messages.js';
import { type DataStore, freshId } from './data-store.js';
import { failureOf } from './failure.js';
import type { GrantStore } from './grant-store.js';
import { type Finished, holdInference, inferenceOf, isHeld } from './inference-fields.js';
import { makeQueue, type Queue } from './queue.js';
import { trainingProgress } from './training-progress.js';

/** What jobs stand on. */
export interface JobsGround {
  readonly engine: Engine;
  readonly store: DataStore;
  readonly grants: GrantStore;
  readonly emit: (event: ApiEvent) => void;
}

export interface JobOrder {
  readonly files: JobFilesByGrant;
  readonly spec: JobSpec;
  readonly urgent: boolean;
  readonly preview?: boolean;
  readonly resume?: boolean;
}

/** The jobs of a session, run one after the other by one engine. */
export interface Jobs {
  /** Queues a job. Throws `usage` where a grant does not exist. */
  readonly start: (order: JobOrder) => JobState;
  /** Cancels a job and waits until it stands still; one that has ended stays as it is. */
  readonly cancel: (id: string) => Promise<JobState>;
  /** Ends the training of a job with what it has reached; one that is not running stays as it is. */
  readonly endTraining: (id: string) => JobState;
  readonly list: () => readonly JobState[];
  /** The result, its arrays held; computed again where they were let go. Throws `usage` unless the job is done. */
  readonly result: (id: string) => Promise<Finished>;
  /** The result as it was last held, where the job is done; nothing is computed for it. */
  readonly peek: (id: string) => Finished | undefined;
  /** The result with the arrays themselves. */
  readonly inference: (id: string) => Promise<{ finished: Finished; inference: Inference }>;
  /** Throws `usage` for a preview, whose map its job alone would not give again: nothing is exported of it. */
  readonly requireRun: (id: string) => void;
  /** What a check of a job's result is asked with. Throws `usage` unless the job is done. */
  readonly order: (id: string) => Pick<CheckRequest, 'files' | 'job' | 'expected'>;
  /** Runs a task in the queue of the jobs. */
  readonly enqueue: Queue['add'];
  /** Cancels and forgets a job and lets its arrays go. */
  readonly drop: (id: string) => Promise<void>;
}

interface Job {
  readonly id: string;
  readonly files: JobFilesByGrant;
  readonly paths: InputPaths;
  readonly spec: JobSpec;
  readonly preview: boolean;
  readonly resume: boolean;
  readonly controller: AbortController;
  readonly enough: AbortController;
  state: JobState['state'];
  progress: Progress | null;
  startedAt: number;
  seconds: number;
  failure: ApiFailure | null;
  finished: Finished | null;
  settled: Promise<void>;
}

const now = (): number => performance.now() / 1000;

function stateOf(job: Job): JobState {
  const { id, files, spec, state, progress, failure, preview } = job;
  const seconds = state === 'running' ? now() - job.startedAt : job.seconds;
  return { id, files, spec, state, progress, seconds, failure, ...(preview && { preview }) };
}

function usage(message: string, id: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, where: `job ${id}`, hint });
}

function pathsOf(files: JobFilesByGrant, grants: GrantStore): InputPaths {
  return {
    input: grants.path(files.input),
    ...(files.second !== undefined && { second: grants.path(files.second) }),
    ...(files.mask !== undefined && { mask: grants.path(files.mask) }),
  };
}

function newJob({ files, spec, preview = false, resume = false }: JobOrder, grants: GrantStore): Job {
  return {
    id: freshId(),
    files,
    spec,
    ...{ preview, resume },
    paths: pathsOf(files, grants),
    controller: new AbortController(),
    enough: new AbortController(),
    state: 'queued',
    progress: null,
    startedAt: 0,
    seconds: 0,
    failure: null,
    finished: null,
    settled: Promise.resolve(),
  };
}

/** Below this share of the job its pace says nothing. */
const leastFraction = 0.01;

/** Reports progress with the time that the job still takes at its present pace. */
function progressOf(job: Job, emit: JobsGround['emit']): (progress: Progress) => void {
  return (progress) => {
    if (job.state !== 'running' || job.preview) return;
    const { fraction } = progress;
    const seconds = now() - job.startedAt;
    const secondsLeft = fraction < leastFraction ? null : (seconds * (1 - fraction)) / fraction;
    job.progress = { stage: progress.stage, fraction };
    const training = progress.training && trainingProgress(progress.training);
    emit({
      type: 'progress',
      job: job.id,
      progress: job.progress,
      seconds,
      secondsLeft,
      ...(training && { training }),
    });
  };
}

async function compute(job: Job, ground: JobsGround, options: RequestOptions): Promise<Finished> {
  const { paths: files, spec, preview, resume } = job;
  const request = { files, job: spec, wantFields: true, remember: true, preview, training: { resume } };
  return holdInference(await ground.engine.request('infer', request, options), ground.store);
}

/** Tells the windows where a job stands; of a preview only its end. */
function tell(job: Job, { emit }: JobsGround): void {
  if (job.preview && (job.state === 'queued' || job.state === 'running')) return;
  emit({ type: 'job', job: stateOf(job) });
}

function settle(job: Job, error: unknown, ground: JobsGround): void {
  if (error instanceof CoreError && error.tag === 'cancelled') {
    job.state = 'cancelled';
    return;
  }
  job.state = 'failed';
  job.failure = failureOf(error, ground.grants);
  if (job.failure.died !== true) return;
  const what = ground.grants.list().find(({ id }) => id === job.files.input)?.name ?? 'a job';
  ground.emit({ type: 'engine-died', job: job.id, what, failure: job.failure });
}

async function run(job: Job, ground: JobsGround): Promise<void> {
  if (job.state !== 'queued') return;
  job.state = 'running';
  job.startedAt = now();
  tell(job, ground);
  try {
    const signals = { signal: job.controller.signal, enough: job.enough.signal };
    const options = { ...signals, onProgress: progressOf(job, ground.emit) };
    job.finished = await compute(job, ground, options);
    job.state = 'done';
  } catch (error) {
    settle(job, error, ground);
  }
  job.seconds = now() - job.startedAt;
  tell(job, ground);
}

/** The same job on the same files again. */
async function computeAgain(job: Job, before: Finished, ground: JobsGround): Promise<Finished> {
  if (isHeld(before, ground.store)) return before;
  const again = await compute(job, ground, { signal: job.controller.signal });
  const changed = (['input', 'second', 'mask'] as const).find(
    (role) => again.document[role]?.sha256 !== before.document[role]?.sha256,
  );
  if (changed === undefined) return { ...again, document: before.document };
  throw new CoreError({
    tag: 'unreadable',
    message: 'The file was changed since the job was run.',
    where: before.document[changed]?.name ?? changed,
    hint: 'Run the job again.',
  });
}

/** Previews that have ended and are kept, for windows that still show them. */
const keptPreviews = 6;

/** A session's jobs, none so far. */
export function makeJobs(ground: JobsGround): Jobs {
  const jobs = new Map<string, Job>();
  const queue = makeQueue();

  const find = (id: string): Job => {
    const job = jobs.get(id);
    if (!job) throw usage('There is no such job.', id, 'Start it again.');
    return job;
  };
  const forget = (job: Job): void => {
    jobs.delete(job.id);
    for (const handle of Object.values(job.finished?.fields ?? {})) if (handle) ground.store.drop(handle.id);
  };
  /** Before another preview: the one that waits is not wanted any more, nor are those that ended long ago. */
  const makeRoom = (): void => {
    const previews = [...jobs.values()].filter(({ preview }) => preview);
    for (const job of previews.filter(({ state }) => state === 'queued')) {
      job.state = 'cancelled';
      tell(job, ground);
    }
    const ended = previews.filter(({ state }) => state !== 'running');
    for (const job of ended.slice(0, Math.max(0, ended.length - keptPreviews))) forget(job);
  };
  const start: Jobs['start'] = (order) => {
    const job = newJob(order, ground.grants);
    if (job.preview) makeRoom();
    jobs.set(job.id, job);
    const queued = stateOf(job);
    tell(job, ground);
    job.settled = queue.add(() => run(job, ground), order.urgent || job.preview);
    return queued;
  };
  const endTraining: Jobs['endTraining'] = (id) => {
    const job = find(id);
    if (job.state === 'running') job.enough.abort();
    return stateOf(job);
  };
  const cancel: Jobs['cancel'] = async (id) => {
    const job = find(id);
    if (job.state === 'queued') {
      job.state = 'cancelled';
      tell(job, ground);
    } else if (job.state === 'running') {
      job.controller.abort();
      await job.settled;
    }
    return stateOf(job);
  };
  const result: Jobs['result'] = async (id) => {
    const job = find(id);
    const before = job.finished;
    if (!before) throw usage(`The job has no result: it is ${job.state}.`, id, 'Wait until it is done.');
    if (isHeld(before, ground.store)) return before;
    const again = await queue.add(() => computeAgain(job, job.finished ?? before, ground), true);
    job.finished = again;
    return again;
  };
  const inference: Jobs['inference'] = async (id) => {
    const finished = await result(id);
    const whole = inferenceOf(finished, ground.store);
    if (!whole) throw new Error('The arrays were let go while they were asked for.');
    return { finished, inference: whole };
  };
  const order: Jobs['order'] = (id) => {
    const { paths, spec, state, finished } = find(id);
    if (!finished) throw usage(`The job has no result: it is ${state}.`, id, 'Wait until it is done.');
    const { input, second, mask } = finished.document;
    return { files: paths, job: spec, expected: { input, ...(second && { second }), ...(mask && { mask }) } };
  };
  const requireRun: Jobs['requireRun'] = (id) => {
    if (!find(id).preview) return;
    throw usage('This map is a preview, made while a setting moves.', id, 'Let the setting go first.');
  };
  const drop: Jobs['drop'] = async (id) => {
    const job = find(id);
    jobs.delete(id);
    if (job.state === 'queued') job.state = 'cancelled';
    job.controller.abort();
    await job.settled;
    forget(job);
  };
  const list: Jobs['list'] = () => [...jobs.values()].filter(({ preview }) => !preview).map(stateOf);
  const peek: Jobs['peek'] = (id) => jobs.get(id)?.finished ?? undefined;
  const asked = { start, cancel, endTraining, list, result, peek };
  return { ...asked, inference, requireRun, order, enqueue: queue.add, drop };
}
