import type { ExportKind, MenuCommand } from '../../src-main/api.js';
import { availableLayers, layerTitle, planeCount } from '../state/layer-data.js';
import { layerNames } from '../state/layers.js';
import { isPage } from '../state/page.js';
import { type Session, settingsOf, type StepName, stepNames } from '../state/session.js';
import { type App, patch } from './app.js';
import { batchCommands } from './batch-commands.js';
import { checkField, checkUnderWay, isUnderWay } from '../state/checks.js';
import { cancelCheck, showForward, startCheck } from './check-actions.js';
import { restartEngine } from './engine-actions.js';
import { isPreview } from '../state/following.js';
import { exportFile } from './export-actions.js';
import { cancelUpdate, toggleFollow } from './follow-actions.js';
import { findingCommands, remedyCommands } from './finding-commands.js';
import { redoSettings, undoSettings } from './history-actions.js';
import { documentCommands, switchCommands } from './document-commands.js';
import { cancelRun, endTraining, goOnTraining, runJob } from './job-actions.js';
import { maskCommands } from './mask-commands.js';
import { canCopy, copyPage, exportChosen } from './page-actions.js';
import { askForFile, openSample } from './source-actions.js';
import { registrationCommands } from './registration-commands.js';
import { tableCommands } from './table-commands.js';
import { beginTour, leaveTour } from './tour-actions.js';
import {
  activeLayer,
  fitView,
  resetView,
  setLimits,
  showLayer,
  stepPlane,
  toggleStep,
  toggleTheme,
} from './view-actions.js';
import { pictureCommands } from './view-commands.js';

/** Something the user can do, by button, key, menu or the command palette; each is defined once, here. */
export interface Command {
  readonly id: string;
  readonly title: string;
  /** Keys in the form that `keyOf` gives: "mod+k", "f", "[". The first is shown. */
  readonly keys: readonly string[];
  readonly possible: (session: Session) => boolean;
  readonly run: (app: App) => void;
}

const always = (): boolean => true;
const open = (session: Session): boolean => session.project !== null;

const fileCommands: readonly Command[] = [
  {
    id: 'open',
    title: 'Open images, tables or a project …',
    keys: ['mod+o'],
    possible: always,
    run: (app) => void askForFile(app),
  },
  {
    id: 'open-sample',
    title: 'Open the sample nucleus',
    keys: [],
    possible: ({ hello }) => hello?.capabilities.sample === true,
    run: (app) => void openSample(app),
  },
  {
    id: 'run',
    title: 'Infer λ',
    keys: [' ', 'mod+enter'],
    possible: (session) => open(session) && session.running === null,
    run: (app) => void runJob(app),
  },
  {
    id: 'end-training',
    title: 'End the training here and take λ as it is',
    keys: [],
    possible: ({ running, training }) => running !== null && training !== null,
    run: endTraining,
  },
  {
    id: 'go-on-training',
    title: 'Go on with the training',
    keys: [],
    possible: (session) =>
      session.running === null &&
      (session.result?.result.document.solver.training ?? null) !== null &&
      settingsOf(session)?.job.solver.name === 'network',
    run: (app) => void goOnTraining(app),
  },
  {
    id: 'cancel',
    title: 'Cancel the run',
    keys: ['escape'],
    possible: ({ running, updating }) => running !== null || updating === 'run',
    run: (app) => {
      cancelRun(app);
      cancelUpdate(app);
    },
  },
  {
    id: 'follow',
    title: 'Update the map as settings change, or only when asked',
    keys: [],
    possible: always,
    run: toggleFollow,
  },
  {
    id: 'undo',
    title: 'Undo the last change of a setting',
    keys: ['mod+z'],
    possible: ({ project }) => project !== null && project.history.past.length > 0,
    run: undoSettings,
  },
  {
    id: 'redo',
    title: 'Redo the change',
    keys: ['mod+y', 'mod+shift+z'],
    possible: ({ project }) => project !== null && project.history.future.length > 0,
    run: redoSettings,
  },
];

/** Whether the map in the view is more than a preview. */
const settledMap = (session: Session): boolean => session.result !== null && !isPreview(session);

