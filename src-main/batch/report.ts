import { basename, join } from 'node:path';
import { commonLimits, type JobInput, parseJob } from '../../src-core/index.js';
import type { JobDraft } from '../engine/channels.js';
import type { Engine } from '../engine/host.js';
import { replaceFile } from '../engine/staging.js';
import type { LedgerEntry } from './ledger.js';
import { readingOf, readResult, resultPath } from './readings.js';
import type { ReportContent, ReportRow } from './report-content.js';
import { settingsRow } from './report-columns.js';
import { reportPage } from './report-page.js';
import { hashJob } from './standing.js';

/** File name of the report in a batch's output folder. */
export const reportName = 'report.html';

interface ReportGround {
  readonly plan: {
    readonly folder: string;
    readonly out: string;
    readonly draft: JobDraft;
    readonly patterns: readonly string[];
    readonly recursive: boolean;
    readonly maskPattern?: string;
    readonly secondPattern?: string;
  };
  readonly entries: readonly LedgerEntry[];
  readonly engine: Engine;
}

interface ReportWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly stage: string; readonly fraction: number }) => void;
}

/** Pixels along the longer side of a thumbnail: twice as fine as it is shown. */
const thumbnailSize = 128;

type Draft = Omit<ReportRow, 'thumbnail'>;

async function readRows(out: string, entries: readonly LedgerEntry[]): Promise<Draft[]> {
  const rows: Draft[] = [];
  for (const entry of entries) {
    const document = await readResult(out, entry);
    const { lambda, assumptions, warnings } = document;
    const reading = readingOf(document);
    rows.push({ entry, reading, lambda, settings: settingsRow(document), assumptions, warnings });
  }
  return rows;
}

async function withThumbnails(
  rows: readonly Draft[],
  limits: ReportContent['limits'],
  { plan, engine }: ReportGround,
  watch: ReportWatch,
): Promise<ReportRow[]> {
  const drawn: ReportRow[] = [];
  for (const [index, row] of rows.entries()) {
    watch.onProgress({ stage: 'report', fraction: index / rows.length });
    const request = {
      lambda: resultPath(plan.out, row.entry, '.lambda.ome.tif'),
      mask: resultPath(plan.out, row.entry, '.mask.ome.tif'),
      size: thumbnailSize,
      ...(limits && { limits }),
    };
    const { png } = await engine.request('thumbnail', request, { signal: watch.signal });
    drawn.push({ ...row, thumbnail: png });
  }
  return drawn;
}

/** The job with its defaults; without channels where each file's own are taken. */
function wholeJob(draft: JobDraft): { job: JobDraft; defaults: JobDraft } {
  const channels: JobInput['channels'] = draft.channels ?? {
    kind: 'density',
    density: { file: 0, channel: 0 },
  };
  const [{ channels: given, ...job }, { channels: usual, ...defaults }] = [
    parseJob({ ...draft, channels }),
    parseJob({ channels }),
  ];
  if (!draft.channels) return { job, defaults };
  return { job: { ...job, channels: given }, defaults: { ...defaults, channels: usual } };
}

function patternsOf({ plan }: ReportGround): ReportContent['patterns'] {
  const { patterns, recursive, maskPattern, secondPattern } = plan;
  return [
    ['files', `${patterns.join(' ')}${recursive ? ', folders below too' : ''}`],
    ...(maskPattern === undefined ? [] : [['masks', maskPattern] as const]),
    ...(secondPattern === undefined ? [] : [['second mark', secondPattern] as const]),
  ];
}

/**
 * Writes report.html beside summary.csv: one page that needs nothing else, with every nucleus and every failure. No
 * times and no paths are in it: the same inputs and job give the same bytes. Throws `cancelled`, `usage` where it
 * cannot be written.
 */
export async function writeReport(ground: ReportGround, watch: ReportWatch): Promise<void> {
  const { plan, entries } = ground;
  const rows = await readRows(
    plan.out,
    entries.filter(({ state }) => state === 'done'),
  );
  const limits = commonLimits(rows.map(({ lambda }) => [lambda.p05, lambda.p95]));
  const content: ReportContent = {
    title: basename(plan.folder),
    rows: await withThumbnails(rows, limits, ground, watch),
    failed: entries.filter(({ state }) => state === 'failed'),
    limits,
    ...wholeJob(plan.draft),
    jobHash: hashJob(plan),
    patterns: patternsOf(ground),
  };
  await replaceFile(join(plan.out, reportName), new TextEncoder().encode(reportPage(content)));
}
