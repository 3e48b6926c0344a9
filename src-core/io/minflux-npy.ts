import { quietRun } from '../run.js';
import type { ByteSource } from './byte-source.js';
import { cutShort, readExactly, unreadable } from './file-error.js';
import { type Format, hasBytes } from './format.js';
import { type NpyField, type NpyType, openNpy } from './npy.js';
import { type NumberReader, numberReader } from './number-format.js';
import type { OpenTable } from './open-table.js';
import { firstRecords, readRecords, type RecordField, type RecordTable } from './record-table.js';

/** The arrays that MINFLUX microscopes save: one record for each localisation, or for each iteration of one. */
export const minfluxNpyFormat: Format = {
  id: 'minflux-npy',
  title: 'a MINFLUX npy',
  kind: 'table',
  extensions: ['npy'],
  content:
    'loc (metres) of the last iteration, where vld says that it is valid; rows of one molecule (tid) become one ' +
    'localisation at their mean position, unless no column is chosen as the molecule (molecule=)',
  recognise: (head) => hasBytes(head, 0, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]),
};

const nmPerMetre = 1e9;
const axes = ['x', 'y', 'z'] as const;

/** Reads the element `index` of a field of numbers. */
function elementReader(field: NpyField | undefined, index = 0): NumberReader | undefined {
  const format = field?.type.number;
  const read = format && numberReader(format);
  if (field === undefined || read === undefined || index >= field.repeats) return undefined;
  const offset = field.offset + index * field.type.bytes;
  return (view, at) => read(view, at + offset);
}

/** A position along an axis, m, of the last iteration that has one; iterations are records in the record. */
function iteratedReader({ offset, type, repeats }: NpyField, axis: number): NumberReader | undefined {
  const loc = type.fields?.get('loc');
  const [x, own] = [elementReader(loc), elementReader(loc, axis)];
  if (x === undefined || own === undefined) return undefined;
  return (view, at) => {
    for (let k = repeats - 1; k >= 0; k--) {
      const place = at + offset + k * type.bytes;
      if (Number.isFinite(x(view, place))) return own(view, place);
    }
    return NaN;
  };
}

function positionFields(fields: ReadonlyMap<string, NpyField>): RecordField[] {
  const iterations = fields.get('itr');
  return axes.flatMap((axis, k) => {
    const read =
      iterations?.type.fields === undefined
        ? elementReader(fields.get('loc'), k)
        : iteratedReader(iterations, k);
    if (read === undefined) return [];
    return [{ name: `${axis} [nm]`, read: (view: DataView, at: number) => read(view, at) * nmPerMetre }];
  });
}

/** Other fields that hold one number a record. */
function plainFields(fields: ReadonlyMap<string, NpyField>): RecordField[] {
  return [...fields].flatMap(([name, field]) => {
    const read = field.repeats === 1 && field.type.bytes > 0 ? elementReader(field) : undefined;
    return read === undefined ? [] : [{ name, read }];
  });
}

/** Whether a record is a valid localisation, and the last iteration of one where each has a record of its own. */
function acceptance(fields: ReadonlyMap<string, NpyField>): RecordTable['accepts'] {
  const marks = [elementReader(fields.get('vld')), elementReader(fields.get('fnl'))];
  const readers = marks.filter((read) => read !== undefined);
  return readers.length === 0 ? undefined : (view, at) => readers.every((read) => read(view, at) !== 0);
}

function fieldsOf({ type, shape, source }: { type: NpyType; shape: readonly number[]; source: ByteSource }) {
  const positions = type.fields === undefined || shape.length !== 1 ? [] : positionFields(type.fields);
  if (type.fields === undefined || positions.length < 2 || type.bytes === 0)
    throw unreadable(
      source,
      'is a NumPy array, but not one that a MINFLUX microscope saves: it has no positions (loc, or itr with loc).',
      'Save the positions as csv with a header, one localisation a row.',
    );
  return { all: type.fields, positions };
}

/** Opens an array of MINFLUX localisations. Throws `unreadable` for any other array, an empty one, one cut short. */
export async function openMinfluxNpy(source: ByteSource): Promise<OpenTable> {
  const { type, shape, offset } = await openNpy(source);
  const { all, positions } = fieldsOf({ type, shape, source });
  const [rows] = shape;
  if (rows === 0) throw unreadable(source, 'holds no localisations.', 'Export the array again.');
  if (offset + rows * type.bytes > source.size) throw cutShort(source, offset + rows * type.bytes);
  const accepts = acceptance(all);
  const fields = [...positions, ...plainFields(all)];
  const table: RecordTable = {
    ...{ name: source.name, rows, rowBytes: type.bytes, fields },
    ...(accepts && { accepts }),
    chunk: (first, count) => readExactly(source, offset + first * type.bytes, count * type.bytes),
  };
  const hasTrace = fields.some(({ name }) => name === 'tid');
  return {
    title: 'MINFLUX npy',
    header: fields.map(({ name }) => name),
    width: fields.length,
    known: {
      ...Object.fromEntries(positions.map(({ name }) => [name.charAt(0), name])),
      ...(hasTrace && { molecule: 'tid' }),
    },
    warnings: [],
    rejectedAs: all.has('fnl')
      ? 'rows that are not valid (vld) or not the last iteration of a localisation (fnl)'
      : 'rows that are not valid (vld)',
    readRows: (wanted, run) => readRecords(table, wanted, run),
    firstRows: () => firstRecords(table, quietRun),
  };
}
