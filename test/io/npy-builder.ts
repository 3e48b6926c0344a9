/** A number in a record: its type as NumPy writes it, and its value. */
export type NpyNumber = readonly [type: 'f2' | 'f4' | 'f8' | 'i4' | 'u4' | 'i8' | '?', value: number];

/** An npy file of this head (a Python dictionary) with these bytes behind it. */
export function npyFile(head: string, body: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const padded = `${head.padEnd(Math.ceil((head.length + start + 1) / 64) * 64 - start - 1)}\n`;
  const before = Buffer.alloc(start);
  before.write('\x93NUMPY', 'latin1');
  before[6] = version;
  if (version === 1) before.writeUInt16LE(padded.length, 8);
  else before.writeUInt32LE(padded.length, 8);
  return new Uint8Array(Buffer.concat([before, Buffer.from(padded, 'latin1'), body]));
}

function numberBytes([type, value]: NpyNumber): Buffer {
  const bytes = Buffer.alloc(type === '?' ? 1 : Number(type[1]));
  if (type === 'f8') bytes.writeDoubleLE(value);
  else if (type === 'f4') bytes.writeFloatLE(value);
  else if (type === 'i8') bytes.writeBigInt64LE(BigInt(value));
  else if (type === '?') bytes[0] = value;
  else if (type === 'i4') bytes.writeInt32LE(value);
  else if (type === 'u4') bytes.writeUInt32LE(value);
  return bytes;
}

/** The bytes of numbers one after the other. */
export function packedNumbers(numbers: readonly NpyNumber[]): Uint8Array {
  return new Uint8Array(Buffer.concat(numbers.map(numberBytes)));
}

/** A localisation with its iterations, each a position in metres. */
export interface MinfluxRecord {
  readonly tid: number;
  readonly vld: boolean;
  readonly iterations: readonly (readonly [number, number, number])[];
}

const iterationType = "('itr', '<i4'), ('loc', '<f8', (3,)), ('eco', '<i4'), ('cfr', '<f4')";

/** The file of a MINFLUX microscope before 2024: all iterations in one record. All records have as many of them. */
export function minfluxNpy(records: readonly MinfluxRecord[]): Uint8Array {
  const count = records[0]?.iterations.length ?? 1;
  const descr = `[('itr', [${iterationType}], (${count},)), ('sqi', '<u4'), ('tim', '<f8'), ('tid', '<i4'), ('vld', '?')]`;
  const numbers = records.flatMap(({ tid, vld, iterations }, k): NpyNumber[] => [
    ...iterations.flatMap((loc, itr): NpyNumber[] => [
      ['i4', itr],
      ...loc.map((value): NpyNumber => ['f8', value]),
      ['i4', 50],
      ['f4', 0.5],
    ]),
    ['u4', k],
    ['f8', 0.1 * k],
    ['i4', tid],
    ['?', vld ? 1 : 0],
  ]);
  const head = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${records.length},), }`;
  return npyFile(head, packedNumbers(numbers));
}

/** One iteration of a localisation. */
export interface MinfluxIteration {
  readonly tid: number;
  readonly vld: boolean;
  readonly fnl: boolean;
  readonly loc: readonly [number, number, number];
}

/** The file of a MINFLUX microscope since 2024: a record for each iteration. */
export function minfluxIterationsNpy(rows: readonly MinfluxIteration[]): Uint8Array {
  const descr =
    "[('vld', '|b1'), ('fnl', '?'), ('tim', '<f8'), ('tid', '<u4'), ('itr', '<i4'), ('loc', '<f8', (3,))]";
  const numbers = rows.flatMap(({ tid, vld, fnl, loc }, k): NpyNumber[] => [
    ['?', vld ? 1 : 0],
    ['?', fnl ? 1 : 0],
    ['f8', k],
    ['u4', tid],
    ['i4', k % 2],
    ...loc.map((value): NpyNumber => ['f8', value]),
  ]);
  return npyFile(
    `{'descr': ${descr}, 'fortran_order': False, 'shape': (${rows.length},), }`,
    packedNumbers(numbers),
    2,
  );
}
