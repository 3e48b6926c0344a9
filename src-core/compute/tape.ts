import type { Engine, Tensor } from './engine.js';
import { backwards } from './backwards.js';
import { differentiationRules, type Rules } from './rules.js';
import type { Variable } from './variable.js';

/**
 * Reverse-mode differentiation on an engine: operations that remember what they were made of. The gradient of a
 * computation is itself a computation of such operations, so that derivatives may be nested to any order. What a tape
 * made is given back as a whole by `clear`.
 */
export interface Tape extends Rules {
  readonly engine: Engine;
  readonly constant: (values: Float32Array, rows: number, columns: number) => Variable;
  /** A tensor of the caller's, which `clear` leaves alone. */
  readonly hold: (tensor: Tensor) => Variable;
  /** Gradients of the sum of y's elements with respect to each of xs; zeros where y does not depend on it. */
  readonly gradients: (y: Variable, xs: readonly Variable[]) => Variable[];
  readonly clear: () => void;
}

/** An empty tape. */
export function startTape(engine: Engine): Tape {
  let made: Tensor[] = [];
  let count = 0;
  const note = (tensor: Tensor, parents: Variable['parents'], back: Variable['back']): Variable => ({
    ...{ tensor, parents, back },
    index: count++,
  });
  const rules = differentiationRules(engine, (tensor, parents, back) => {
    made.push(tensor);
    return note(tensor, parents, back);
  });
  const constant = (values: Float32Array, rows: number, columns: number): Variable => {
    const tensor = engine.upload(values, rows, columns);
    made.push(tensor);
    return note(tensor, [], null);
  };
  return {
    ...rules,
    engine,
    constant,
    hold: (tensor) => note(tensor, [], null),
    gradients: (y, xs) => backwards(y, xs, { rules, constant }),
    clear: () => {
      made.forEach(engine.free);
      made = [];
      count = 0;
    },
  };
}
