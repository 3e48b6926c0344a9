import type { Tape } from '../../compute/tape.js';
import type { Variable } from '../../compute/variable.js';
import type { ChromatinEquation, ChromatinParameters } from '../../models/chromatin.js';
import type { Collocation } from './collocation.js';
import { derivativeRows } from './network-derivatives.js';

/** One part of the loss; at the truth those of the channels are 1. */
export interface LossTerm {
  readonly name: 'euchromatin' | 'heterochromatin' | 'equation' | 'rim';
  readonly value: Variable;
}

/** Rows (see `derivativeRows`) of what stands for φ_e and, unless the equation gives it, for φ_h; λ unless it is pointwise. */
export interface TrainedRows {
  readonly e: readonly Variable[];
  readonly h: readonly Variable[] | null;
  readonly rate: Variable | null;
}

/** What the loss compares with, one number per cell that is looked at. */
export interface LossData {
  readonly phiH: Float32Array;
  readonly phiE: Float32Array;
  /** 1/variance over the number of cells trained on; 0 for cells that are not. */
  readonly weightH: Float32Array;
  readonly weightE: Float32Array;
  /** Per axis the outward normal, 0 away from the rim. */
  readonly normals: readonly Float32Array[];
  readonly rimWeight: number;
  readonly equationWeight: number;
}

/** The equation and its numbers, as the loss needs them. */
export interface LossEquation {
  readonly equation: ChromatinEquation;
  readonly parameters: ChromatinParameters;
}

/** A slope across the rim counts as this many measurements of it: nothing flows through the edge of a nucleus. */
const rimStrength = 20;
/** The equation is judged against this share of mean φ_h. */
const equationShare = 0.02;

const { value: own, laplacian, bilaplacian, slopes } = derivativeRows;

const total = (values: Float32Array): number => values.reduce((sum, v) => sum + v, 0);

/** The data of a loss on some cells (grid indices): all weights divided by their number of trained cells. */
export function lossData(
  cells: Int32Array,
  { grid, phiH, phiE, weightH, weightE, inside, rim, normal }: Collocation,
  { trained, axes, unit }: { trained: Uint8Array; axes: readonly number[]; unit: number },
): LossData {
  const count = Math.max(
    1,
    cells.reduce((sum, cell) => sum + trained[cell], 0),
  );
  const pick = (values: Float32Array): Float32Array => Float32Array.from(cells, (cell) => values[cell]);
  const weigh = (values: Float32Array): Float32Array =>
    Float32Array.from(cells, (cell) => (values[cell] * trained[cell]) / count);
  const dense = axes.map((axis) => {
    const values = new Float32Array(inside.length);
    rim.forEach((cell, k) => (values[cell] = normal[3 * k + axis]));
    return pick(values);
  });
  const typical = total(weigh(weightE));
  const across = Math.max(...axes.map((axis) => grid.spacing[axis])) / unit;
  const level =
    total(phiH.map((v, i) => v * inside[i])) /
    Math.max(
      1,
      inside.reduce((n, v) => n + v, 0),
    );
  return {
    ...{ phiH: pick(phiH), phiE: pick(phiE), weightH: weigh(weightH), weightE: weigh(weightE) },
    normals: dense,
    rimWeight: (rimStrength * typical * across ** 2) / count,
    equationWeight: 1 / (equationShare * level) ** 2 / count,
  };
}

const row = (tape: Tape, values: Float32Array): Variable => tape.constant(values, 1, values.length);

function weightedSquare(tape: Tape, off: Variable, weight: Variable): Variable {
  return tape.sum('all', tape.binary('times', tape.binary('times', off, off), weight));
}

const sumOf = (tape: Tape, parts: readonly Variable[]): Variable =>
  parts.reduce((sum, part) => tape.binary('add', sum, part));

