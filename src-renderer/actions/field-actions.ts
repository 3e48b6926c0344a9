import type { Client } from '../engine/client.js';
import type { FieldName, ShownResult } from '../state/session.js';
import { type App } from './app.js';

/** Fields in the order that they are wanted in: what both panes show first. */
const fieldOrder: readonly (readonly FieldName[])[] = [
  ['mask', 'identifiable'],
  ['density', 'lambda'],
  ['phiH', 'phiE', 'residual', 'lambdaSd', 'lambdaSdPattern', 'lambdaResolution'],
];

/** The named fields of a result that are not there yet, fetched; fields that it does not have are left out. */
export async function fetchMissing(
  client: Client,
  { result, fields }: ShownResult,
  names: readonly FieldName[],
): Promise<ShownResult['fields']> {
  const fetched = names.map(async (name) => {
    const handle = result.fields[name];
    if (handle === null || fields[name] !== undefined) return [];
    return [[name, await client.fetchArray(handle)] as const];
  });
  return Object.fromEntries((await Promise.all(fetched)).flat());
}

/** Adds fields to the result in the view, if it still is that of the job. */
function addFields(app: App, job: string, fields: ShownResult['fields']): void {
  app.session.set((session) => {
    const { result } = session;
    if (result?.job.id !== job || Object.keys(fields).length === 0) return session;
    return { ...session, result: { ...result, fields: { ...result.fields, ...fields } } };
  });
}

/** Fetches all fields of the result in the view that are not there yet. */
export async function completeFields(app: App, job: string): Promise<void> {
  const client = app.client();
  for (const names of fieldOrder) {
    const { result } = app.session.get();
    if (client === null || result?.job.id !== job || app.parked?.() === true) return;
    addFields(app, job, await fetchMissing(client, result, names));
  }
}
