import type { PageDrawing } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { sendBytes } from '../engine/send-data.js';
import { chosenFile, chosenName } from '../state/export-names.js';
import { type ExportChoices, isPage, type PageSpec, type PageState } from '../state/page.js';
import type { PaneIndex } from '../state/panes.js';
import { cropPixels, drawnBox, type Pixels } from '../state/trimming.js';
import { showBytes } from '../state/wording.js';
import type { PaneSize } from '../view/plane-camera.js';
import { captureView } from '../view/capture.js';
import { paneSize } from '../view/pane-sizes.js';
import type { CapturePlan } from './capture-plan.js';
import { type App, log, patch, pinned } from './app.js';
import { exportFile, receiveExport } from './export-actions.js';
import { type PagePlan, type PanelPlan, planPage } from './page-plan.js';

type PanelRequest = Exclude<PageSpec['content'], 'figure'>[number];

function changePage(app: App, change: (page: PageState) => PageState): void {
  app.session.set((session) => {
    const page = change(session.page);
    return page === session.page ? session : { ...session, page };
  });
}

/** Changes how exports are wanted. */
export function changeChoices(app: App, part: Partial<ExportChoices>): void {
  changePage(app, (page) => ({ ...page, choices: { ...page.choices, ...part } }));
}

/** Changes how pages are set. */
export function changeLook(app: App, part: Partial<PageSpec['look']>): void {
  changePage(app, (page) => ({
    ...page,
    choices: { ...page.choices, look: { ...page.choices.look, ...part } },
  }));
}

/** Looks at the page large, or puts it back. */
export function enlargePage(app: App, large: boolean): void {
  changePage(app, (page) => ({ ...page, large }));
}

const sizeOf = (pane: PaneIndex): PaneSize | null => paneSize(pane) ?? null;

/** The most pixels along one side that a view is captured with, and the few that show where something is drawn. */
const mostCaptured = 4096;
const fewCaptured = 400;

/** The picture of a pane, so many pixels wide, or fewer where it would be too tall. */
async function capturePane(app: App, pane: PaneIndex, wanted: number): Promise<Pixels> {
  const size = paneSize(pane) ?? { width: 4, height: 3 };
  const scale = Math.min(wanted, mostCaptured, (mostCaptured * size.width) / size.height) / size.width;
  const [widthPx, heightPx] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  const { data, ...taken } = await captureView(app, pane, { widthPx, heightPx });
  return { data, width: taken.widthPx, height: taken.heightPx };
}

/** Sends the picture of a pane without the empty room around what it shows, which is then `widthPx` wide. */
async function capturePanel(
  app: App,
  { pane, panel, screenNm }: CapturePlan,
  widthPx: number,
): Promise<PanelRequest> {
  const small = await capturePane(app, pane, fewCaptured);
  const picture = await capturePane(app, pane, (widthPx * small.width) / drawnBox(small).width);
  const { width, height, data } = cropPixels(picture, drawnBox(picture));
  const { id } = await sendBytes(data);
  const across = paneSize(pane)?.width ?? picture.width;
  const pixelNm = screenNm === null ? null : (screenNm * across) / picture.width;
  return { ...panel, data: id, width, height, pixelNm };
}

/** The panels as requests, with a picture taken of every view that is no flat map, `widthPx` wide each. */
async function contentOf(
  app: App,
  plans: readonly PanelPlan[],
  widthPx: (panel: number) => number,
): Promise<PageSpec['content']> {
  const panels: Exclude<PageSpec['content'], 'figure'> = [];
  for (const [k, plan] of plans.entries()) {
    if (plan.kind === 'ready') panels.push(plan.panel);
    else panels.push(await capturePanel(app, plan, widthPx(k)));
  }
  return panels;
}

/** Pictures that were sent for a page are of no use once it is drawn. */
function dropPictures(app: App, content: PageSpec['content']): void {
  if (content === 'figure') return;
  const data = content.flatMap((panel) => (panel.kind === 'picture' ? [panel.data] : []));
  if (data.length > 0) void app.client()?.request('dropData', { data });
}

/** Width in pixels of a panel at the resolution of the page, as it was drawn last, or as wide as the page. */
function panelPixels({ session }: App, dpi: number): (panel: number) => number {
  const { shown, choices } = session.get().page;
  return (k) => Math.ceil(((shown?.panels.at(k)?.widthMm ?? choices.look.widthMm) / 25.4) * dpi);
}

const previewDpi = 150;

