import type { Grid } from '../../src-core/data/grid.js';
import { failureOf } from '../engine/client.js';
import {
  changePlanes,
  type DrawnMask,
  emptyMask,
  fitMask,
  maskOfValues,
  nearestPlane,
  planeSize,
} from '../mask/drawn-mask.js';
import { applyPatch, type MaskPlane, type Patch } from '../mask/mask-plane.js';
import { brushPatch, polygonPatch, type Position } from '../mask/shapes.js';
import { drawingOf, maskFrame } from '../state/drawing.js';
import { layerData } from '../state/layer-data.js';
import { brushDiameter, effectOf } from '../state/mask-tools.js';
import { shownPanes } from '../state/panes.js';
import { type Session, settingsOf } from '../state/session.js';
import { type App, changeSettings, log, patch, pinned } from './app.js';
import { saveFrom } from './export-actions.js';
import { storeDrawing } from './mask-store.js';
import { addCorner, changeTools, dropOutline } from './mask-tool-actions.js';
import { goToPlane, showLayer } from './view-actions.js';

/** Takes a mask as the drawn one: one step of undo, and stored for the job. */
export function commitDrawing(app: App, drawing: DrawnMask): void {
  if (drawing === drawingOf(app.session.get())) return;
  changeSettings(app, (settings) => ({
    ...{ ...settings, drawing, mask: null },
    job: { ...settings.job, mask: 'file' },
  }));
  void storeDrawing(app);
}

/** Values of the mask file that the job uses, with their grid; throws what the main side answers. */
async function readMaskFile(app: App, grant: string): Promise<{ values: Float32Array; grid: Grid } | null> {
  const client = app.client();
  if (client === null) return null;
  const { data, grid } = await client.request('planePreview', { grant, channel: 0, z: 'all' });
  const values = await client.fetchArray(data);
  await client.request('dropData', { data: [data.id] });
  return values instanceof Float32Array ? { values, grid } : null;
}

/** The drawing that a mask of a file is; a problem in words where it does not lie on the picture. */
function drawingOfFile(frame: Grid, isTable: boolean, file: { values: Float32Array; grid: Grid }): DrawnMask {
  if (isTable) return maskOfValues(file.values, file.grid);
  const [nz, ny, nx] = file.grid.shape;
  const fits = ny === frame.shape[1] && nx === frame.shape[2] && (nz === 1 || nz === frame.shape[0]);
  if (!fits) {
    throw new Error(
      `The mask file is ${nx} × ${ny} × ${nz} pixels, the picture ${frame.shape[2]} × ${frame.shape[1]} × ${frame.shape[0]}.`,
    );
  }
  return fitMask(maskOfValues(file.values, { ...frame, shape: file.grid.shape }), frame, 'max');
}

/** What a drawing can be begun from. */
export type MaskBeginning = 'result' | 'file' | 'nothing';

/** The beginnings that there are now. */
export function maskBeginnings(session: Session): MaskBeginning[] {
  const settings = settingsOf(session);
  const fromFile = settings?.job.mask === 'file' && !settings.drawing && settings.mask !== null;
  const fromResult = session.result?.fields.mask instanceof Uint8Array;
  return [...(fromFile ? ['file' as const] : []), ...(fromResult ? ['result' as const] : []), 'nothing'];
}

async function beginningOf(app: App, from: MaskBeginning): Promise<DrawnMask | null> {
  const session = app.session.get();
  const { result, project } = session;
  const mask = result?.fields.mask;
  if (from === 'result' && result !== null && mask instanceof Uint8Array) {
    return maskOfValues(mask, result.result.grid);
  }
  const frame = maskFrame(session);
  if (frame === null) throw new Error('The picture is not there yet.');
  const grant = settingsOf(session)?.mask?.id;
  if (from === 'nothing' || grant === undefined) return emptyMask(frame);
  const file = await readMaskFile(app, grant);
  return file && drawingOfFile(frame, project?.source.description.kind === 'table', file);
}

/** Begins the drawing anew: from the mask of the map, from the mask file, or from nothing. */
export async function beginDrawing(shown: App, from: MaskBeginning): Promise<void> {
  const app = pinned(shown);
  try {
    const drawing = await beginningOf(app, from);
    if (drawing === null) return;
    dropOutline(app);
    changeTools(app, { trouble: null });
    commitDrawing(app, drawing);
  } catch (error) {
    const { message } = failureOf(error);
    changeTools(app, { trouble: message });
    log(app, 'error', message);
  }
}

/** Uses the drawing that there is, or begins one from the first thing that it can begin from. */
async function useDrawing(app: App): Promise<void> {
  const session = app.session.get();
  const { drawing } = settingsOf(session) ?? {};
  if (drawing === undefined || drawing === null) {
    await beginDrawing(app, maskBeginnings(session)[0]);
    return;
  }
  if (drawingOf(session) !== null) return;
  changeSettings(app, (settings) => ({
    ...{ ...settings, mask: settings.mask?.from === 'drawn' ? settings.mask : null },
    job: { ...settings.job, mask: 'file' },
  }));
  void storeDrawing(app);
}

/** Shows the picture itself in the first pane where only fields are shown: these say nothing outside their mask. */
function showPicture(app: App): void {
  const { view } = app.session.get();
  const panes = shownPanes(view.panes, view.active);
  const raw = panes.some((pane) => view.layers[pane].startsWith('channel-'));
  if (!raw) showLayer(app, panes[0], 'channel-a');
}

