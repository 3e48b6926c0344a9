import type { ResultInputs } from '../state/session.js';
import { type App, log, patch } from './app.js';

function areSameInputs(a: ResultInputs, b: ResultInputs): boolean {
  return (
    JSON.stringify(a.job) === JSON.stringify(b.job) &&
    a.second?.grant.id === b.second?.grant.id &&
    (a.job.mask !== 'file' || a.mask?.id === b.mask?.id)
  );
}

/** Says whether a map that was made again is the one that the project remembers, byte for byte. */
export async function compareWithSaved(app: App, job: string): Promise<void> {
  const { savedResult, result } = app.session.get();
  const client = app.client();
  if (savedResult === null || result === null || client === null) return;
  patch(app, { savedResult: null });
  if (!areSameInputs(savedResult.inputs, result.inputs)) return;
  const { lambdaSha256, version } = savedResult.summary;
  const summary = await client.request('summarize', { job });
  if (lambdaSha256 === null || summary === null || summary.lambdaSha256 === null) return;
  if (summary.lambdaSha256 === lambdaSha256) log(app, 'info', 'λ is the saved one, byte for byte.');
  else {
    log(
      app,
      'warning',
      `λ is not the saved one: that was made by Epiflux ${version}, this by ${summary.version}.`,
    );
  }
}
