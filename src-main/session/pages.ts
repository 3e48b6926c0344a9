import type { FigureSummary, Inference, MapPage, PagePanel } from '../../src-core/index.js';
import type { CheckedRequest, PageDrawing, PanelRequest } from '../api.js';
import type { PageOrder } from '../engine/page-drawing.js';
import { embeddedJob, identityOf, type ResultDocument } from '../engine/result-document.js';
import { figureContent } from '../engine/results.js';
import type { DataStore } from './data-store.js';
import type { GrantStore } from './grant-store.js';
import type { Jobs } from './jobs.js';
import { layerPanel, picturePanel, rawPanel } from './page-panels.js';
import type { Reader } from './reader.js';

/** What pages are drawn from. */
export interface PagesGround {
  readonly jobs: Jobs;
  readonly reader: Reader;
  readonly store: DataStore;
  readonly grants: GrantStore;
}

type PageRequest = Pick<CheckedRequest<'drawPage'>, 'job' | 'page' | 'format'>;

/** Pages of results. */
export interface Pages {
  /** What has to be drawn for a request. Throws `usage` for what the result or the session does not have. */
  readonly order: (request: PageRequest) => Promise<PageOrder>;
  /** Draws a page and holds its bytes for the window to fetch. */
  readonly draw: (request: PageRequest) => Promise<PageDrawing>;
  /** Forgets what is kept of a job. */
  readonly drop: (job: string) => void;
}

/** The panel that a window asks for, with its values. */
async function panelOf(request: PanelRequest, inference: Inference, ground: PagesGround): Promise<PagePanel> {
  if (request.kind === 'map') return layerPanel(request, inference);
  if (request.kind === 'picture') return picturePanel(request, ground.store);
  const { grants, reader } = ground;
  const { grant, channel, frame, around, table = {}, spacingNm = inference.grid.spacing[2] } = request.source;
  const read = {
    ...{ path: grants.path(grant), channel, frame, table, z: request.plane, spacing: spacingNm },
    ...(around && { around: around.map((each) => ({ ...each, path: grants.path(each.grant) })) }),
  };
  return rawPanel(request, await reader.request('picture', read), inference);
}

/** A request as the page carries it, so that it can be drawn again: without what only this session knows. */
function recordOf({ page, format }: PageRequest): unknown {
  const { content, look } = page;
  if (content === 'figure') return { content, look, format };
  const panels = content.map((panel) => {
    if (panel.kind === 'raw') {
      const { channel, frame } = panel.source;
      return { ...panel, source: { channel, frame } };
    }
    return panel.kind === 'picture' ? { ...panel, data: null } : panel;
  });
  return { content: panels, look, format };
}

async function mapPage(
  panels: readonly PanelRequest[],
  { inference, document, job }: { inference: Inference; document: ResultDocument; job: string },
  ground: PagesGround,
): Promise<MapPage> {
  const drawn: PagePanel[] = [];
  for (const panel of panels) drawn.push(await panelOf(panel, inference, ground));
  const { assumptions, warnings } = document;
  return { title: document.input.name, panels: drawn, assumptions, warnings, job };
}

/** Summaries are kept of so many jobs: a page of the same job is drawn again and again. */
const mostSummaries = 4;

/** The pages of a session. */
export function makePages(ground: PagesGround): Pages {
  const summaries = new Map<string, Promise<FigureSummary>>();

  const summaryOf = (id: string, inference: Inference, document: ResultDocument): Promise<FigureSummary> => {
    const known = summaries.get(id);
    if (known) return known;
    const fresh = ground.reader.request('summary', figureContent(inference, document.input.name, ''));
    summaries.set(id, fresh);
    for (const oldest of summaries.keys()) {
      if (summaries.size <= mostSummaries) break;
      summaries.delete(oldest);
    }
    fresh.catch(() => summaries.delete(id));
    return fresh;
  };
  const order: Pages['order'] = async (request) => {
    const { finished, inference } = await ground.jobs.inference(request.job);
    const { document } = finished;
    const { content, look } = request.page;
    const { dpi, ...rest } = look;
    const job = embeddedJob(document.job, identityOf(document), recordOf(request));
    const drawn = { look: rest, dpi, format: request.format };
    if (content !== 'figure') {
      const page = await mapPage(content, { inference, document, job }, ground);
      return { ...drawn, content: { kind: 'maps', page } };
    }
    const summary = await summaryOf(request.job, inference, document);
    const facts = { ...summary.facts, job };
    return { ...drawn, content: { kind: 'figure', summary: { ...summary, facts } } };
  };
  const draw: Pages['draw'] = async (request) => {
    const page = await ground.reader.request('page', await order(request));
    const { values, widthMm, heightMm, pixels, panels } = page;
    const { data } = ground.store.put({ data: { values, shape: [1, 1, values.length] } });
    return { data, widthMm, heightMm, pixels, panels };
  };
  return { order, draw, drop: (job) => summaries.delete(job) };
}
