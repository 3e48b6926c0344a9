const zero = 0x30;
const nine = 0x39;
const mostExactDigits = 15;
const mostExactPower = 22;
const powers = Float64Array.from({ length: mostExactPower + 1 }, (_, i) => Number(`1e${i}`));

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x22;
}

/** The characters of ASCII or Latin-1 bytes [start, end). */
export function latinText(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode.apply(
    null,
    bytes.subarray(start, Math.min(end, start + 4096)) as unknown as number[],
  );
}

/** The number that a text stands for, NaN if for none; with decimalComma a comma is a decimal point. */
export function textNumber(text: string, decimalComma: boolean): number {
  const trimmed = text.trim();
  const pointed = decimalComma ? trimmed.replace(',', '.') : trimmed;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/.test(pointed)
    ? Number(pointed.replace(/[dD]/, 'e'))
    : NaN;
}

/** Whether a text says that a number is missing or not finite, rather than being something else. */
export function isMissing(text: string): boolean {
  return /^(?:[+-]?(?:nan|inf|infinity|1\.#\w*)|na|n\/a|null|none|-)?$/i.test(text.trim());
}

/** Result of `scanDigits`, which is called for every cell and must not allocate. */
const scan = { mantissa: 0, digits: 0, decimals: 0, end: 0 };

/** Reads digits with at most one decimal point from `start` into `scan`; `end` is where something else stands. */
function scanDigits(bytes: Uint8Array, start: number, stop: number, comma: number): void {
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  let i = start;
  for (; i < stop; i++) {
    const byte = bytes[i];
    if (byte >= zero && byte <= nine) {
      mantissa = mantissa * 10 + (byte - zero);
      if (mantissa !== 0) digits++;
    } else if (point < 0 && (byte === 0x2e || byte === comma)) point = i;
    else break;
  }
  scan.mantissa = mantissa;
  scan.digits = digits;
  scan.decimals = point < 0 ? 0 : i - point - 1;
  scan.end = i - start > (point < 0 ? 0 : 1) ? i : -1;
}

/**
 * The number in bytes [start, end), correctly rounded; spaces and quotes around it are passed over. NaN if there is
 * none.
 */
export function byteNumber(bytes: Uint8Array, start: number, end: number, decimalComma: boolean): number {
  let at = start;
  let stop = end;
  while (at < stop && isSpace(bytes[at])) at++;
  while (stop > at && isSpace(bytes[stop - 1])) stop--;
  const negative = bytes[at] === 0x2d;
  scanDigits(bytes, negative ? at + 1 : at, stop, decimalComma ? 0x2c : -1);
  if (scan.end !== stop) return textNumber(latinText(bytes, at, stop), decimalComma);
  if (scan.digits > mostExactDigits || scan.decimals > mostExactPower) {
    const text = latinText(bytes, at, stop);
    return Number(decimalComma ? text.replace(',', '.') : text);
  }
  const value = scan.mantissa / powers[scan.decimals];
  return negative ? -value : value;
}