const checkCommands: readonly Command[] = [
  {
    id: 'check-forward',
    title: 'Check: does λ explain the images?',
    keys: [],
    possible: (session) => settledMap(session) && !isUnderWay(session.checks.forward),
    run: (app) => void startCheck(app, 'forward'),
  },
  {
    id: 'check-phantom',
    title: 'Check: what error is to be expected? Simulate nuclei like this one',
    keys: [],
    possible: (session) => settledMap(session) && !isUnderWay(session.checks.phantom),
    run: (app) => void startCheck(app, 'phantom'),
  },
  {
    id: 'show-forward',
    title: 'Show prediction and difference of the forward check',
    keys: [],
    possible: (session) => checkField(session, 'difference-h') !== undefined,
    run: showForward,
  },
  {
    id: 'cancel-check',
    title: 'Cancel the check',
    keys: ['escape'],
    possible: (session) => session.running === null && checkUnderWay(session) !== null,
    run: cancelCheck,
  },
];

const viewCommands: readonly Command[] = [
  { id: 'fit', title: 'Fit the view to the nucleus', keys: ['f'], possible: open, run: fitView },
  { id: 'reset', title: 'Reset the view to the whole picture', keys: ['r'], possible: open, run: resetView },
  {
    id: 'contrast',
    title: 'Take the contrast limits from the values',
    keys: ['c'],
    possible: open,
    run: (app) => {
      setLimits(app, activeLayer(app.session.get()), null);
    },
  },
  {
    id: 'z-down',
    title: 'Plane below',
    keys: ['['],
    possible: (session) => planeCount(session) > 1,
    run: (app) => {
      stepPlane(app, -1);
    },
  },
  {
    id: 'z-up',
    title: 'Plane above',
    keys: [']'],
    possible: (session) => planeCount(session) > 1,
    run: (app) => {
      stepPlane(app, 1);
    },
  },
];

const windowCommands: readonly Command[] = [
  {
    id: 'palette',
    title: 'Do anything …',
    keys: ['mod+k'],
    possible: always,
    run: (app) => {
      patch(app, { palette: true });
    },
  },
  { id: 'theme', title: 'Light or dark window', keys: [], possible: always, run: toggleTheme },
  {
    id: 'log',
    title: 'Show or hide the log',
    keys: [],
    possible: always,
    run: (app) => {
      patch(app, { logOpen: !app.session.get().logOpen });
    },
  },
  {
    id: 'restart-engine',
    title: 'Restart the engine',
    keys: [],
    possible: ({ link }) => link === 'open',
    run: (app) => void restartEngine(app),
  },
  { id: 'tour', title: 'Tour of the window', keys: [], possible: always, run: beginTour },
  {
    id: 'tour-leave',
    title: 'Leave the tour',
    keys: ['escape'],
    possible: ({ tour, running }) => tour !== null && running === null,
    run: leaveTour,
  },
];

const stepTitles: Readonly<Record<StepName, string>> = {
  source: 'Source',
  density: 'Density',
  nucleus: 'Nucleus',
  model: 'Model',
  solve: 'Solve',
  export: 'Export',
};

/** What a step is called. */
export function stepTitle(step: StepName): string {
  return stepTitles[step];
}

const stepCommands: readonly Command[] = stepNames.map((step, index) => ({
  id: `step-${step}`,
  title: `Step ${index + 1}: ${stepTitles[step]}`,
  keys: [String(index + 1)],
  possible: always,
  run: (app) => {
    toggleStep(app, step);
  },
}));

/** The files that can be exported, with their names for users. */
export const exportTitles: readonly (readonly [ExportKind, string, string])[] = [
  ['figure.png', 'Figure, PNG', 'density and λ with colour bars, scale bar and caption'],
  ['figure.svg', 'Figure, SVG', 'the same page, to be edited'],
  ['lambda.ome.tif', 'λ map, OME-TIFF', 'float32, NaN where not identifiable'],
  ['phi.ome.tif', 'φ_h and φ_e, OME-TIFF', 'volume fractions, two channels'],
  ['mask.ome.tif', 'Nucleus mask, OME-TIFF', 'the pixels that were used'],
  ['result.json', 'Report, JSON', 'every number, setting and warning, and the whole job'],
];

