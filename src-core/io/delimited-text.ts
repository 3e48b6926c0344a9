import type { Format } from './format.js';
import { findDialect, isText } from './text-dialect.js';

/** Numbers without a header. */
export const positionsFormat: Format = {
  id: 'positions',
  title: 'a text of numbers without a header',
  kind: 'table',
  extensions: ['txt', 'xy', 'dat', 'csv'],
  content: 'column 1 is x, 2 is y, 3 is z if there are exactly three; units must be given: nm, um or px',
  recognise: (head) => {
    if (!isText(head)) return false;
    const dialect = findDialect(head);
    return dialect.rowsFrom >= 0 && dialect.header === undefined;
  },
};

/** Any text table with a header. */
export const delimitedFormat: Format = {
  id: 'delimited',
  title: 'a text (csv, tsv or txt)',
  kind: 'table',
  extensions: ['csv', 'tsv', 'txt'],
  content:
    'x, y, z, precision (uncertainty, lpx), frame, channel by header name or as chosen; units from the header ' +
    '(x [nm], X (nm) of ONI, x (um), x_px), else they must be given: nm, um or px; drift-corrected xc, yc (xwc, ywc) ' +
    'rather than x, y; rows of one molecule (tid) at their mean position',
  recognise: (head) => isText(head),
};
