import { applyLaplacian, type NoFluxDomain } from '../kernels/no-flux.js';
import {
  type DerivativeFields,
  derivativeField,
  type FieldNeed,
  gatherFields,
  type RateModel,
} from './model.js';

/** Parameters of the chromatin free energy, in units of L0 and 1/Γ_ac. */
export interface ChromatinParameters {
  /** Stiffness of euchromatin, f ∋ a φ_e². */
  readonly a: number;
  /** Height W of heterochromatin's double well, f ∋ W φ_h² (φ_max − φ_h)². */
  readonly wellHeight: number;
  /** Volume fraction φ_max of dense heterochromatin. */
  readonly phiMax: number;
  /** Interface stiffness κ, f ∋ κ (|∇φ_h|² + |∇φ_e|²), in L0². */
  readonly kappa: number;
}

/** Which of the two steady-state equations λ is taken from. */
export type ChromatinEquation = 'flux-balance' | 'phase-field';

/** f_h′(φ_h), the slope of heterochromatin's double well W φ_h² (φ_max − φ_h)². */
export function wellSlope(phiH: number, { wellHeight, phiMax }: ChromatinParameters): number {
  return 2 * wellHeight * phiH * (phiMax - phiH) * (phiMax - 2 * phiH);
}

/** f_h″(φ_h), the curvature of heterochromatin's double well. */
export function wellCurvature(phiH: number, { wellHeight, phiMax }: ChromatinParameters): number {
  return wellHeight * (2 * phiMax * phiMax - 12 * phiMax * phiH + 12 * phiH * phiH);
}

const fluxBalanceNeeds: readonly FieldNeed[] = [
  { field: 'phi_h', operator: 'identity' },
  { field: 'phi_e', operator: 'identity' },
  { field: 'phi_e', operator: 'laplacian' },
  { field: 'phi_e', operator: 'bilaplacian' },
];

/**
 * Flux-balance form: euchromatin's own mass balance at steady state, λφ_e = φ_h + a∇²φ_e − κ∇⁴φ_e, as the residual
 * λφ_e − φ_h − a∇²φ_e + κ∇⁴φ_e. Linear in both measured fields, so it commutes with blur and mollification.
 */
function fluxBalanceModel({ a, kappa }: ChromatinParameters): RateModel {
  return {
    id: 'flux-balance',
    title: 'Chromatin, flux balance of euchromatin',
    equation: 'λ φ_e = φ_h + a ∇²φ_e − κ ∇⁴φ_e',
    rates: ['lambda'],
    needs: fluxBalanceNeeds,
    terms: (fields) => {
      const h = derivativeField(fields, 'phi_h', 'identity');
      const laplacian = derivativeField(fields, 'phi_e', 'laplacian');
      const bilaplacian = derivativeField(fields, 'phi_e', 'bilaplacian');
      return {
        known: h.map((value, i) => -value - a * laplacian[i] + kappa * bilaplacian[i]),
        columns: [Float64Array.from(derivativeField(fields, 'phi_e', 'identity'))],
      };
    },
  };
}

/**
 * Phase-field form of arXiv 2505.11682: 0 = ∇²μ_d + 2(λφ_e − φ_h) with μ_d = ½(f_h′ − 2aφ_e) − κ∇²(φ_h − φ_e), as
 * the residual λφ_e − φ_h + ½∇²μ_d. The field `well_slope` is f_h′ of the smoothed φ_h. Nonlinear in φ_h, hence
 * biased by blur and smoothing.
 */
function phaseFieldModel({ a, kappa }: ChromatinParameters): RateModel {
  return {
    id: 'phase-field',
    title: 'Chromatin, phase field',
    equation: '0 = ∇²μ_d + 2(λ φ_e − φ_h)',
    rates: ['lambda'],
    needs: [
      ...fluxBalanceNeeds,
      { field: 'phi_h', operator: 'bilaplacian' },
      { field: 'well_slope', operator: 'laplacian' },
    ],
    terms: (fields) => {
      const h = derivativeField(fields, 'phi_h', 'identity');
      const laplacianE = derivativeField(fields, 'phi_e', 'laplacian');
      const bilaplacianE = derivativeField(fields, 'phi_e', 'bilaplacian');
      const bilaplacianH = derivativeField(fields, 'phi_h', 'bilaplacian');
      const laplacianWell = derivativeField(fields, 'well_slope', 'laplacian');
      const halfFlux = (i: number): number =>
        0.5 * (0.5 * laplacianWell[i] - a * laplacianE[i] + kappa * (bilaplacianE[i] - bilaplacianH[i]));
      return {
        known: h.map((value, i) => halfFlux(i) - value),
        columns: [Float64Array.from(derivativeField(fields, 'phi_e', 'identity'))],
      };
    },
  };
}

/** The model of the chosen equation. */
export function chromatinModel(equation: ChromatinEquation, parameters: ChromatinParameters): RateModel {
  return equation === 'flux-balance' ? fluxBalanceModel(parameters) : phaseFieldModel(parameters);
}

/**
 * The derivative fields a chromatin model needs, from packed φ_h and φ_e inside a nucleus with no flux through its
 * edge. Derivatives are per unit² of the domain, which must be L0.
 */
export async function chromatinFields(
  model: RateModel,
  fractions: { readonly phiH: Float64Array; readonly phiE: Float64Array },
  domain: NoFluxDomain,
  parameters: ChromatinParameters,
): Promise<DerivativeFields> {
  const laplacian = (u: Float64Array): Float64Array => {
    const out = new Float64Array(u.length);
    applyLaplacian(out, u, domain);
    return out;
  };
  const base: Record<string, () => Float64Array> = {
    phi_h: () => fractions.phiH,
    phi_e: () => fractions.phiE,
    well_slope: () => fractions.phiH.map((value) => wellSlope(value, parameters)),
  };
  let laplacianE: Float64Array | undefined;
  return gatherFields(model, ({ field, operator }) => {
    const u = base[field]();
    if (operator === 'identity') return u;
    const first = field === 'phi_e' ? (laplacianE ??= laplacian(u)) : laplacian(u);
    return operator === 'bilaplacian' ? laplacian(first) : first;
  });
}
