import type { Format } from './format.js';
import { parseColumnName } from './table-columns.js';
import { findDialect, isText, type TextDialect } from './text-dialect.js';
import type { TextForm } from './text-table.js';

const axes = ['x', 'y', 'z'];

/** The csv that MINFLUX evaluations (pyMINFLUX and others) export: a trace id, and positions in nm without saying so. */
export const minfluxCsvFormat: Format = {
  id: 'minflux-csv',
  title: 'a MINFLUX csv',
  kind: 'table',
  extensions: ['csv'],
  content:
    'x, y, z in nm; rows of one molecule (tid) become one localisation at their mean position, unless no column is ' +
    'chosen as the molecule (molecule=)',
  recognise: (head) => {
    if (!isText(head)) return false;
    const names = (findDialect(head).header ?? []).map(parseColumnName);
    const has = (key: string): boolean => names.some((name) => name.key === key && name.unit === undefined);
    return ['tid', 'x', 'y'].every(has);
  },
};

/** How a MINFLUX csv holds its table. */
export function minfluxCsvForm(dialect: TextDialect): TextForm {
  const united = (name: string): string => {
    const { key, unit } = parseColumnName(name);
    return axes.includes(key) && unit === undefined ? `${name} [nm]` : name;
  };
  return { dialect: { ...dialect, header: (dialect.header ?? []).map(united) } };
}
