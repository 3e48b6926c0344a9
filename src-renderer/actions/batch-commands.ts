import { batchObstacle, countsOf } from '../state/batch.js';
import type { Session } from '../state/session.js';
import { cancelBatch, openFirstInput, retryFailed, showBatch, startBatch } from './batch-actions.js';
import { askForFolder } from './batch-folder-actions.js';
import type { Command } from './commands.js';

const isOpen = ({ batch }: Session): boolean => batch.open;

/** The commands of the batch page. */
export const batchCommands: readonly Command[] = [
  {
    id: 'batch-close',
    title: 'Back to the nucleus',
    keys: ['escape'],
    possible: isOpen,
    run: (app) => {
      showBatch(app, false);
    },
  },
  {
    id: 'batch',
    title: 'Batch: a folder by one job',
    keys: ['mod+b'],
    possible: () => true,
    run: (app) => {
      showBatch(app, !app.session.get().batch.open);
    },
  },
  {
    id: 'batch-folder',
    title: 'Batch: choose a folder …',
    keys: [],
    possible: ({ batch }) => batch.sending === null && batch.run?.state !== 'running',
    run: (app) => void askForFolder(app),
  },
  {
    id: 'batch-first',
    title: 'Batch: open its first image to find the settings',
    keys: [],
    possible: ({ batch }) => batch.listing !== null && batch.listing.inputs.length > 0,
    run: (app) => void openFirstInput(app),
  },
  {
    id: 'batch-start',
    title: 'Batch: start',
    keys: ['mod+enter'],
    possible: (session) => isOpen(session) && !session.batch.starting && batchObstacle(session) === null,
    run: (app) => void startBatch(app),
  },
  {
    id: 'batch-cancel',
    title: 'Batch: cancel',
    keys: [],
    possible: ({ batch }) => batch.run?.state === 'running',
    run: (app) => void cancelBatch(app),
  },
  {
    id: 'batch-retry',
    title: 'Batch: run what failed again',
    keys: [],
    possible: (session) =>
      batchObstacle(session) === null && session.batch.run !== null && countsOf(session.batch.run).failed > 0,
    run: (app) => void retryFailed(app),
  },
];
