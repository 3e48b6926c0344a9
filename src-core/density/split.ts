import { CoreError } from '../errors.js';
import { applyLaplacian, type NoFluxDomain } from '../kernels/no-flux.js';
import { breathe, type Run } from '../run.js';

/** Parameters of the free energy that the split needs; as in the chromatin model. */
export interface SplitParameters {
  readonly a: number;
  readonly wellHeight: number;
  readonly phiMax: number;
  readonly kappa: number;
}

/** φ_h and φ_e of a density c, packed, and how φ_h answers a change of the equation's right-hand side. */
export interface Split {
  readonly phiH: Float64Array;
  readonly phiE: Float64Array;
  /** 1/(f_h″(φ_h) − 2a): dφ_h per change of 2m − 2ac + 2κ∇²c. */
  readonly response: Float64Array;
}

type Well = (phiH: number) => number;

/** f_h′(φ) − 2aφ and its slope. */
function splitFunctions({ a, wellHeight, phiMax }: SplitParameters): { value: Well; slope: Well } {
  return {
    value: (h) => 2 * wellHeight * h * (phiMax - h) * (phiMax - 2 * h) - 2 * a * h,
    slope: (h) => wellHeight * (2 * phiMax * phiMax - 12 * phiMax * h + 12 * h * h) - 2 * a,
  };
}

/** The φ_h in [0, top] with value(φ_h) = target, by Newton steps kept inside a shrinking bracket. */
function solveFraction(
  target: number,
  top: number,
  start: number,
  well: { value: Well; slope: Well },
): number {
  let [low, high] = [0, top];
  let h = Math.min(Math.max(start, low), high);
  for (let step = 0; step < 40; step++) {
    const miss = well.value(h) - target;
    if (miss > 0) low = h;
    else high = h;
    const slope = well.slope(h);
    const newton = slope < 0 ? h - miss / slope : Number.NaN;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - h) < 1e-12) return next;
    h = next;
  }
  return h;
}

function requireUnique(parameters: SplitParameters): void {
  const { a, wellHeight, phiMax } = parameters;
  // The slope is largest at the ends of [0, φ_max], where it is 2Wφ_max² − 2a.
  if (wellHeight * phiMax * phiMax < a) return;
  throw new CoreError({
    tag: 'usage',
    message: `One density cannot be split uniquely with W = ${wellHeight}, φ_max = ${phiMax}, a = ${a}: W·φ_max² must be below a.`,
    hint: 'Lower the well height or raise a, or image both marks.',
    remedies: [{ setting: 'model.wellHeight' }, { setting: 'model.a' }],
  });
}

/**
 * Splits one density into heterochromatin and euchromatin by μ_n = const (steady state, no flux):
 * f_h′(φ_h) − 2aφ_h = 2m − 2ac + 2κ∇²c, solved voxel by voxel, with the scalar m set by bisection so that
 * Σφ_h/Σc equals `fraction`. `density` is c, packed and already smoothed; derivatives are those of the domain, whose
 * unit must be L0. Throws `usage` where the parameters allow more than one answer.
 */
export async function splitDensity(
  density: Float64Array,
  domain: NoFluxDomain,
  options: { readonly fraction: number; readonly parameters: SplitParameters },
  run: Run,
): Promise<Split> {
  const { fraction, parameters } = options;
  requireUnique(parameters);
  const well = splitFunctions(parameters);
  const laplacian = new Float64Array(density.length);
  applyLaplacian(laplacian, density, domain);
  const source = density.map((c, i) => -2 * parameters.a * c + 2 * parameters.kappa * laplacian[i]);
  const top = parameters.phiMax * 1.02;
  const phiH = density.map((c) => fraction * c);
  const total = density.reduce((sum, c) => sum + c, 0);
  const bounds = [well.value(top), well.value(0)].map((edge) => edge / 2);
  const reach = source.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let low = bounds[0] - reach;
  let high = bounds[1] + reach;
  for (let step = 0; step < 48 && high - low > 1e-9; step++) {
    const m = (low + high) / 2;
    for (let i = 0; i < phiH.length; i++) phiH[i] = solveFraction(2 * m + source[i], top, phiH[i], well);
    if (phiH.reduce((sum, h) => sum + h, 0) > fraction * total) low = m;
    else high = m;
    await breathe(run);
  }
  return {
    phiH,
    phiE: density.map((c, i) => c - phiH[i]),
    response: phiH.map((h) => 1 / well.slope(h)),
  };
}

/**
 * What a small change of the density does to the split, to first order: δφ_h = response·(−2aδc + 2κ∇²δc),
 * δφ_e = δc − δφ_h (the scalar m held). Packed fields.
 */
export function splitPerturbation(
  change: Float64Array,
  split: Split,
  domain: NoFluxDomain,
  { a, kappa }: SplitParameters,
): { phiH: Float64Array; phiE: Float64Array } {
  const laplacian = new Float64Array(change.length);
  applyLaplacian(laplacian, change, domain);
  const phiH = change.map((c, i) => split.response[i] * (-2 * a * c + 2 * kappa * laplacian[i]));
  return { phiH, phiE: change.map((c, i) => c - phiH[i]) };
}
