import { describe, expect, it } from 'vitest';
import type { JobState, RequestName } from '../../src-main/api.js';
import type { App, CursorPosition } from '../../src-renderer/actions/app.js';
import { receiveJob } from '../../src-renderer/actions/job-actions.js';
import { restoreContent } from '../../src-renderer/actions/restore-actions.js';
import type { Client } from '../../src-renderer/engine/client.js';
import { savedView } from '../../src-renderer/state/saved-look.js';
import { emptySession, restingView } from '../../src-renderer/state/session.js';
import { createStore } from '../../src-renderer/state/store.js';
import { defaultSettings, twoChannels } from './session-kit.js';

const { job, displays } = defaultSettings();
const inputs = { job, second: null, mask: null };

function jobState(id: string, state: JobState['state']): JobState {
  return { id, files: { input: 'g' }, spec: job, state, progress: null, seconds: 1, failure: null };
}

/** A main side whose run ends while it is asked for the result that was there before. */
function appWhoseRunEnds(): App {
  const answers: Partial<Record<RequestName, unknown>> = {
    listJobs: [jobState('before', 'done'), jobState('run', 'running')],
    describe: { kind: 'image', metadata: twoChannels },
    defaults: job,
    jobResult: { fields: {}, document: { solver: { seconds: 1 }, lambda: {} } },
  };
  const request = async (name: RequestName): Promise<unknown> => {
    if (name === 'jobResult') await receiveJob(app, jobState('run', 'cancelled'));
    return answers[name];
  };
  const app: App = {
    session: createStore(emptySession('dark')),
    cursor: createStore<CursorPosition | null>(null),
    client: () => ({ request }) as unknown as Client,
  };
  return app;
}

describe('a window that is loaded again', () => {
  it('does not take a run for at work that ends while the result before it is fetched', async () => {
    const app = appWhoseRunEnds();
    const settings = { ...inputs, displays };
    const content = {
      documents: [
        {
          ...{ source: 'g', settings, past: [], future: [], unsaved: true },
          look: { view: savedView(restingView), openSteps: [] },
          running: { job: 'run', inputs },
          result: { job: 'before', inputs, summary: null },
        },
      ],
      active: 0,
    };
    const grant = { id: 'g', name: 'nucleus.ome.tif', bytes: 1000, from: 'upload' as const };
    await restoreContent(app, { content, grants: [grant] });
    const { result, running } = app.session.get();
    expect(result?.job.id).toBe('before');
    expect(running).toBeNull();
  });
});
