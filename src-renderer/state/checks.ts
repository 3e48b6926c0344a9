import type { CheckResult } from '../../src-main/api.js';
import type { CheckState } from '../../src-main/api-check.js';
import type { CheckKind } from '../../src-main/engine/check-document.js';
import type { LayerName } from './layers.js';
import type { Session, ViewState } from './session.js';

/** Fields of a forward check. */
export type CheckFieldName = keyof Extract<CheckResult, { kind: 'forward' }>['fields'];

/** A check of a result: how far it is, and what it found as far as that has come. */
export interface ShownCheck {
  /** The job whose result is checked. */
  readonly job: string;
  /** null until the main side has given it an id. */
  readonly id: string | null;
  readonly state: CheckState['state'];
  readonly progress: CheckState['progress'];
  readonly seconds: number;
  readonly failure: CheckState['failure'];
  readonly result: CheckResult | null;
  readonly fields: Partial<Readonly<Record<CheckFieldName, Float32Array>>>;
  /** Maps of the phantoms, in the order of the result. */
  readonly maps: readonly { readonly truth: Float32Array; readonly inferred: Float32Array }[];
}

/** The last check of either kind. */
export type ShownChecks = Readonly<Record<CheckKind, ShownCheck | null>>;

/** Nothing checked yet. */
export const noChecks: ShownChecks = { forward: null, phantom: null };

/** A check that was asked for just now. */
export function startingCheck(job: string): ShownCheck {
  const blank = { progress: null, seconds: 0, failure: null, result: null };
  return { job, id: null, state: 'queued', ...blank, fields: {}, maps: [] };
}

/** The check of the map in the view; null where the last one was of another map, or there is none. */
export function checkOf({ checks, result }: Session, kind: CheckKind): ShownCheck | null {
  const check = checks[kind];
  return check !== null && check.job === result?.job.id ? check : null;
}

/** Whether a check waits or runs. */
export function isUnderWay(check: ShownCheck | null): boolean {
  return check !== null && (check.state === 'queued' || check.state === 'running');
}

/** The check that waits or runs, of whichever map. */
export function checkUnderWay({ checks }: Session): { kind: CheckKind; check: ShownCheck } | null {
  for (const kind of ['forward', 'phantom'] as const) {
    const check = checks[kind];
    if (check !== null && isUnderWay(check)) return { kind, check };
  }
  return null;
}

/** The open document that a check is about, shown or not; undefined where it was closed. */
export function documentOfCheck(session: Session, { id, job, kind }: CheckState): string | undefined {
  const isMeant = ({ checks }: Pick<Session, 'checks'>): boolean => {
    const check = checks[kind];
    return check !== null && (check.id === id || (check.id === null && check.job === job));
  };
  if (isMeant(session)) return session.activeDocument;
  return Object.keys(session.parked).find((each) => isMeant(session.parked[each]));
}

const fieldOfLayer: Readonly<Partial<Record<LayerName, CheckFieldName>>> = {
  'predicted-h': 'predictedH',
  'predicted-e': 'predictedE',
  'difference-h': 'differenceH',
  'difference-e': 'differenceE',
};

/** Whether a layer comes from a check rather than from the result. */
export function isCheckLayer(layer: LayerName): boolean {
  return fieldOfLayer[layer] !== undefined;
}

const insteadOf: Readonly<Partial<Record<LayerName, LayerName>>> = {
  'predicted-h': 'phi-h',
  'predicted-e': 'phi-e',
  'difference-h': 'residual',
  'difference-e': 'residual',
};

/** The view for another map, of which there is no check yet: what a check brought gives way to what a map has. */
export function withoutCheckLayers(view: ViewState): ViewState {
  if (!view.layers.some(isCheckLayer)) return view;
  const [a, b, c, d] = view.layers.map((layer) => insteadOf[layer] ?? layer);
  return { ...view, layers: [a, b, c, d] };
}

/** The values of a layer that a check of the map in the view has brought. */
export function checkField(session: Session, layer: LayerName): Float32Array | undefined {
  const field = fieldOfLayer[layer];
  return field === undefined ? undefined : checkOf(session, 'forward')?.fields[field];
}
