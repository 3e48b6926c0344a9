/**
 * The pixels of one row that are set, as pairs of boundaries [from, to): ascending, none empty, none touching the
 * next. Never changed once made: rows are shared between the steps of an undo history.
 */
export type Spans = Int32Array;

/** A row without a pixel. */
export const noSpans: Spans = new Int32Array(0);

/** A row whose pixels from `from` to before `to` are set; none where that is empty. */
export function spanOf(from: number, to: number): Spans {
  return from < to ? Int32Array.of(from, to) : noSpans;
}

/** The pixels for which `keep` holds, told whether each row has them; `keep(false, false)` must be false. */
function combine(a: Spans, b: Spans, keep: (inA: boolean, inB: boolean) => boolean): Spans {
  const out: number[] = [];
  let [i, j, inside] = [0, 0, false];
  while (i < a.length || j < b.length) {
    const at = Math.min(i < a.length ? a[i] : Infinity, j < b.length ? b[j] : Infinity);
    if (i < a.length && a[i] === at) i++;
    if (j < b.length && b[j] === at) j++;
    const now = keep(i % 2 === 1, j % 2 === 1);
    if (now !== inside) out.push(at);
    inside = now;
  }
  return Int32Array.from(out);
}

/** The pixels of either row. */
export function unite(a: Spans, b: Spans): Spans {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  return combine(a, b, (inA, inB) => inA || inB);
}

/** The pixels of `a` that are not in `b`. */
export function subtract(a: Spans, b: Spans): Spans {
  if (a.length === 0 || b.length === 0) return a;
  return combine(a, b, (inA, inB) => inA && !inB);
}

/** The pixels of a row of `width` that are not set. */
export function complement(spans: Spans, width: number): Spans {
  return subtract(spanOf(0, width), spans);
}

/** Every span longer by one pixel at both ends, within a row of `width`. */
export function widen(spans: Spans, width: number): Spans {
  const out: number[] = [];
  for (let i = 0; i < spans.length; i += 2) {
    const from = Math.max(0, spans[i] - 1);
    const to = Math.min(width, spans[i + 1] + 1);
    if (out.length > 0 && out[out.length - 1] >= from) out[out.length - 1] = to;
    else out.push(from, to);
  }
  return Int32Array.from(out);
}

/** Number of pixels set. */
export function spanLength(spans: Spans): number {
  let sum = 0;
  for (let i = 0; i < spans.length; i += 2) sum += spans[i + 1] - spans[i];
  return sum;
}

/** Whether two rows have the same pixels. */
export function sameSpans(a: Spans, b: Spans): boolean {
  return a === b || (a.length === b.length && a.every((boundary, i) => boundary === b[i]));
}
