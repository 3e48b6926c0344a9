import type { ForwardCheck, PhantomCheck } from '../../src-core/index.js';
import type { CheckResult, DataHandle } from '../api.js';
import type { CheckResponse } from '../engine/messages.js';
import type { DataStore, HeldArray } from './data-store.js';

function holdForward({ report, plots, grid, fields }: ForwardCheck, store: DataStore): CheckResult {
  const held = (values: HeldArray['values']): HeldArray => ({ values, shape: grid.shape });
  const { predictedH, predictedE, differenceH, differenceE } = fields;
  const handles = store.put({
    predictedH: held(predictedH),
    predictedE: held(predictedE),
    differenceH: held(differenceH),
    differenceE: held(differenceE),
  });
  return { kind: 'forward', report, plots, grid, fields: handles };
}

function holdPhantom({ report, maps, grid }: PhantomCheck, store: DataStore): CheckResult {
  const held = (values: HeldArray['values']): HeldArray => ({ values, shape: grid.shape });
  const phantoms = maps.map(({ pattern, truth, inferred, plot }) => ({
    pattern,
    plot,
    ...store.put({ truth: held(truth), inferred: held(inferred) }),
  }));
  return { kind: 'phantom', report, grid, phantoms };
}

/** Puts the arrays of a check into the store. */
export function holdCheck({ forward, phantom }: CheckResponse, store: DataStore): CheckResult {
  if (forward) return holdForward(forward, store);
  if (phantom) return holdPhantom(phantom, store);
  throw new Error('The engine sent no check.');
}

function handlesOf(result: CheckResult): DataHandle[] {
  if (result.kind === 'forward') return Object.values(result.fields);
  return result.phantoms.flatMap(({ truth, inferred }) => [truth, inferred]);
}

/** Whether every array of the check is still held. */
export function isCheckHeld(result: CheckResult, store: DataStore): boolean {
  return handlesOf(result).every(({ id }) => store.read(id) !== undefined);
}
