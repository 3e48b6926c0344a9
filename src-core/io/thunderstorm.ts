import type { Format } from './format.js';
import { parseColumnName } from './table-columns.js';
import { findDialect, isText } from './text-dialect.js';

/** The csv that ThunderSTORM writes: names of the columns with their units in brackets. */
export const thunderstormFormat: Format = {
  id: 'thunderstorm',
  title: 'a ThunderSTORM csv',
  kind: 'table',
  extensions: ['csv'],
  content:
    'x, y, z, frame, uncertainty (or uncertainty_xy), channel; the unit in each header, as in x [nm]: nm, um or px; ' +
    'px needs a pixel size',
  recognise: (head) => {
    if (!isText(head)) return false;
    const header = findDialect(head).header ?? [];
    return [/^x\s*\[/i, /^y\s*\[/i].every((axis) =>
      header.some((name) => axis.test(name) && parseColumnName(name).unit !== undefined),
    );
  },
};