interface Drawn extends Omit<PageDrawing, 'data'> {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Has the page drawn; its pictures at the resolution given. */
async function drawPage(app: App, plan: PagePlan, format: 'svg' | 'png', dpi: number): Promise<Drawn | null> {
  const client = app.client();
  if (client === null) return null;
  const content =
    plan.content === 'figure' ? plan.content : await contentOf(app, plan.content, panelPixels(app, dpi));
  const { job, look } = plan;
  const { data, ...size } = await client.request('drawPage', { job, page: { content, look }, format });
  const bytes = await client.fetchArray(data);
  void client.request('dropData', { data: [data.id] });
  dropPictures(app, content);
  return { ...size, bytes: new Uint8Array(bytes.buffer as ArrayBuffer) };
}

function showDrawn(app: App, plan: PagePlan, { bytes, ...size }: Drawn): void {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'image/svg+xml' }));
  changePage(app, (page) => {
    if (page.shown !== null) URL.revokeObjectURL(page.shown.url);
    return { ...page, trouble: null, shown: { ...size, url, key: plan.key } };
  });
}

/** Whether a page is being drawn; the next one waits, and only the newest of those that wait is drawn. */
let drawing = false;
let wanted = false;

/** Draws the page of now unless it is shown already; while one is drawn, remembers that another is wanted. */
async function drawNow(app: App): Promise<void> {
  const session = app.session.get();
  const plan = isPage(session.page.choices.subject) ? planPage(session, sizeOf) : null;
  if (drawing || session.view.moving) {
    wanted = drawing;
    return;
  }
  if (session.page.trouble !== null) changePage(app, (page) => ({ ...page, trouble: null }));
  if (plan === null || plan.key === session.page.shown?.key) return;
  drawing = true;
  changePage(app, (page) => ({ ...page, drawing: true }));
  try {
    const drawn = await drawPage(app, plan, 'svg', previewDpi);
    if (drawn !== null) showDrawn(app, plan, drawn);
  } catch (error) {
    changePage(app, (page) => ({ ...page, trouble: { what: 'The page', failure: failureOf(error) } }));
  }
  drawing = false;
  changePage(app, (page) => ({ ...page, drawing: false }));
  if (!wanted) return;
  wanted = false;
  await drawNow(app);
}

const restMs = 250;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Draws the page again once nothing has changed for a quarter of a second. */
export function refreshPage(app: App): void {
  clearTimeout(timer);
  timer = setTimeout(() => void drawNow(app), restMs);
}

async function whileBusy(app: App, what: string, work: () => Promise<void>): Promise<void> {
  if (app.session.get().page.busy !== null) return;
  patch(app, { exportTrouble: null });
  changePage(app, (page) => ({ ...page, busy: what }));
  try {
    await work();
  } catch (error) {
    const failure = failureOf(error);
    patch(app, { exportTrouble: { what, failure } });
    log(app, 'error', failure.message);
  }
  changePage(app, (page) => ({ ...page, busy: null }));
}

async function exportPage(app: App): Promise<void> {
  const session = app.session.get();
  const client = app.client();
  const plan = planPage(session, sizeOf);
  if (client === null || plan === null) return;
  const { choices } = session.page;
  const { job, look } = plan;
  const widths = panelPixels(app, look.dpi);
  const content = plan.content === 'figure' ? plan.content : await contentOf(app, plan.content, widths);
  const name = chosenName(session);
  const { format } = choices;
  receiveExport(
    app,
    format,
    await client.request('exportPage', { job, page: { content, look }, format, name }),
  );
  dropPictures(app, content);
}

/** Exports what is chosen in the export step, with the choices of last time. */
export async function exportChosen(shown: App): Promise<void> {
  const app = pinned(shown);
  const session = app.session.get();
  if (session.result === null) return;
  const kind = chosenFile(session.page.choices);
  const name = chosenName(session);
  await whileBusy(app, name, () => (kind === null ? exportPage(app) : exportFile(app, kind, name)));
}

/** Whether this browser takes pictures into the clipboard. */
export function canCopy(): boolean {
  return typeof ClipboardItem !== 'undefined' && 'clipboard' in navigator;
}

/** Takes note of a page that was copied. */
function receiveCopy(app: App, { bytes }: Drawn): void {
  const text = `copied: ${chosenName(app.session.get())}, ${showBytes(bytes.length)}`;
  app.session.set((session) => ({ ...session, exports: [...session.exports, { kind: 'copy', text }] }));
  log(app, 'info', `Page ${text}.`);
}

/** Copies the page as PNG at its resolution. */
export async function copyPage(shown: App): Promise<void> {
  const app = pinned(shown);
  const plan = planPage(app.session.get(), sizeOf);
  if (plan === null || !canCopy()) return;
  await whileBusy(app, 'copy of the page', async () => {
    const picture = drawPage(app, plan, 'png', plan.look.dpi);
    const blob = picture.then(
      (drawn) => new Blob(drawn === null ? [] : [drawn.bytes], { type: 'image/png' }),
    );
    // The promise goes into the item so that the click still counts as the user's wish when the picture is there.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    const drawn = await picture;
    if (drawn !== null) receiveCopy(app, drawn);
  });
}
