import { nanometresPer } from '../../src-core/data/units.js';
import { formatNumber } from '../../src-core/figure/ticks.js';

/** What a number field holds: a length (kept in nm), a share (0 to 1), or a bare number in a fixed unit. */
export interface Quantity {
  readonly kind: 'length' | 'share' | 'number';
  /** Limits of the value, inclusive, in nm or as kept. */
  readonly least: number;
  readonly most: number;
  /** Unit shown after a bare number, such as "µm²/s". */
  readonly unit?: string;
  /** What an arrow press adds, where that does not go with the value. */
  readonly step?: number;
}

/** What the user typed, as a value, as nothing (an empty field), or as a problem in words. */
export type Entry =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: string };

const numberAndUnit = /^([+\-−]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)\s*(.*)$/i;

const problem = (text: string): Entry => ({ kind: 'problem', problem: text });

/** Factor from the typed unit to the kept one; undefined where the unit is not known. */
function factorOf(unit: string, { kind, unit: own = '' }: Quantity): number | undefined {
  if (unit === '' || unit === own) return 1;
  if (kind === 'length') return nanometresPer(unit);
  if (kind === 'share' && unit === '%') return 0.01;
  return undefined;
}

function unitProblem(unit: string, { kind, unit: own = '' }: Quantity): Entry {
  if (kind === 'length') return problem(`“${unit}” is no unit of length; use nm, µm or mm.`);
  if (kind === 'share') return problem(`“${unit}” is no unit of a share; use % or a number from 0 to 1.`);
  return problem(`“${unit}” is not the unit of this number${own === '' ? '' : `; it is in ${own}`}.`);
}

/** A value of the quantity as text with its unit: "150 nm", "1.2 µm", "38 %". */
export function showQuantity(value: number, { kind, unit = '' }: Quantity): string {
  if (kind === 'length') return showLength(value);
  if (kind === 'share') return `${formatNumber(100 * value)} %`;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** A length in nm with up to six digits, so that a field gives back what was typed: nm under 1 µm, else µm. */
function showLength(nm: number): string {
  const [value, unit] = Math.abs(nm) < 1000 ? [nm, 'nm'] : [nm / 1000, 'µm'];
  return `${Number(value.toPrecision(6))} ${unit}`;
}

/** Reads what was typed: units by name ("0.12um", "38 %"), comma or point, limits checked. */
export function readQuantity(text: string, quantity: Quantity): Entry {
  const typed = text.trim();
  if (typed === '') return { kind: 'empty' };
  const parts = numberAndUnit.exec(typed);
  if (parts === null) return problem(`“${typed}” is not a number.`);
  const unit = parts[2].trim();
  const factor = factorOf(unit, quantity);
  if (factor === undefined) return unitProblem(unit, quantity);
  const value = Number((Number(parts[1].replace(',', '.').replace('−', '-')) * factor).toPrecision(12));
  if (value >= quantity.least && value <= quantity.most) return { kind: 'value', value };
  const limits = `${showQuantity(quantity.least, quantity)} and ${showQuantity(quantity.most, quantity)}`;
  return problem(`${showQuantity(value, quantity)} is out of range; it must lie between ${limits}.`);
}

/** Step of about a fiftieth of the value: 1, 2, 5 · 10ⁿ. */
function stepFor(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9) / 20));
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= Math.abs(value) / 50) ?? power;
}

/** The value `steps` arrow presses on, by the quantity's step or one that goes with the value, kept in range. */
export function stepQuantity(
  value: number,
  steps: number,
  { least, most, step = stepFor(value) }: Quantity,
): number {
  const next = Math.round((value + steps * step) / step) * step;
  return Math.min(most, Math.max(least, Number(next.toPrecision(6))));
}
