import { CoreError, type Progress } from '../../src-core/index.js';
import type { ApiFailure, CheckResult } from '../api.js';
import type { CheckState } from '../api-check.js';
import type { CheckKind } from '../engine/check-document.js';
import type { CheckRequest, CheckResponse } from '../engine/messages.js';
import type { RequestOptions } from '../engine/host.js';
import { holdCheck, isCheckHeld } from './check-fields.js';
import { freshId } from './data-store.js';
import { failureOf } from './failure.js';
import type { Jobs, JobsGround } from './jobs.js';

/** The checks of a session's results; they run in the queue of its jobs and give way to these. */
export interface Checks {
  /** Queues a check of a job's result. Throws `usage` unless the job is done. */
  readonly start: (job: string, kind: CheckKind) => CheckState;
  /** Cancels a check and waits until it stands still; one that has ended stays as it is. */
  readonly cancel: (id: string) => Promise<CheckState>;
  /** What was found, its arrays held; computed again where they were let go. Throws `usage` unless it is done. */
  readonly result: (id: string) => Promise<CheckResult>;
  /** Stops the check that runs, if one does; it starts again behind whatever is queued next. */
  readonly giveWay: () => void;
  /** Cancels and forgets the checks of a job. */
  readonly dropOf: (job: string) => Promise<void>;
}

interface Check {
  readonly id: string;
  readonly job: string;
  readonly kind: CheckKind;
  readonly request: CheckRequest;
  controller: AbortController;
  /** Whether it was stopped only to let a job go first. */
  givesWay: boolean;
  state: CheckState['state'];
  progress: Progress | null;
  startedAt: number;
  seconds: number;
  failure: ApiFailure | null;
  found: CheckResult | null;
  settled: Promise<void>;
}

const now = (): number => performance.now() / 1000;

function stateOf(check: Check): CheckState {
  const { id, job, kind, state, progress, failure } = check;
  const seconds = state === 'running' ? now() - check.startedAt : check.seconds;
  return { id, job, kind, state, progress, seconds, failure };
}

function newCheck(job: string, kind: CheckKind, order: ReturnType<Jobs['order']>): Check {
  return {
    id: freshId(),
    job,
    kind,
    request: { ...order, kinds: [kind], wantFields: true },
    controller: new AbortController(),
    givesWay: false,
    state: 'queued',
    progress: null,
    startedAt: 0,
    seconds: 0,
    failure: null,
    found: null,
    settled: Promise.resolve(),
  };
}

function settle(check: Check, error: unknown, ground: JobsGround): void {
  if (error instanceof CoreError && error.tag === 'cancelled') {
    check.state = check.givesWay ? 'queued' : 'cancelled';
    return;
  }
  check.state = 'failed';
  check.failure = failureOf(error, ground.grants);
  if (check.failure.died) {
    ground.emit({ type: 'engine-died', job: null, what: 'a check of the map', failure: check.failure });
  }
}

async function compute(
  { request }: Check,
  ground: JobsGround,
  options: RequestOptions,
): Promise<CheckResult> {
  const response: CheckResponse = await ground.engine.request('check', request, options);
  return holdCheck(response, ground.store);
}

async function run(check: Check, ground: JobsGround): Promise<void> {
  if (check.state !== 'queued') return;
  const tell = (): void => {
    ground.emit({ type: 'check', check: stateOf(check) });
  };
  check.state = 'running';
  check.startedAt = now();
  tell();
  try {
    const onProgress = (progress: Progress): void => {
      check.progress = progress;
      if (check.state === 'running') tell();
    };
    check.found = await compute(check, ground, { signal: check.controller.signal, onProgress });
    check.state = 'done';
  } catch (error) {
    settle(check, error, ground);
  }
  check.seconds = now() - check.startedAt;
  tell();
}

function unknown(id: string, message: string, hint: string): CoreError {
  return new CoreError({ tag: 'usage', message, where: `check ${id}`, hint });
}

/** Runs a check when its turn comes, and again behind the others if it gave way. */
async function runInTurn(check: Check, jobs: Jobs, ground: JobsGround): Promise<void> {
  await jobs.enqueue(() => run(check, ground), false);
  if (check.state !== 'queued') return;
  check.givesWay = false;
  check.controller = new AbortController();
  await runInTurn(check, jobs, ground);
}

async function stop(check: Check, ground: JobsGround): Promise<void> {
  if (check.state === 'queued') {
    check.state = 'cancelled';
    ground.emit({ type: 'check', check: stateOf(check) });
  } else if (check.state === 'running') {
    check.givesWay = false;
    check.controller.abort();
    await check.settled;
  }
}

/** What was found, computed again where its arrays were let go. */
async function heldResult(check: Check, jobs: Jobs, ground: JobsGround): Promise<CheckResult> {
  const { id, found, state } = check;
  if (!found) throw unknown(id, `The check has no result: it is ${state}.`, 'Wait until it is done.');
  if (isCheckHeld(found, ground.store)) return found;
  check.found = await jobs.enqueue(() => compute(check, ground, { signal: check.controller.signal }), true);
  return check.found;
}

/** No checks yet. */
export function makeChecks(jobs: Jobs, ground: JobsGround): Checks {
  const checks = new Map<string, Check>();
  const find = (id: string): Check => {
    const check = checks.get(id);
    if (!check) throw unknown(id, 'There is no such check.', 'Start it again.');
    return check;
  };
  const start: Checks['start'] = (job, kind) => {
    const check = newCheck(job, kind, jobs.order(job));
    checks.set(check.id, check);
    const queued = stateOf(check);
    ground.emit({ type: 'check', check: queued });
    check.settled = runInTurn(check, jobs, ground);
    return queued;
  };
  const giveWay: Checks['giveWay'] = () => {
    for (const check of checks.values()) {
      if (check.state !== 'running') continue;
      check.givesWay = true;
      check.controller.abort();
    }
  };
  const cancel: Checks['cancel'] = async (id) => {
    const check = find(id);
    await stop(check, ground);
    return stateOf(check);
  };
  const dropOf: Checks['dropOf'] = async (job) => {
    for (const check of [...checks.values()].filter((each) => each.job === job)) {
      await stop(check, ground);
      checks.delete(check.id);
    }
  };
  return { start, cancel, result: async (id) => heldResult(find(id), jobs, ground), giveWay, dropOf };
}