/** Takes the tools out and shows the maps flat, a picture among them. */
export async function openMaskTools(shown: App): Promise<void> {
  const app = pinned(shown);
  await useDrawing(app);
  showPicture(app);
  const { maskTools, view, openSteps } = app.session.get();
  patch(app, {
    maskTools: { ...maskTools, open: true, tool: maskTools.tool === 'move' ? 'brush' : maskTools.tool },
    view: { ...view, mode: 'plane' },
    openSteps: openSteps.includes('nucleus') ? openSteps : [...openSteps, 'nucleus'],
  });
}

/** Puts the tools away; the mask stays. */
export function closeMaskTools(app: App): void {
  changeTools(app, { open: false, tool: 'move', outline: [] });
}

/** Plane of the drawing that is shown now. */
export function shownPlane(session: Session, drawing: DrawnMask): number {
  return nearestPlane(drawing, session.view.z);
}

/** Changes the plane that is shown, or all of them, as the tools say. */
export function editMask(app: App, change: (plane: MaskPlane) => MaskPlane): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  if (drawing === null) return;
  const which = session.maskTools.planes === 'all' ? 'all' : shownPlane(session, drawing);
  commitDrawing(app, changePlanes(drawing, which, change));
}

/** Positions of the file's coordinates, counted from the corner of the drawing. */
function within(drawing: DrawnMask, positions: readonly Position[]): Position[] {
  const [, y0, x0] = drawing.grid.origin;
  return positions.map(([x, y]) => [x - x0, y - y0]);
}

/** What a brush covers on its way between two positions of the file's coordinates. */
export function brushedPatch(session: Session, drawing: DrawnMask, from: Position, to: Position): Patch {
  const size = planeSize(drawing.grid);
  const [a, b] = within(drawing, [from, to]);
  return brushPatch(a, b, brushDiameter(session.maskTools, size.pixelX), size);
}

/** Adds or takes out what an outline (nm of the file's coordinates) goes around. */
export function applyOutline(app: App, outline: readonly Position[], alt: boolean): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  if (drawing === null) return;
  const covered = polygonPatch(within(drawing, outline), planeSize(drawing.grid));
  const effect = effectOf(session.maskTools, alt);
  editMask(app, (plane) => applyPatch(plane, covered, effect));
}

/** Closes the polygon and adds it, or takes it out. */
export function closeOutline(app: App, alt: boolean): void {
  const { outline } = app.session.get().maskTools;
  dropOutline(app);
  applyOutline(app, outline, alt);
}

/** Where the cursor is, in nm of the file's coordinates; null where there is none. */
function cursorPosition(app: App): Position | null {
  const cursor = app.cursor.get();
  const session = app.session.get();
  const grid = layerData(session, session.view.layers[session.view.active])?.grid;
  return cursor === null || grid === undefined
    ? null
    : [cursor.x + grid.origin[2], cursor.y + grid.origin[1]];
}

/** Paints once where the cursor is: the brush by keyboard. */
export function dabAtCursor(app: App): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  const at = cursorPosition(app);
  if (drawing === null || at === null) return;
  const covered = brushedPatch(session, drawing, at, at);
  editMask(app, (plane) => applyPatch(plane, covered, effectOf(session.maskTools, false)));
}

/**
 * Enter with an outline: sets a corner where the keys have moved the cursor, else (or a second time at the same
 * place) closes it.
 */
export function enterOutline(app: App): void {
  const { outline, keyboard } = app.session.get().maskTools;
  const at = cursorPosition(app);
  const last = outline.at(-1);
  const moved = at !== null && (last === undefined || at[0] !== last[0] || at[1] !== last[1]);
  if (keyboard && moved) addCorner(app, at);
  else if (outline.length >= 3) closeOutline(app, false);
}

/** Copies the plane that is shown to the next one, which is then shown. */
export function copyToNextPlane(app: App): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  if (drawing === null) return;
  const z = shownPlane(session, drawing);
  if (z + 1 >= drawing.planes.length) return;
  commitDrawing(
    app,
    changePlanes(drawing, z + 1, () => drawing.planes[z]),
  );
  goToPlane(app, z + 1);
}

/** Puts the mask on the grid that the job's picture has now. */
export function refitDrawing(app: App): void {
  const session = app.session.get();
  const drawing = drawingOf(session);
  const frame = maskFrame(session);
  const z = settingsOf(session)?.job.z ?? 'all';
  if (drawing === null || frame === null) return;
  commitDrawing(app, fitMask(drawing, frame, z === 'all' ? 'max' : z));
}

/** Gives the drawn mask to the user as a file. */
export async function exportDrawing(shown: App): Promise<void> {
  const app = pinned(shown);
  await storeDrawing(app);
  const client = app.client();
  const { mask } = settingsOf(app.session.get()) ?? {};
  if (client === null || mask?.from !== 'drawn') return;
  try {
    const file = await client.request('exportMask', { grant: mask.id });
    if (file.state === 'given-up') return;
    if (file.state === 'ready') saveFrom(file.url, file.name);
    log(app, 'info', `${file.name} was ${file.state === 'saved' ? 'saved' : 'given to the browser'}.`);
  } catch (error) {
    changeTools(app, { trouble: failureOf(error).message });
  }
}
