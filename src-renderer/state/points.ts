import type { ApiRequests } from '../../src-main/api.js';
import { channelList } from './channels.js';
import type { ShownCloud } from './points-display.js';
import { type Session, settingsOf } from './session.js';
import { tableOptions } from './table-choice.js';

type PointsRequest = ApiRequests['points']['request'];

/** What the points of the job's first or second file are asked by; null where that is no table of the job. */
export function pointsRequest(session: Session, file: 0 | 1): PointsRequest | null {
  const settings = settingsOf(session);
  if (session.project === null || settings === null) return null;
  const source = file === 0 ? session.project.source : settings.second;
  if (source?.description.kind !== 'table') return null;
  if (!channelList(settings.job.channels).some((ref) => ref.file === file)) return null;
  return { grant: source.grant.id, table: tableOptions(settings.job) };
}

/** Name of a request for points. */
export function pointsKey(request: PointsRequest | null): string {
  return request === null ? '' : JSON.stringify(request);
}

/** A channel of the job as points: its cloud, and the number of its channel there (null: the file has no channels). */
export interface PointsOfChannel {
  readonly slot: 0 | 1;
  readonly shown: ShownCloud;
  readonly channel: number | null;
}

/** The points of each channel of the job, as far as they are there. */
export function pointsOfChannels(session: Session): PointsOfChannel[] {
  const settings = settingsOf(session);
  if (settings === null) return [];
  return channelList(settings.job.channels).flatMap(({ file, channel }, index) => {
    const shown = session.clouds[file];
    if (shown?.key !== pointsKey(pointsRequest(session, file)) || shown.key === '') return [];
    const named = shown.cloud.columns.includes('channel');
    return [{ slot: index === 0 ? 0 : 1, shown, channel: named ? channel : null } as const];
  });
}

/** Whether the open file has points that could be shown. */
export function hasPoints(session: Session): boolean {
  return session.project?.source.description.kind === 'table';
}