/** φ_h as the flux balance makes it of φ_e and λ: λφ_e − a∇²φ_e + κ∇⁴φ_e. */
function balancedH(
  tape: Tape,
  e: readonly Variable[],
  rate: Variable,
  { a, kappa }: ChromatinParameters,
): Variable {
  return sumOf(tape, [
    tape.binary('times', rate, e[own]),
    tape.affine(e[laplacian], -a),
    tape.affine(e[bilaplacian], kappa),
  ]);
}

/** ∇²f′(φ_h) = f″∇²φ_h + f‴|∇φ_h|² of the double well. */
function wellLaplacian(tape: Tape, h: readonly Variable[], parameters: ChromatinParameters): Variable {
  const { wellHeight: w, phiMax: m } = parameters;
  const times = (p: Variable, q: Variable): Variable => tape.binary('times', p, q);
  const curvature = tape.affine(
    sumOf(tape, [tape.affine(times(h[own], h[own]), 12 * w), tape.affine(h[own], -12 * w * m)]),
    1,
    2 * w * m * m,
  );
  const third = tape.affine(h[own], 24 * w, -12 * w * m);
  const steep = sumOf(
    tape,
    h.slice(slopes).map((each) => times(each, each)),
  );
  return sumOf(tape, [times(curvature, h[laplacian]), times(third, steep)]);
}

/** Residual of the equation where φ_h and φ_e both are trained. */
export function residualOf(
  tape: Tape,
  { e, h, rate }: { e: readonly Variable[]; h: readonly Variable[]; rate: Variable },
  { equation, parameters }: LossEquation,
): Variable {
  if (equation === 'flux-balance') {
    return tape.binary('subtract', balancedH(tape, e, rate, parameters), h[own]);
  }
  const { a, kappa } = parameters;
  return sumOf(tape, [
    tape.binary('times', rate, e[own]),
    tape.affine(h[own], -1),
    tape.affine(wellLaplacian(tape, h, parameters), 0.25),
    tape.affine(e[laplacian], -a / 2),
    tape.affine(e[bilaplacian], kappa / 2),
    tape.affine(h[bilaplacian], -kappa / 2),
  ]);
}

/** Slope across the rim of a trained field, squared and summed. */
function rimTerm(tape: Tape, rows: readonly Variable[], { normals }: LossData): Variable {
  const across = sumOf(
    tape,
    normals.map((normal, k) => tape.binary('times', rows[slopes + k], row(tape, normal))),
  );
  return tape.sum('all', tape.binary('times', across, across));
}

/**
 * The parts of the loss. Where the flux balance gives φ_h of φ_e and λ it is compared with the measured one, and no weight
 * between data and equation is needed; where both channels are trained the equation is a part of its own.
 */
export function lossTerms(tape: Tape, rows: TrainedRows, data: LossData, by: LossEquation): LossTerm[] {
  const { e, h, rate } = rows;
  const compare = (values: Variable, measured: Float32Array, weight: Float32Array): Variable =>
    weightedSquare(tape, tape.binary('subtract', values, row(tape, measured)), row(tape, weight));
  const terms: LossTerm[] = [{ name: 'euchromatin', value: compare(e[own], data.phiE, data.weightE) }];
  const foretold = h === null && rate !== null ? balancedH(tape, e, rate, by.parameters) : h?.[own];
  if (foretold !== undefined) {
    terms.push({ name: 'heterochromatin', value: compare(foretold, data.phiH, data.weightH) });
  }
  if (h !== null && rate !== null) {
    const off = residualOf(tape, { e, h, rate }, by);
    const weight = data.weightE.map((w) => (w > 0 ? data.equationWeight : 0));
    terms.push({ name: 'equation', value: weightedSquare(tape, off, row(tape, weight)) });
  }
  if (data.normals.some((normal) => normal.some((v) => v !== 0))) {
    const fields = h === null ? [e] : [e, h];
    const across = sumOf(
      tape,
      fields.map((field) => rimTerm(tape, field, data)),
    );
    terms.push({ name: 'rim', value: tape.affine(across, data.rimWeight) });
  }
  return terms;
}
