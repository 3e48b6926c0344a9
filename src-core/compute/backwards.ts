import type { Rules } from './rules.js';
import type { Variable } from './variable.js';

/** The variables that y was made of, y included, from the last to the first. */
function ancestors(y: Variable): Variable[] {
  const seen = new Map<number, Variable>([[y.index, y]]);
  const open = [y];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const parent of next.parents) {
      if (seen.has(parent.index)) continue;
      seen.set(parent.index, parent);
      open.push(parent);
    }
  }
  return [...seen.values()].sort((a, b) => b.index - a.index);
}

/** The indices of those that one of xs goes into. */
function influenced(order: readonly Variable[], xs: readonly Variable[]): Set<number> {
  const found = new Set(xs.map((x) => x.index));
  for (let k = order.length - 1; k >= 0; k--) {
    if (order[k].parents.some((parent) => found.has(parent.index))) found.add(order[k].index);
  }
  return found;
}

/** Gradients of the sum of y's elements with respect to each of xs, as variables; zeros where y does not depend on it. */
export function backwards(
  y: Variable,
  xs: readonly Variable[],
  {
    rules,
    constant,
  }: { rules: Rules; constant: (values: Float32Array, rows: number, columns: number) => Variable },
): Variable[] {
  const filled = ({ tensor: { rows, columns } }: Variable, value: number): Variable =>
    constant(new Float32Array(rows * columns).fill(value), rows, columns);
  const order = ancestors(y);
  const matters = influenced(order, xs);
  const found = new Map<number, Variable>([[y.index, filled(y, 1)]]);
  for (const { index, parents, back } of order) {
    const own = found.get(index);
    if (own === undefined || back === null || !matters.has(index)) continue;
    const wanted = parents.map((parent) => matters.has(parent.index));
    back(own, wanted).forEach((part, k) => {
      if (part === null || !wanted[k]) return;
      const before = found.get(parents[k].index);
      found.set(parents[k].index, before === undefined ? part : rules.binary('add', before, part));
    });
  }
  return xs.map((x) => found.get(x.index) ?? filled(x, 0));
}
