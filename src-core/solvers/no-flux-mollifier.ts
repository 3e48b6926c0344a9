import { activeAxes } from '../data/grid.js';
import type { MollifierFamily } from '../kernels/mollifier-family.js';
import { type NoFluxDomain } from '../kernels/no-flux.js';
import { type ChebyshevSeries, chebyshevSeries } from '../kernels/no-flux-filter.js';
import { radialSpectrum } from '../kernels/radial-spectrum.js';

const step = 1 / 40;
const longestTable = 64 / step;
/** The spectrum is taken as 0 once it has stayed below this for a unit of q. */
const negligible = 1e-9;

/** Tables by family and dimensions: a table is a pure function of both, made once in a process. */
const tables = new Map<string, Float64Array>();

function tabulate(exact: (q: number) => number): Float64Array {
  const table = [exact(step)];
  for (let i = 0, quiet = 0; quiet < 1 / step && i < longestTable; i++) {
    const value = exact(i * step);
    quiet = Math.abs(value) < negligible ? quiet + 1 : 0;
    table.push(value);
  }
  return Float64Array.from(table);
}

/**
 * Spectrum of a mollifier of unit rms width as a function of q = k·width, from a table (cubic through four points,
 * error under 3e-8).
 */
function unitSpectrum(family: MollifierFamily, dimensions: number): (q: number) => number {
  const key = `${family}${dimensions}`;
  const table = tables.get(key) ?? tabulate(radialSpectrum(family, dimensions, 1));
  tables.set(key, table);
  return (q) => {
    const i = Math.floor(q / step);
    if (i + 3 >= table.length) return 0;
    const t = q / step - i;
    const [a, b, c, d] = [table[i], table[i + 1], table[i + 2], table[i + 3]];
    const outer = ((t - 1) * t * ((t + 1) * d - (t - 2) * a)) / 6;
    return outer + ((t + 1) * (t - 2) * ((t - 1) * b - t * c)) / 2;
  };
}

/** The mollifiers of one family on one domain, by width. */
export interface NoFluxMollifier {
  readonly domain: NoFluxDomain;
  /** Chebyshev series of the mollifier of the given rms width (nm). */
  readonly series: (width: number) => ChebyshevSeries;
}

/** Mollifiers of a family inside a nucleus; `length` is the domain's unit (L0) in nm. */
export function noFluxMollifier(
  family: MollifierFamily,
  domain: NoFluxDomain,
  length: number,
): NoFluxMollifier {
  const spectrum = unitSpectrum(family, Math.max(1, activeAxes(domain.grid).length));
  return {
    domain,
    series: (width) => chebyshevSeries((x) => spectrum((Math.sqrt(x) * width) / length), domain.bound),
  };
}
