import { emptyPlane, fullPlane, invertPlane, type MaskPlane } from '../mask/mask-plane.js';
import { fillHoles, growPlane, keepLargest, shrinkPlane } from '../mask/topology.js';
import { drawingOf, drawingProblem, isEmptyMask } from '../state/drawing.js';
import type { MaskTool } from '../state/mask-tools.js';
import type { Session } from '../state/session.js';
import type { App } from './app.js';
import type { Command } from './commands.js';
import {
  beginDrawing,
  closeMaskTools,
  copyToNextPlane,
  dabAtCursor,
  editMask,
  enterOutline,
  exportDrawing,
  type MaskBeginning,
  maskBeginnings,
  openMaskTools,
  refitDrawing,
  shownPlane,
} from './mask-actions.js';
import { changeTools, dropOutline, removeCorner, takeTool } from './mask-tool-actions.js';

const drawn = (session: Session): boolean => drawingOf(session) !== null;
const out = (session: Session): boolean => session.maskTools.open && drawn(session);
const outlined = (session: Session): boolean => session.maskTools.outline.length > 0;

/** Keys of an outline that is begun come before everything else that they stand for. */
const outlineCommands: readonly Command[] = [
  {
    id: 'mask-back',
    title: 'Polygon: take the last corner back',
    keys: ['backspace'],
    possible: outlined,
    run: removeCorner,
  },
  {
    id: 'mask-leave',
    title: 'Polygon: give it up',
    keys: ['escape'],
    possible: outlined,
    run: dropOutline,
  },
  {
    id: 'mask-enter',
    title: 'Draw at the cursor: a corner, the end of the polygon, a dab of the brush',
    keys: ['enter'],
    possible: (session) => out(session) && session.maskTools.tool !== 'move',
    run: (app) => {
      const { tool } = app.session.get().maskTools;
      if (tool === 'brush' || tool === 'eraser') dabAtCursor(app);
      else enterOutline(app);
    },
  },
];

const tools: readonly (readonly [MaskTool, string, string])[] = [
  ['move', 'Move the map', 'v'],
  ['brush', 'Brush', 'b'],
  ['eraser', 'Eraser', 'e'],
  ['polygon', 'Polygon', 'p'],
  ['lasso', 'Lasso, free-hand', 'l'],
];

const toolCommands: readonly Command[] = tools.map(([tool, title, key]) => ({
  id: `mask-tool-${tool}`,
  title: `Mask: ${title}`,
  keys: [key],
  possible: out,
  run: (app) => {
    takeTool(app, tool);
  },
}));

const edits: readonly (readonly [string, string, (plane: MaskPlane) => MaskPlane])[] = [
  ['fill', 'fill everything', ({ nx, ny }) => fullPlane(nx, ny)],
  ['clear', 'clear', ({ nx, ny }) => emptyPlane(nx, ny)],
  ['invert', 'exchange inside and outside', invertPlane],
  ['holes', 'fill holes', fillHoles],
  ['largest', 'keep the largest part', keepLargest],
  ['grow', 'grow by one pixel', growPlane],
  ['shrink', 'shrink by one pixel', shrinkPlane],
];

const editCommands: readonly Command[] = edits.map(([name, title, change]) => ({
  id: `mask-${name}`,
  title: `Mask: ${title}`,
  keys: [],
  possible: drawn,
  run: (app) => {
    editMask(app, change);
  },
}));

const beginnings: readonly (readonly [MaskBeginning, string])[] = [
  ['result', 'the mask of the map'],
  ['file', 'the mask file'],
  ['nothing', 'nothing'],
];

const beginCommands: readonly Command[] = beginnings.map(([from, title]) => ({
  id: `mask-from-${from}`,
  title: `Mask: begin from ${title}`,
  keys: [],
  possible: (session) => session.project !== null && maskBeginnings(session).includes(from),
  run: (app: App) => void beginDrawing(app, from),
}));

function hasNextPlane(session: Session): boolean {
  const drawing = drawingOf(session);
  return drawing !== null && shownPlane(session, drawing) + 1 < drawing.planes.length;
}

/** Everything that can be done about a drawn mask. */
export const maskCommands: readonly Command[] = [
  ...outlineCommands,
  {
    id: 'mask-draw',
    title: 'Draw the nucleus mask',
    keys: ['d'],
    possible: (session) => session.project !== null && !session.maskTools.open,
    run: (app) => void openMaskTools(app),
  },
  {
    id: 'mask-done',
    title: 'Put the drawing tools away',
    keys: [],
    possible: ({ maskTools }) => maskTools.open,
    run: closeMaskTools,
  },
  ...toolCommands,
  {
    id: 'mask-effect',
    title: 'Mask: add, or take away',
    keys: ['x'],
    possible: out,
    run: (app) => {
      const { effect } = app.session.get().maskTools;
      changeTools(app, { effect: effect === 'add' ? 'subtract' : 'add' });
    },
  },
  ...editCommands,
  {
    id: 'mask-copy',
    title: 'Mask: copy to the next plane',
    keys: [],
    possible: hasNextPlane,
    run: copyToNextPlane,
  },
  ...beginCommands,
  {
    id: 'mask-refit',
    title: 'Mask: put it on the pixels of now',
    keys: [],
    possible: (session) => drawingProblem(session) !== null,
    run: refitDrawing,
  },
  {
    id: 'mask-save',
    title: 'Save the drawn mask, OME-TIFF',
    keys: [],
    possible: (session) => {
      const drawing = drawingOf(session);
      return drawing !== null && !isEmptyMask(drawing);
    },
    run: (app) => void exportDrawing(app),
  },
  {
    id: 'mask-put-down',
    title: 'Mask: put the tool down',
    keys: ['escape'],
    possible: ({ maskTools, running }) => maskTools.open && maskTools.tool !== 'move' && running === null,
    run: (app) => {
      takeTool(app, 'move');
    },
  },
];
