import type { Format } from './format.js';
import { parseColumnName } from './table-columns.js';
import type { ColumnChoice } from './table.js';
import { findDialect, isText, type TextDialect } from './text-dialect.js';
import type { TextForm } from './text-table.js';

const channelNames = ['channel name', 'name'];

function keysOf({ header = [] }: TextDialect): string[] {
  return header.map((name) => parseColumnName(name).key);
}

/** The text that N-STORM (NIS-Elements) exports: tabs, channels by name, positions in nm without saying so. */
export const nikonStormFormat: Format = {
  id: 'nikon-storm',
  title: 'a Nikon N-STORM txt',
  kind: 'table',
  extensions: ['txt'],
  content:
    'X, Y, Z in nm (Xwc, Ywc, Zwc corrected for warp and drift where there, else Xc, Yc, Zc), Frame, Lateral ' +
    'Localization Accuracy, channels by name; rows of "Z Rejected" are left out and counted',
  recognise: (head) => {
    if (!isText(head)) return false;
    const dialect = findDialect(head);
    const keys = keysOf(dialect);
    return (
      dialect.delimiter === '\t' &&
      channelNames.includes(keys.at(0) ?? '') &&
      ['x', 'y', 'xc', 'yc', 'frame'].every((key) => keys.includes(key))
    );
  },
};

const isLength = (name: string): boolean => /^[xyz](?:w|c|wc)?$|^lateral localization accuracy$/i.test(name);

/** How an N-STORM text holds its table. */
export function nikonStormForm(dialect: TextDialect): TextForm {
  const header = (dialect.header ?? []).map((name) => (isLength(name) ? `${name} [nm]` : name));
  return {
    dialect: { ...dialect, header, known: knownColumns(header) },
    rejects: { column: 0, name: 'Z Rejected' },
  };
}

function knownColumns(header: readonly string[]): ColumnChoice {
  const keys = header.map((name) => parseColumnName(name).key);
  const corrections = keys.includes('xwc') && keys.includes('ywc') ? ['wc', 'c', ''] : ['c', ''];
  const wanted: Record<keyof ColumnChoice, readonly string[]> = {
    x: corrections.map((each) => `x${each}`),
    y: corrections.map((each) => `y${each}`),
    z: corrections.map((each) => `z${each}`),
    precision: ['lateral localization accuracy'],
    frame: ['frame'],
    channel: [keys[0]],
    molecule: [],
  };
  const found = Object.entries(wanted).flatMap(([role, choices]) => {
    const key = choices.find((each) => keys.includes(each));
    return key === undefined ? [] : [[role, header[keys.indexOf(key)]] as const];
  });
  return Object.fromEntries(found);
}
