import type { DataHandle } from '../../src-main/api.js';
import type { CheckState } from '../../src-main/api-check.js';
import type { CheckKind } from '../../src-main/engine/check-document.js';
import { failureOf } from '../engine/client.js';
import {
  type CheckFieldName,
  checkUnderWay,
  isUnderWay,
  type ShownCheck,
  startingCheck,
} from '../state/checks.js';
import { showSeconds } from '../state/wording.js';
import { type App, log, patch, pinned } from './app.js';
import { changeView } from './view-actions.js';

type Change = (check: ShownCheck) => ShownCheck;

/** Changes the check of a kind if it is still the one of this id. */
function changeCheck(app: App, kind: CheckKind, id: string | null, change: Change): void {
  app.session.set((session) => {
    const check = session.checks[kind];
    if (check?.id !== id) return session;
    return { ...session, checks: { ...session.checks, [kind]: change(check) } };
  });
}

/** Puts the map in the view to a check. */
export async function startCheck(anyApp: App, kind: CheckKind): Promise<void> {
  const app = pinned(anyApp);
  const client = app.client();
  const { result, checks } = app.session.get();
  if (client === null || result === null || isUnderWay(checks[kind])) return;
  patch(app, { checks: { ...checks, [kind]: startingCheck(result.job.id) } });
  try {
    const state = await client.request('startCheck', { job: result.job.id, kind });
    const wanted = isUnderWay(app.session.get().checks[kind]);
    changeCheck(app, kind, null, (check) => ({ ...check, id: state.id }));
    if (!wanted) await client.request('cancelCheck', { check: state.id });
  } catch (error) {
    const failure = failureOf(error);
    changeCheck(app, kind, null, (check) => ({ ...check, state: 'failed', failure }));
    log(app, 'error', failure.message);
  }
}

/** Cancels the check that waits or runs, if there is one. */
export function cancelCheck(app: App): void {
  const found = checkUnderWay(app.session.get());
  if (found === null) return;
  const { kind, check } = found;
  changeCheck(app, kind, check.id, (each) => ({ ...each, state: 'cancelled' }));
  log(app, 'info', 'Check cancelled.');
  if (check.id === null) return;
  app
    .client()
    ?.request('cancelCheck', { check: check.id })
    .catch((error: unknown) => {
      log(app, 'error', failureOf(error).message);
    });
}

async function fetchFloats(app: App, handle: DataHandle): Promise<Float32Array> {
  const values = await app.client()?.fetchArray(handle);
  if (!(values instanceof Float32Array)) throw new Error('The check sent no numbers.');
  return values;
}

async function fetchCheck(app: App, { id, kind, seconds }: CheckState): Promise<void> {
  const result = await app.client()?.request('checkResult', { check: id });
  if (result === undefined) return;
  changeCheck(app, kind, id, (check) => ({ ...check, state: 'done', seconds, progress: null, result }));
  log(
    app,
    result.kind === 'forward' && !explains(result.report.verdict) ? 'warning' : 'info',
    `${result.report.summary} (${showSeconds(seconds)})`,
  );
  if (result.kind === 'forward') {
    for (const name of Object.keys(result.fields) as CheckFieldName[]) {
      const values = await fetchFloats(app, result.fields[name]);
      changeCheck(app, kind, id, (check) => ({ ...check, fields: { ...check.fields, [name]: values } }));
    }
    return;
  }
  for (const { truth, inferred } of result.phantoms) {
    const maps = { truth: await fetchFloats(app, truth), inferred: await fetchFloats(app, inferred) };
    changeCheck(app, kind, id, (check) => ({ ...check, maps: [...check.maps, maps] }));
  }
}

function explains(verdict: string): boolean {
  return verdict === 'within-noise' || verdict === 'explains';
}

/** The window may hear of its check before it has the answer to its request. */
function adopt(app: App, { id, kind, job }: CheckState): void {
  changeCheck(app, kind, null, (check) => (check.job === job ? { ...check, id } : check));
}

/** Takes note of how far a check is, and fetches what it found. */
export async function receiveCheck(app: App, state: CheckState): Promise<void> {
  const { kind, id, progress, seconds, failure } = state;
  adopt(app, state);
  const check = app.session.get().checks[kind];
  if (check?.id !== id || !isUnderWay(check)) return;
  if (state.state !== 'done') {
    changeCheck(app, kind, id, (each) => ({ ...each, state: state.state, progress, seconds, failure }));
    if (failure !== null) log(app, 'error', failure.message);
    return;
  }
  try {
    await fetchCheck(app, state);
  } catch (error) {
    const trouble = failureOf(error);
    changeCheck(app, kind, id, (each) => ({ ...each, state: 'failed', failure: trouble }));
    log(app, 'error', trouble.message);
  }
}

/** Four panes: φ_h as measured, as predicted, their difference, and λ. */
export function showForward(app: App): void {
  changeView(app, (view) => ({
    ...view,
    mode: 'plane',
    panes: 4,
    layers: ['phi-h', 'predicted-h', 'lambda', 'difference-h'],
    active: 3,
  }));
}
