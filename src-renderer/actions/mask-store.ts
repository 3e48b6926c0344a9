import type { Grant } from '../../src-main/api.js';
import { failureOf } from '../engine/client.js';
import { type DrawnMask, maskBytes } from '../mask/drawn-mask.js';
import { drawingInUse, drawingOf, isEmptyMask } from '../state/drawing.js';
import { amend } from '../state/history.js';
import { type Session, type Settings, settingsOf } from '../state/session.js';
import { type App, log, pinned } from './app.js';
import { changeTools } from './mask-tool-actions.js';

/** The drawing of now that has no file yet; null where there is nothing to store. */
function unstored(session: Session): DrawnMask | null {
  const settings = settingsOf(session);
  const drawing = drawingInUse(settings);
  return drawing === null || settings?.mask !== null || isEmptyMask(drawing) ? null : drawing;
}

/** Gives the file of a drawing to every step of the history that holds it. */
function nameFile(session: Session, drawing: DrawnMask, mask: Grant): Session {
  if (session.project === null) return session;
  const change = (settings: Settings): Settings =>
    settings.drawing === drawing && settings.mask === null ? { ...settings, mask } : settings;
  const history = amend(session.project.history, change);
  return { ...session, project: { ...session.project, history } };
}

async function store(app: App, drawing: DrawnMask): Promise<void> {
  const client = app.client();
  const session = app.session.get();
  const sized = drawingOf(session);
  if (client === null || session.project === null || sized === null) return;
  const stem = session.project.source.grant.name.replace(/(\.ome)?\.[^.]+$/i, '');
  const data = await client.sendArray(maskBytes(sized));
  const { grid } = sized;
  const grant = await client.request('saveMask', { data: data.id, grid, name: `${stem}.drawn-mask` });
  app.session.set((now) => nameFile(now, drawing, grant));
}

/** What is being stored, by the document that it belongs to. */
const storing = new Map<string, Promise<void>>();

async function storeAll(app: App): Promise<void> {
  for (let drawing = unstored(app.session.get()); drawing !== null;) {
    await store(app, drawing);
    const next = unstored(app.session.get());
    drawing = next === drawing ? null : next;
  }
}

/**
 * Puts the drawn mask of now on the main side, where a job can read it, if it is not there yet; of strokes that
 * follow one another quickly the last. What could not be stored is said beside the tools.
 */
export async function storeDrawing(shown: App): Promise<void> {
  const app = pinned(shown);
  const { activeDocument } = app.session.get();
  const busy = storing.get(activeDocument);
  if (busy === undefined && unstored(app.session.get()) === null) return;
  const work = busy ?? storeAll(app).finally(() => storing.delete(activeDocument));
  storing.set(activeDocument, work);
  try {
    await work;
    changeTools(app, { trouble: null });
  } catch (error) {
    const { message } = failureOf(error);
    changeTools(app, { trouble: `The mask was not stored: ${message}` });
    log(app, 'error', `The mask was not stored: ${message}`);
  }
}
