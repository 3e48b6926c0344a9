import type { ApiRequests } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { channelList } from '../state/channels.js';
import {
  type DescribedFile,
  type Project,
  type Session,
  type Settings,
  settingsOf,
  type ShownPreview,
} from '../state/session.js';
import { tableOptions } from '../state/table-choice.js';
import { type App, log, patch, pinned } from './app.js';

type PreviewRequest = ApiRequests['planePreview']['request'];

/** A stack up to this many voxels is fetched whole, so that the z slider asks for nothing. */
const largestStack = 48e6;

function wantedPlane({ description }: DescribedFile, z: number): number | 'all' {
  if (description.kind === 'table') return 'all';
  const { planes, width, height } = description.metadata;
  return planes * width * height <= largestStack ? 'all' : Math.min(z, planes - 1);
}

/** What the raw channel of one layer is asked by; null where the job has no such channel. */
export function previewRequest(session: Session, which: 0 | 1): PreviewRequest | null {
  const settings = settingsOf(session);
  const ref = settings === null ? undefined : channelList(settings.job.channels).at(which);
  if (session.project === null || settings === null || ref === undefined) return null;
  const file = ref.file === 0 ? session.project.source : settings.second;
  if (file === null) return null;
  const { frame } = settings.job;
  const { description } = file;
  if (description.kind === 'image') {
    return { grant: file.grant.id, channel: ref.channel, z: wantedPlane(file, session.view.z), frame };
  }
  return {
    grant: file.grant.id,
    channel: ref.channel,
    z: 'all',
    table: tableOptions(settings.job),
    spacingNm: settings.job.table.spacingNm,
    around: tablesOfJob(session.project, settings),
  };
}

/** The tables and channels that the job's grid is drawn around. */
function tablesOfJob({ source }: Project, { job, second }: Settings): { grant: string; channel: number }[] {
  return channelList(job.channels).flatMap(({ file, channel }) => {
    const described = file === 0 ? source : second;
    return described?.description.kind === 'table' ? [{ grant: described.grant.id, channel }] : [];
  });
}

function setPreview(app: App, which: 0 | 1, shown: ShownPreview | null): void {
  app.session.set((session) => {
    if (session.previews[which] === shown) return session;
    const [a, b] = session.previews;
    return { ...session, previews: which === 0 ? [shown, b] : [a, shown] };
  });
}

/** Which request each raw channel was last asked by, by document. */
const askedBy = new Map<string, [string | null, string | null]>();

function askedOf(app: App): [string | null, string | null] {
  const { activeDocument } = app.session.get();
  const asked = askedBy.get(activeDocument) ?? [null, null];
  askedBy.set(activeDocument, asked);
  return asked;
}

/** Forgets the raw channels of a file that was closed. */
export function forgetPreviews(app: App): void {
  askedOf(app).fill(null);
  patch(app, { previews: [null, null], previewTrouble: null });
}

async function fetchPreview(app: App, which: 0 | 1): Promise<void> {
  const client = app.client();
  const asked = askedOf(app);
  const request = previewRequest(app.session.get(), which);
  const key = request === null ? null : JSON.stringify(request);
  if (asked[which] === key && key !== null) return;
  asked[which] = key;
  if (client === null || request === null || key === null) {
    setPreview(app, which, null);
    return;
  }
  const preview = await client.request('planePreview', request);
  const values = await client.fetchArray(preview.data);
  if (asked[which] !== key || !(values instanceof Float32Array)) return;
  setPreview(app, which, { preview, values, key });
  await client.request('dropData', { data: [preview.data.id] });
}

/** Fetches the raw channels that the settings name, where they are not there yet. */
export async function fetchPreviews(shown: App): Promise<void> {
  const app = pinned(shown);
  try {
    await Promise.all([fetchPreview(app, 0), fetchPreview(app, 1)]);
    if (app.session.get().previewTrouble !== null) patch(app, { previewTrouble: null });
  } catch (error) {
    askedOf(app).fill(null);
    const failure = failureOf(error);
    patch(app, { previewTrouble: { what: 'picture', failure } });
    log(app, 'error', failure.message);
  }
}
