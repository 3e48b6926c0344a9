import { failureOf } from '../engine/client.js';
import { pointsKey, pointsRequest } from '../state/points.js';
import type { PointsDisplay, ShownCloud } from '../state/points-display.js';
import { type App, log, pinned } from './app.js';

/** Changes how points are shown; never reaches the main side. */
export function changePoints(app: App, part: Partial<PointsDisplay>): void {
  app.session.set((session) => ({ ...session, points: { ...session.points, ...part } }));
}

function setCloud(app: App, file: 0 | 1, shown: ShownCloud | null): void {
  app.session.set((session) => {
    const [a, b] = session.clouds;
    return { ...session, clouds: file === 0 ? [shown, b] : [a, shown] };
  });
}

/** Requests for points that are on their way. */
const asked = new Set<string>();

async function fetchCloud(app: App, file: 0 | 1): Promise<void> {
  const client = app.client();
  const session = app.session.get();
  const request = pointsRequest(session, file);
  const key = pointsKey(request);
  if (client === null || request === null || session.clouds[file]?.key === key || asked.has(key)) return;
  asked.add(key);
  try {
    const cloud = await client.request('points', request);
    const values = await client.fetchArray(cloud.data);
    const isWanted = pointsKey(pointsRequest(app.session.get(), file)) === key;
    if (isWanted && values instanceof Float32Array) setCloud(app, file, { key, cloud, values });
    await client.request('dropData', { data: [cloud.data.id] });
  } finally {
    asked.delete(key);
  }
}

/** Fetches the points of the job's tables, where they are not there yet. */
export async function fetchPoints(shown: App): Promise<void> {
  const app = pinned(shown);
  try {
    await Promise.all([fetchCloud(app, 0), fetchCloud(app, 1)]);
  } catch (error) {
    log(app, 'error', failureOf(error).message);
  }
}

/** Shows the localisations over the maps, or takes them away. */
export function togglePoints(app: App): void {
  const shown = !app.session.get().points.shown;
  changePoints(app, { shown });
  if (shown) void fetchPoints(app);
}
