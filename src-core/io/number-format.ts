/** A kind of number in a binary file: i, u and f as in NumPy (integer, unsigned, float), b a byte of true or false. */
export interface NumberFormat {
  readonly kind: 'i' | 'u' | 'f' | 'b';
  readonly bytes: number;
  readonly littleEndian: boolean;
}

/** The number at byte `at` of a view. */
export type NumberReader = (view: DataView, at: number) => number;

/** A half-precision float. */
function half(view: DataView, at: number, littleEndian: boolean): number {
  const bits = view.getUint16(at, littleEndian);
  const [sign, exponent, fraction] = [bits >> 15 === 0 ? 1 : -1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** How a number of this format is read; undefined for a format that is not known. */
export function numberReader({ kind, bytes, littleEndian: le }: NumberFormat): NumberReader | undefined {
  const readers: Readonly<Record<string, NumberReader>> = {
    b1: (view, at) => view.getUint8(at),
    i1: (view, at) => view.getInt8(at),
    u1: (view, at) => view.getUint8(at),
    i2: (view, at) => view.getInt16(at, le),
    u2: (view, at) => view.getUint16(at, le),
    i4: (view, at) => view.getInt32(at, le),
    u4: (view, at) => view.getUint32(at, le),
    i8: (view, at) => Number(view.getBigInt64(at, le)),
    u8: (view, at) => Number(view.getBigUint64(at, le)),
    f2: (view, at) => half(view, at, le),
    f4: (view, at) => view.getFloat32(at, le),
    f8: (view, at) => view.getFloat64(at, le),
  };
  const name = `${kind}${bytes}`;
  return Object.hasOwn(readers, name) ? readers[name] : undefined;
}
