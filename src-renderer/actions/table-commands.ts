import { hasPoints } from '../state/points.js';
import type { Command } from './commands.js';
import { togglePoints } from './points-actions.js';
import { reviewColumns } from './table-actions.js';

/** What can be done with a table of localisations. */
export const tableCommands: readonly Command[] = [
  {
    id: 'points',
    title: 'Show or hide the localisations',
    keys: [],
    possible: hasPoints,
    run: togglePoints,
  },
  {
    id: 'table-columns',
    title: 'Columns and unit of the table …',
    keys: [],
    possible: hasPoints,
    run: (app) => void reviewColumns(app),
  },
];
