import type { ByteSource } from './byte-source.js';
import { unreadable } from './file-error.js';
import { type Format, hasBytes } from './format.js';
import type { ColumnChoice } from './table.js';
import { decodeText } from './text.js';
import type { TextDialect } from './text-dialect.js';
import type { TextForm } from './text-table.js';
import { parseColumnName } from './table-columns.js';
import { xmlTags } from './xml-tags.js';

/** The text that rapidSTORM writes: one line of XML that names the columns and their units, then numbers. */
export const rapidstormFormat: Format = {
  id: 'rapidstorm',
  title: 'a rapidSTORM localisation file',
  kind: 'table',
  extensions: ['txt'],
  content:
    'Position-0-0, -1-0 and -2-0 as x, y and z, ImageNumber as frame, Position-0-0-uncertainty as precision, in any ' +
    'order; units from the XML head',
  recognise: (head) => hasBytes(head, 0, '# <localizations') || hasBytes(head, 0, '#<localizations'),
};

const roles: Readonly<Record<string, keyof ColumnChoice>> = {
  'Position-0-0': 'x',
  'Position-1-0': 'y',
  'Position-2-0': 'z',
  'Position-0-0-uncertainty': 'precision',
  'ImageNumber-0-0': 'frame',
};

interface Field {
  readonly identifier: string;
  /** The identifier, with the unit where it is one of length. */
  readonly name: string;
}

function fieldsIn(line: string): Field[] {
  const fields = [...xmlTags(line)].filter(({ name, kind }) => name === 'field' && kind !== 'close');
  return fields.map(({ attributes: { identifier = '', unit = '' } }) => {
    const united = `${identifier} [${unit}]`;
    return { identifier, name: parseColumnName(united).unit === undefined ? identifier : united };
  });
}

/** How a rapidSTORM text holds its table. Throws `unreadable` where the head names no positions. */
export function rapidstormForm(source: ByteSource, _: TextDialect, head: Uint8Array): TextForm {
  const lineEnd = head.includes(10) ? 10 : 13;
  const end = head.indexOf(lineEnd);
  const fields = fieldsIn(decodeText(head.subarray(0, end < 0 ? head.length : end)));
  const named = fields.flatMap(({ identifier, name }) =>
    Object.hasOwn(roles, identifier) ? [[roles[identifier], name] as const] : [],
  );
  const known: ColumnChoice = Object.fromEntries(named);
  if (known.x === undefined || known.y === undefined)
    throw unreadable(
      source,
      'is a rapidSTORM file whose head names no positions (Position-0-0, Position-1-0).',
      'Export the localisations again.',
    );
  if (end < 0 || end + 1 >= source.size)
    throw unreadable(source, 'holds no localisations.', 'Export the localisations again.');
  const header = fields.map(({ name }) => name);
  const form = { delimiter: ' ', decimalComma: false, quotedRows: false, lineEnd };
  return { dialect: { ...form, header, known, width: header.length, rowsFrom: end + 1 } };
}
