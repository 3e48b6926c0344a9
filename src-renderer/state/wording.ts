import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';

const thinSpace = '\u2009';

/** "1 965": an integer in groups of three. */
export function groupDigits(value: number): string {
  const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, thinSpace);
  return Math.round(value) < 0 ? `−${digits}` : digits;
}

/** A value for a readout: three significant digits, all of them shown, so that columns of numbers stay still. */
export function showValue(value: number): string {
  if (!Number.isFinite(value)) return '—';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return formatNumber(value);
  return value.toFixed(decimalsFor(size)).replace('-', '−');
}

function decimalsFor(size: number): number {
  return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
}

/** "1.32 ± 0.03": a value and its sd with the same decimals, enough for one digit of the sd. */
export function showWithSd(value: number, sd: number): string {
  if (!(Number.isFinite(value) && sd > 0 && Math.abs(value) < 1e5)) return showValue(value);
  const decimals = Math.min(4, Math.max(decimalsFor(Math.abs(value)), Math.ceil(-Math.log10(sd) - 1e-9)));
  return `${value.toFixed(decimals).replace('-', '−')} ± ${sd.toFixed(decimals)}`;
}

/** Values that belong together, with the decimals of the largest: "1.63", "0.40". */
export function showTogether(values: readonly number[]): string[] {
  const largest = Math.max(...values.map(Math.abs));
  if (!(largest >= 0.1 && largest < 1e5)) return values.map(showValue);
  return values.map((value) => value.toFixed(decimalsFor(largest)).replace('-', '−'));
}

/** "94 %", "99.7 %" */
export function showShare(share: number): string {
  if (!Number.isFinite(share)) return '—';
  if (share < 1 && share > 0.995) return `${Math.min(99.9, 100 * share).toFixed(1)} %`;
  return `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
}

/** "312 B", "1.4 MB" */
export function showBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${formatNumber(bytes / 1000 ** power)} ${['B', 'kB', 'MB', 'GB'][power]}`;
}

/** "0.8 s", "2 min 5 s" */
export function showSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** "256 × 256", "11 × 256 × 256": pixels along z (where there are several), y and x. */
export function showShape([nz, ny, nx]: readonly [number, number, number]): string {
  return `${nz > 1 ? `${nz} × ` : ''}${ny} × ${nx}`;
}

/** "15.0 nm": a pixel size with three digits. */
export function showPixelSize(nm: number): string {
  return nm < 1000 ? `${nm < 100 ? nm.toPrecision(3) : nm.toFixed(0)} nm` : formatLength(nm);
}
