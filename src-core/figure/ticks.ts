import type { Limits } from './colormap.js';

/** Removes the binary noise of a product such as 3 · 0.1. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

/** The step 1, 2 or 5 · 10ⁿ that cuts `span` (positive) into at most about `count` parts. */
export function niceStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw) + 1e-9);
  const lead = raw / power;
  const factor = lead <= 1.0001 ? 1 : lead <= 2.0001 ? 2 : lead <= 5.0001 ? 5 : 10;
  return clean(factor * power);
}

/** The multiples of a nice step that lie within the limits, about `count` of them, ascending. */
export function tickValues(limits: Limits, count: number): number[] {
  const step = niceStep(limits[1] - limits[0], count);
  const first = Math.ceil(limits[0] / step - 1e-6);
  const last = Math.floor(limits[1] / step + 1e-6);
  const values: number[] = [];
  for (let k = first; k <= last; k++) values.push(k === 0 ? 0 : clean(k * step));
  return values;
}

/** Limits rounded outward to multiples of a nice step (a fifth of the span or less). */
export function roundOutward(limits: Limits): Limits {
  const step = niceStep(limits[1] - limits[0], 8);
  return [
    clean(Math.floor(limits[0] / step + 1e-6) * step),
    clean(Math.ceil(limits[1] / step - 1e-6) * step),
  ];
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** "10⁻⁵": ten to an integer power in Unicode superscripts. */
export function powerOfTen(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts[Number(digit)]);
  return `10${exponent < 0 ? '⁻' : ''}${digits}`;
}

const withMinus = (digits: string): string => digits.replace('-', '−');

/** The power of ten that labels between these limits leave out: 0 unless all are under 0.001 or some reach 10 000. */
export function labelExponent(limits: Limits): number {
  const largest = Math.max(Math.abs(limits[0]), Math.abs(limits[1]));
  const power = largest > 0 ? Math.floor(Math.log10(largest) + 1e-9) : 0;
  return power < -3 || power >= 4 ? power : 0;
}

/** Decimals needed to write a value exactly, up to 8. */
function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < 8; decimals++) {
    if (Math.abs(Number(value.toFixed(decimals)) - value) < 1e-9 * Math.max(1, Math.abs(value)))
      return decimals;
  }
  return 8;
}

/** Labels of tick values in units of 10^exponent, with the fewest decimals that tell all of them exactly. */
export function tickLabels(values: readonly number[], exponent = 0): string[] {
  const scaled = values.map((value) => clean(value / 10 ** exponent));
  const decimals = Math.max(0, ...scaled.map(decimalsOf));
  return scaled.map((value) => withMinus(value.toFixed(decimals)));
}

/** A number with three significant digits at most: "1.52", "0.3", "2.1 × 10⁻⁵". */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return withMinus(String(rounded));
  const [mantissa, exponent] = rounded.toExponential().split('e');
  return `${withMinus(mantissa)} × ${powerOfTen(Number(exponent))}`;
}

/** A share (0 to 1) in per cent: "12 %", "0.8 %", "under 0.1 %"; never "0 %" for a share above 0. */
export function formatShare(share: number): string {
  if (share > 0 && share < 1e-3) return 'under 0.1 %';
  if (share < 1 && share > 0.999) return 'over 99.9 %';
  return `${Number((100 * share).toPrecision(share >= 0.1 ? 3 : 2))} %`;
}

/** A length in nm as text: nm under 1 µm, else µm. */
export function formatLength(lengthNm: number): string {
  return Math.abs(lengthNm) < 1000 ? `${formatNumber(lengthNm)} nm` : `${formatNumber(lengthNm / 1000)} µm`;
}

/** A scale bar: its length in nm and its label. */
export interface ScaleBar {
  readonly lengthNm: number;
  readonly label: string;
}

/** The scale bar of 1, 2 or 5 · 10ⁿ nm whose length is nearest (in ratio) to a fifth of the width (nm, positive). */
export function chooseScaleBar(widthNm: number): ScaleBar {
  const wanted = widthNm / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const distance = (length: number): number => Math.abs(Math.log(length / wanted));
  const lengthNm = [1, 2, 5, 10]
    .map((factor) => clean(factor * power))
    .reduce((best, length) => (distance(length) < distance(best) ? length : best));
  return { lengthNm, label: formatLength(lengthNm) };
}
