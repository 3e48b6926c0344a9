import { planeCount } from '../state/layer-data.js';
import { type PaneCount, paneCounts } from '../state/panes.js';
import type { Session } from '../state/session.js';
import type { ClipPlane } from '../view/clip.js';
import type { VolumeStyle } from '../view/scene.js';
import type { Command } from './commands.js';
import { copyView } from './copy-view.js';
import { changeClip, changeOverlays, cutAlong, showMode, showStyle } from './stack-actions.js';
import { changeView, splitView } from './view-actions.js';

const open = (session: Session): boolean => session.project !== null;
const done = (session: Session): boolean => session.result !== null;
const stacked = (session: Session): boolean => open(session) && planeCount(session) > 1;
const inStack = (session: Session): boolean => stacked(session) && session.view.mode === 'volume';

const splitTitles: Readonly<Record<PaneCount, string>> = {
  1: 'One view',
  2: 'Two views side by side',
  4: 'Four views',
};

const splitCommands: readonly Command[] = paneCounts.map((panes) => ({
  id: `split-${panes}`,
  title: splitTitles[panes],
  keys: [],
  possible: open,
  run: (app) => {
    splitView(app, panes);
  },
}));

const modeCommands: readonly Command[] = [
  {
    id: 'plane',
    title: 'Show maps flat (2-D)',
    keys: [],
    possible: open,
    run: (app) => {
      showMode(app, 'plane');
    },
  },
  {
    id: 'slices',
    title: 'Show orthogonal slices (xy, xz, yz)',
    keys: [],
    possible: stacked,
    run: (app) => {
      showMode(app, 'slices');
    },
  },
  {
    id: 'surface',
    title: 'Show maps as height (3-D)',
    keys: [],
    possible: open,
    run: (app) => {
      showMode(app, 'surface');
    },
  },
];

const styleTitles: Readonly<Record<VolumeStyle, string>> = {
  isosurface: 'Show stacks in 3-D: surface of the density, painted with the map',
  cloud: 'Show stacks in 3-D: translucent volume',
  maximum: 'Show stacks in 3-D: maximum intensity projection',
};

/** The ways of drawing a stack in 3-D, in the order of their buttons. */
export const volumeStyles: readonly VolumeStyle[] = ['isosurface', 'cloud', 'maximum'];

const styleCommands: readonly Command[] = volumeStyles.map((style) => ({
  id: `volume-${style}`,
  title: styleTitles[style],
  keys: [],
  possible: stacked,
  run: (app) => {
    showStyle(app, style);
  },
}));

const clipTitles: Readonly<Record<ClipPlane['axis'], string>> = {
  none: 'Cut nothing away in 3-D',
  x: 'Cut stacks open across x',
  y: 'Cut stacks open across y',
  z: 'Cut stacks open across z',
  view: 'Cut stacks open across the line of sight',
};

/** What a stack can be cut along. */
export const clipAxes: readonly ClipPlane['axis'][] = ['none', 'x', 'y', 'z', 'view'];

const clipCommands: readonly Command[] = clipAxes.map((axis) => ({
  id: `clip-${axis}`,
  title: clipTitles[axis],
  keys: [],
  possible: inStack,
  run: (app) => {
    cutAlong(app, axis);
  },
}));

const overlayCommands: readonly Command[] = [
  {
    id: 'clip-flip',
    title: 'Cut away the other side in 3-D',
    keys: [],
    possible: (session) => inStack(session) && session.view.volume.clip.axis !== 'none',
    run: (app) => {
      changeClip(app, { flipped: !app.session.get().view.volume.clip.flipped });
    },
  },
  {
    id: 'hatch',
    title: 'Hatch where λ is not identifiable, or leave it plain',
    keys: [],
    possible: done,
    run: (app) => {
      changeView(app, (view) => ({ ...view, hatch: !view.hatch }));
    },
  },
  {
    id: 'outline',
    title: 'Show or hide the outline of the nucleus',
    keys: [],
    possible: done,
    run: (app) => {
      changeView(app, (view) => ({ ...view, outline: !view.outline }));
    },
  },
  {
    id: 'residual-contours',
    title: 'Show or hide contours around large residuals',
    keys: [],
    possible: (session) => session.result?.result.fields.residual != null,
    run: (app) => {
      const { residual } = app.session.get().view.overlays;
      changeOverlays(app, { residual: residual === 'contour' ? 'none' : 'contour' });
    },
  },
];

const copyCommand: Command = {
  id: 'copy-view',
  title: 'Copy this view as a picture',
  keys: ['mod+shift+c'],
  possible: open,
  run: (app) => void copyView(app),
};

/** How many views, of what kind, what is cut away, and what lies over the maps. */
export const pictureCommands: readonly Command[] = [
  ...modeCommands,
  ...styleCommands,
  ...splitCommands,
  ...clipCommands,
  ...overlayCommands,
  copyCommand,
];