const pageCommands: readonly Command[] = [
  {
    id: 'export-again',
    title: 'Export with the choices of the export step',
    keys: ['mod+e'],
    possible: (session) => settledMap(session) && session.page.busy === null,
    run: (app) => void exportChosen(app),
  },
  {
    id: 'copy-page',
    title: 'Copy the page of the export step',
    keys: [],
    possible: (session) =>
      settledMap(session) && isPage(session.page.choices.subject) && session.page.busy === null && canCopy(),
    run: (app) => void copyPage(app),
  },
];

const exportCommands: readonly Command[] = exportTitles.map(([kind, title]) => ({
  id: `export-${kind}`,
  title: `Export: ${title}`,
  keys: [],
  possible: settledMap,
  run: (app) => void exportFile(app, kind),
}));

const fixedCommands: readonly Command[] = [
  ...maskCommands,
  ...batchCommands,
  ...fileCommands,
  ...documentCommands,
  ...registrationCommands,
  ...checkCommands,
  ...viewCommands,
  ...pictureCommands,
  ...stepCommands,
  ...pageCommands,
  ...exportCommands,
  ...windowCommands,
  ...tableCommands,
  ...findingCommands,
];

/** One command per layer for the active pane, by the layer's name of now. */
function layerCommands(session: Session): Command[] {
  const available = availableLayers(session);
  return layerNames
    .filter((layer) => available.includes(layer))
    .map((layer) => ({
      id: `show-${layer}`,
      title: `Show ${layerTitle(session, layer)}`,
      keys: [],
      possible: always,
      run: (app) => {
        showLayer(app, app.session.get().view.active, layer);
      },
    }));
}

/** Every command that is possible now. */
export function possibleCommands(session: Session): Command[] {
  const ofNow = [...layerCommands(session), ...switchCommands(session), ...remedyCommands(session)];
  return [...fixedCommands, ...ofNow].filter(({ possible }) => possible(session));
}

/** A command by its id. */
export function commandOf(id: string): Command {
  const command = fixedCommands.find((candidate) => candidate.id === id);
  if (command === undefined) throw new Error(`There is no command "${id}".`);
  return command;
}

/** Runs a command if it is possible now. */
export function perform(app: App, id: string): void {
  const command = commandOf(id);
  if (command.possible(app.session.get())) command.run(app);
}

const menuCommands: Readonly<Record<MenuCommand, string>> = {
  open: 'open',
  'open-sample': 'open-sample',
  export: 'step-export',
  run: 'run',
  cancel: 'cancel',
  undo: 'undo',
  redo: 'redo',
  'save-project': 'save-project',
  'save-project-as': 'save-project-as',
  'close-document': 'close-document',
  batch: 'batch',
  fit: 'fit',
  reset: 'reset',
  contrast: 'contrast',
  plane: 'plane',
  surface: 'surface',
  split: 'split',
  theme: 'theme',
  palette: 'palette',
  log: 'log',
  tour: 'tour',
  'restart-engine': 'restart-engine',
};

/** Runs a command of the application's menu; while somebody writes in a field, settings are not undone under them. */
export function performMenu(app: App, command: MenuCommand): void {
  const isEdit = command === 'undo' || command === 'redo';
  if (isEdit && document.activeElement?.matches('[data-editing]') === true) return;
  perform(app, menuCommands[command]);
}

/** The keys of an event as commands name them; "mod" is Ctrl, or Cmd on a Mac. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
): string {
  const key = event.key.toLowerCase();
  if (event.altKey) return `alt+${key}`;
  if (event.ctrlKey || event.metaKey) return `mod+${event.shiftKey ? 'shift+' : ''}${key}`;
  return key;
}

/** The command of a key that is possible now. */
export function commandForKey(session: Session, key: string): Command | undefined {
  return fixedCommands.find(({ keys, possible }) => keys.includes(key) && possible(session));
}

const keyNames: Readonly<Record<string, string>> = {
  ' ': 'Space',
  escape: 'Esc',
  mod: 'Ctrl',
  shift: 'Shift',
};

/** A key as it is written for users: "Ctrl Z", "Space". */
export function showKey(key: string): string {
  return key
    .split('+')
    .map((part) => keyNames[part] ?? part.toUpperCase())
    .join(' ');
}
