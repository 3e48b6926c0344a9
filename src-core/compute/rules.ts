import type { BinaryKind, Correlation, Engine, SumKind, Tensor, UnaryKind } from './engine.js';
import type { Back, Variable } from './variable.js';

/** Which of the two matrices of a product are transposed. */
export interface Transposed {
  readonly a?: boolean;
  readonly b?: boolean;
}

/** Operations on variables, each with its rule of differentiation, which is made of such operations again. */
export interface Rules {
  /** tanh(x·weights + bias), or without tanh. */
  readonly dense: (x: Variable, parameters: { weights: Variable; bias: Variable }, tanh: boolean) => Variable;
  readonly multiply: (a: Variable, b: Variable, transposed?: Transposed) => Variable;
  readonly unary: (kind: UnaryKind, a: Variable) => Variable;
  readonly binary: (kind: BinaryKind, a: Variable, b: Variable) => Variable;
  /** scale·a + shift. */
  readonly affine: (a: Variable, scale: number, shift?: number) => Variable;
  readonly sum: (kind: SumKind, a: Variable) => Variable;
  readonly repeat: (a: Variable, rows: number, columns: number) => Variable;
  readonly transpose: (a: Variable) => Variable;
  /** Rows `first` to `last`. */
  readonly slice: (a: Variable, first: number, last: number) => Variable;
  /** Zeros with a at row `first`. */
  readonly place: (a: Variable, first: number, rows: number) => Variable;
  readonly correlate: (u: Variable, kernels: Correlation) => Variable;
  readonly scatter: (g: Variable, kernels: Correlation) => Variable;
}

type Note = (tensor: Tensor, parents: readonly Variable[], back: Back) => Variable;

/** A gradient summed over what was repeated. */
function shrunk(gradient: Variable, { tensor: { rows, columns } }: Variable, rules: Rules): Variable {
  const { tensor } = gradient;
  if (tensor.rows === rows && tensor.columns === columns) return gradient;
  if (rows === 1 && columns === 1) return rules.sum('all', gradient);
  return rules.sum(rows === 1 ? 'columns' : 'rows', gradient);
}

function unaryBack(kind: UnaryKind, a: Variable, out: () => Variable, rules: Rules): Back {
  const times = (x: Variable, y: Variable): Variable => rules.binary('times', x, y);
  const slopes: { readonly [K in UnaryKind]: (g: Variable) => Variable } = {
    tanh: (g) => rules.binary('slope', g, out()),
    sine: (g) => times(g, rules.unary('cosine', a)),
    cosine: (g) => rules.affine(times(g, rules.unary('sine', a)), -1),
    exponential: (g) => times(g, out()),
    reciprocal: (g) => rules.affine(times(g, times(out(), out())), -1),
  };
  return (g) => [slopes[kind](g)];
}

function binaryBack(kind: BinaryKind, a: Variable, b: Variable, rules: Rules): Back {
  const times = (x: Variable, y: Variable): Variable => rules.binary('times', x, y);
  const toA: { readonly [K in BinaryKind]: (g: Variable) => Variable } = {
    add: (g) => g,
    subtract: (g) => g,
    times: (g) => times(g, b),
    slope: (g) => rules.binary('slope', g, b),
  };
  const toB: { readonly [K in BinaryKind]: (g: Variable) => Variable } = {
    add: (g) => g,
    subtract: (g) => rules.affine(g, -1),
    times: (g) => times(g, a),
    slope: (g) => rules.affine(times(times(g, a), b), -2),
  };
  return (g, wanted) => [wanted[0] ? toA[kind](g) : null, wanted[1] ? shrunk(toB[kind](g), b, rules) : null];
}

function productBack(a: Variable, b: Variable, by: Transposed, rules: Rules): Back {
  const flipA = by.a === true;
  const flipB = by.b === true;
  const toA = (g: Variable): Variable =>
    flipA ? rules.multiply(b, g, { a: flipB, b: true }) : rules.multiply(g, b, { b: !flipB });
  const toB = (g: Variable): Variable =>
    flipB ? rules.multiply(g, a, { a: true, b: flipA }) : rules.multiply(a, g, { a: !flipA });
  return (g, wanted) => [wanted[0] ? toA(g) : null, wanted[1] ? toB(g) : null];
}

/** What is made later of what is being made now. */
function later(make: (out: () => Variable) => Variable): Variable {
  const kept: { made?: Variable } = {};
  kept.made = make(() => {
    if (kept.made === undefined) throw new Error('A gradient was asked for before its value was made.');
    return kept.made;
  });
  return kept.made;
}

/** The operations on an engine; `note` keeps what each one made. */
export function differentiationRules(engine: Engine, note: Note): Rules {
  const rules: Rules = {
    dense: (x, { weights, bias }, tanh) =>
      later((out) => {
        const product = productBack(x, weights, {}, rules);
        const tensor = engine.multiply({ a: x.tensor, b: weights.tensor, bias: bias.tensor, tanh });
        return note(tensor, [x, weights, bias], (g, wanted) => {
          const inner = tanh ? rules.binary('slope', g, out()) : g;
          return [...product(inner, wanted), wanted[2] ? rules.sum('columns', inner) : null];
        });
      }),
    multiply: (a, b, by = {}) => {
      const product = { a: a.tensor, b: b.tensor, transposeA: by.a === true, transposeB: by.b === true };
      return note(engine.multiply(product), [a, b], productBack(a, b, by, rules));
    },
    unary: (kind, a) =>
      later((out) => note(engine.unary(kind, a.tensor), [a], unaryBack(kind, a, out, rules))),
    binary: (kind, a, b) =>
      note(engine.binary(kind, a.tensor, b.tensor), [a, b], binaryBack(kind, a, b, rules)),
    affine: (a, scale, shift = 0) =>
      note(engine.affine(a.tensor, scale, shift), [a], (g) => [rules.affine(g, scale)]),
    sum: (kind, a) =>
      note(engine.sum(kind, a.tensor), [a], (g) => [rules.repeat(g, a.tensor.rows, a.tensor.columns)]),
    repeat: (a, rows, columns) =>
      note(engine.repeat(a.tensor, rows, columns), [a], (g) => [shrunk(g, a, rules)]),
    transpose: (a) => note(engine.transpose(a.tensor), [a], (g) => [rules.transpose(g)]),
    slice: (a, first, last) =>
      note(engine.slice(a.tensor, first, last), [a], (g) => [rules.place(g, first, a.tensor.rows)]),
    place: (a, first, rows) =>
      note(engine.place(a.tensor, first, rows), [a], (g) => [rules.slice(g, first, first + a.tensor.rows)]),
    correlate: (u, kernels) =>
      note(engine.correlate(u.tensor, kernels), [u], (g) => [rules.scatter(g, kernels)]),
    scatter: (g, kernels) =>
      note(engine.scatter(g.tensor, kernels), [g], (h) => [rules.correlate(h, kernels)]),
  };
  return rules;
}
