const zero = 0x30;
const minus = 0x2d;
const point = 0x2e;
const mostExactDigits = 15;
const mostExactPower = 22;
/** Digits after the first 15 that are read here. */
const mostMore = 7;
const powers = Float64Array.from({ length: mostExactPower + 1 }, (_, i) => Number(`1e${i}`));

/** The first 26 bits of a number (Veltkamp): products of such halves are exact. */
function highPart(value: number): number {
  const large = 134217729 * value;
  return large - (large - value);
}

const highPowers = powers.map(highPart);
const lowPowers = powers.map((power, i) => power - highPowers[i]);

/** What q·10^decimals, rounded to `product`, is more than that (Dekker). */
function productError(q: number, decimals: number, product: number): number {
  const [high, low] = [highPowers[decimals], lowPowers[decimals]];
  const top = highPart(q);
  const rest = q - top;
  return top * high - product + top * low + rest * high + rest * low;
}

/**
 * (high·10^more + low) / 10^decimals, correctly rounded, from two doubles for the numerator and for the quotient; NaN
 * where it lies too near the middle between two doubles to tell. `high` has at most 15 digits, `low` at most `more` (up
 * to 7); `decimals` is at most 22.
 */
function longQuotient(high: number, low: number, more: number, decimals: number): number {
  const top = highPart(high);
  const product = high * powers[more];
  const lost = top * powers[more] - product + (high - top) * powers[more];
  const sum = product + low;
  const rest = low - (sum - product) + lost;
  const quotient = sum / powers[decimals];
  const back = quotient * powers[decimals];
  const remainder = sum - back - productError(quotient, decimals, back) + rest;
  const correction = remainder / powers[decimals];
  const value = quotient + correction;
  // The correction is known to 2^-104 of the quotient, so a margin of 2^-90 is on the safe side.
  const margin = quotient * 2 ** -90;
  return quotient + (correction - margin) === value && quotient + (correction + margin) === value
    ? value
    : NaN;
}

/** The digits of the number that is being read: `high` and `low` as for `longQuotient`; none may be made for a cell. */
const digits = new Float64Array(2);
/** How many of them are `more` than 15, and how many are decimals. */
const counts = new Int32Array(2);

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= zero + 9;
}

/**
 * Puts the number in `digits` and `counts` into `out[0]`, correctly rounded; NaN where that takes more than two doubles.
 * A number that is returned would be made an object of, cell for cell.
 */
function scaleInto(out: Float64Array): void {
  const decimals = counts[1];
  if (Math.abs(decimals) > mostExactPower) out[0] = NaN;
  else if (counts[0] > 0)
    out[0] = decimals < 0 ? NaN : longQuotient(digits[0], digits[1], counts[0], decimals);
  else out[0] = decimals < 0 ? digits[0] * powers[-decimals] : digits[0] / powers[decimals];
}

/** Where the exponent that begins with an e at `start` ends, taken off `counts`; -1 where it is none, or over 999. */
function readExponent(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === 0x2b) at++;
  const from = at;
  let exponent = 0;
  for (; isDigit(bytes[at]); at++) exponent = exponent * 10 + bytes[at] - zero;
  counts[1] += negative ? exponent : -exponent;
  return at > from && at - from <= 3 ? at : -1;
}

/** Reads the digits from `start` on into `digits` and `counts`; returns where they end, -1 for none or too many. */
function readDigits(bytes: Uint8Array, start: number, comma: number): number {
  let at = start;
  let byte = bytes[at];
  let [high, low, more, decimals] = [0, 0, 0, 0];
  for (; isDigit(byte); byte = bytes[++at]) high = high * 10 + (byte - zero);
  const whole = at - start;
  if (byte === point || byte === comma) {
    const first = ++at;
    const full = first + mostExactDigits - whole;
    for (byte = bytes[at]; at < full && isDigit(byte); byte = bytes[++at]) high = high * 10 + (byte - zero);
    for (; isDigit(byte); byte = bytes[++at]) low = low * 10 + (byte - zero);
    decimals = at - first;
    more = Math.max(0, at - full);
  }
  digits[0] = high;
  digits[1] = low;
  counts[0] = more;
  counts[1] = decimals;
  return whole + decimals === 0 || whole > mostExactDigits || more > mostMore ? -1 : at;
}

/**
 * Reads the decimal number that begins at `start` into `out[0]`, exactly as `Number` would, and returns where it ends;
 * -1 where there is none, or one of so many digits or so large an exponent that `Number` has to be asked. `comma` is the
 * code of a second character that is a decimal point (-1 for none). The bytes must go on until something that is in no
 * number, such as the end of a line.
 */
export function readDecimal(bytes: Uint8Array, start: number, comma: number, out: Float64Array): number {
  const negative = bytes[start] === minus;
  let end = readDigits(bytes, negative ? start + 1 : start, comma);
  if (end < 0) return -1;
  const letter = bytes[end] | 0x20;
  if (letter === 0x65 || letter === 0x64) end = readExponent(bytes, end);
  scaleInto(out);
  if (negative) out[0] = -out[0];
  return out[0] - out[0] === 0 ? end : -1;
}
