import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import {
  type EvolutionName,
  type EvolutionProblem,
  slopeOf,
  type SpectralRecipe,
  spectralReference,
  type Standpoint,
  timesTo,
} from './evolution-problem.js';

type Described = Omit<EvolutionProblem, 'solve' | 'recipe' | 'reference' | 'isHeld' | 'startsAtRest'>;

/** A problem without walls whose reference is computed. */
function periodicProblem(described: Described, recipe: SpectralRecipe): EvolutionProblem {
  return {
    ...described,
    ...{ isHeld: false, startsAtRest: false },
    reference: `pseudo-spectral, ${recipe.cells} cells, ${recipe.steps} steps of Runge-Kutta with integrating factor, float64`,
    ...{ recipe, solve: spectralReference(described, recipe) },
  };
}

/** Sum of columns, each times a number. */
function combined(tape: Tape, parts: readonly (readonly [scale: number, column: Variable])[]): Variable {
  const [first, ...rest] = parts.map(([scale, column]) =>
    scale === 1 ? column : tape.affine(column, scale),
  );
  return rest.reduce((a, b) => tape.binary('add', a, b), first);
}

/** amplitude·sin(wave·x + phase). */
function sineOn(
  tape: Tape,
  x: Variable,
  [amplitude, wave, phase]: readonly [amplitude: number, wave: number, phase: number],
): Variable {
  const sine = tape.unary('sine', tape.affine(x, wave, phase));
  return amplitude === 1 ? sine : tape.affine(sine, amplitude);
}

/** exp(−80(x + shift)²). */
function bumpOn(tape: Tape, x: Variable, shift: number): Variable {
  const off = tape.affine(x, 1, shift);
  return tape.unary('exponential', tape.affine(times(tape, off, off), -80));
}

const quarter = Math.PI / 2;
const times = (tape: Tape, a: Variable, b: Variable): Variable => tape.binary('times', a, b);

/** u and its slopes in t and in x up to an order. */
function slopes(tape: Tape, { x, t, fields: [u] }: Standpoint, order: number) {
  const [ux, ut] = tape.gradients(u, [x, t]);
  const inX = [u, ux];
  while (inX.length <= order) inX.push(slopeOf(tape, inX[inX.length - 1], x));
  return { u, ut, inX };
}

const waveSolution = (x: number, t: number): number =>
  Math.sin(Math.PI * x) * Math.cos(2 * Math.PI * t) +
  0.5 * Math.sin(4 * Math.PI * x) * Math.cos(8 * Math.PI * t);

const wave: EvolutionProblem = {
  ...{ name: 'wave', title: 'Wave', equation: 'u_tt = 4u_xx', fields: 1 },
  reference: 'exact: sin πx cos 2πt + ½ sin 4πx cos 8πt',
  ...{ left: 0, right: 1, duration: 1, period: 2, waves: { highest: 4, time: 12 }, causality: 0 },
  ...{ isHeld: true, startsAtRest: true },
  start: (x) => [waveSolution(x, 0)],
  startOn: (tape, x) => [
    tape.binary('add', sineOn(tape, x, [1, Math.PI, 0]), sineOn(tape, x, [0.5, 4 * Math.PI, 0])),
  ],
  residuals: (tape, at) => {
    const { ut, inX } = slopes(tape, at, 2);
    // By 100: so that the residual is of the size of u.
    return [
      combined(tape, [
        [0.01, slopeOf(tape, ut, at.t)],
        [-0.04, inX[2]],
      ]),
    ];
  },
  recipe: null,
  solve: (count) => {
    const places = Float64Array.from({ length: count }, (_, i) => i / (count - 1));
    const moments = timesTo(1);
    const values = Array.from(moments, (t) => places.map((x) => waveSolution(x, t)));
    return Promise.resolve({ places, times: moments, values });
  },
};

const viscosity = 0.01 / Math.PI;
const burgers = periodicProblem(
  {
    ...{ name: 'burgers', title: 'Burgers', equation: 'u_t + u·u_x = (0.01/π)·u_xx', fields: 1 },
    ...{ left: -1, right: 1, duration: 1, period: 2, waves: { highest: 6, time: 2 }, causality: 1 },
    start: (x) => [-Math.sin(Math.PI * x)],
    startOn: (tape, x) => [sineOn(tape, x, [-1, Math.PI, 0])],
    residuals: (tape, at) => {
      const { u, ut, inX } = slopes(tape, at, 2);
      return [
        combined(tape, [
          [1, ut],
          [1, times(tape, u, inX[1])],
          [-viscosity, inX[2]],
        ]),
      ];
    },
  },
  {
    equation: {
      ...{ fields: 1, isFlux: true },
      symbol: (k) => [-viscosity * k * k, 0],
      nonlinear: ([u]) => [u.map((value) => -0.5 * value * value)],
    },
    ...{ cells: 1024, steps: 800 },
  },
);

const allenCahn = periodicProblem(
  {
    ...{ name: 'allen-cahn', title: 'Allen-Cahn', equation: 'u_t = 10⁻⁴·u_xx − 5u³ + 5u', fields: 1 },
    ...{ left: -1, right: 1, duration: 1, period: 2, waves: { highest: 8, time: 2 }, causality: 1 },
    start: (x) => [x * x * Math.cos(Math.PI * x)],
    startOn: (tape, x) => [times(tape, times(tape, x, x), sineOn(tape, x, [1, Math.PI, quarter]))],
    residuals: (tape, at) => {
      const { u, ut, inX } = slopes(tape, at, 2);
      const cube = times(tape, times(tape, u, u), u);
      return [
        combined(tape, [
          [1, ut],
          [-1e-4, inX[2]],
          [5, cube],
          [-5, u],
        ]),
      ];
    },
  },
  {
    equation: {
      ...{ fields: 1, isFlux: false },
      symbol: (k) => [-1e-4 * k * k, 0],
      nonlinear: ([u]) => [u.map((value) => 5 * value * (1 - value * value))],
    },
    ...{ cells: 512, steps: 400 },
  },
);

const dispersion = 0.022 ** 2;
const kdv = periodicProblem(
  {
    ...{ name: 'kdv', title: 'Korteweg-de Vries', equation: 'u_t + u·u_x + 0.022²·u_xxx = 0', fields: 1 },
    ...{ left: -1, right: 1, duration: 1, period: 2, waves: { highest: 6, time: 3 }, causality: 1 },
    start: (x) => [Math.cos(Math.PI * x)],
    startOn: (tape, x) => [sineOn(tape, x, [1, Math.PI, quarter])],
    residuals: (tape, at) => {
      const { u, ut, inX } = slopes(tape, at, 3);
      return [
        combined(tape, [
          [1, ut],
          [1, times(tape, u, inX[1])],
          [dispersion, inX[3]],
        ]),
      ];
    },
  },
  {
    equation: {
      ...{ fields: 1, isFlux: true },
      symbol: (k) => [0, dispersion * k ** 3],
      nonlinear: ([u]) => [u.map((value) => -0.5 * value * value)],
    },
    ...{ cells: 512, steps: 1600 },
  },
);

const stretch = 16;
const kuramoto = periodicProblem(
  {
    ...{ name: 'kuramoto', title: 'Kuramoto-Sivashinsky, to t = 0.2' },
    equation: 'u_t + (100/16)·u·u_x + (100/16²)·u_xx + (100/16⁴)·u_xxxx = 0',
    ...{ fields: 1, left: 0, right: 2 * Math.PI, duration: 0.2, period: 2 * Math.PI },
    ...{ waves: { highest: 8, time: 5 }, causality: 1 },
    start: (x) => [Math.cos(x) * (1 + Math.sin(x))],
    startOn: (tape, x) => [
      times(tape, sineOn(tape, x, [1, 1, quarter]), tape.affine(sineOn(tape, x, [1, 1, 0]), 1, 1)),
    ],
    residuals: (tape, at) => {
      const { u, ut, inX } = slopes(tape, at, 4);
      return [
        combined(tape, [
          [1, ut],
          [100 / stretch, times(tape, u, inX[1])],
          [100 / stretch ** 2, inX[2]],
          [100 / stretch ** 4, inX[4]],
        ]),
      ];
    },
  },
  {
    equation: {
      ...{ fields: 1, isFlux: true },
      symbol: (k) => [(100 / stretch ** 2) * k * k - (100 / stretch ** 4) * k ** 4, 0],
      nonlinear: ([u]) => [u.map((value) => (-50 / stretch) * value * value)],
    },
    ...{ cells: 256, steps: 800 },
  },
);

const [spreadU, spreadV, feed, loss, reaction] = [0.2, 0.1, 40, 100, 1000];
const grayScott = periodicProblem(
  {
    ...{ name: 'gray-scott', title: 'Gray-Scott in one dimension, to t = 0.1', fields: 2 },
    equation: 'u_t = 0.2·u_xx + 40(1 − u) − 1000·u·v², v_t = 0.1·v_xx − 100·v + 1000·u·v²',
    ...{ left: -1, right: 1, duration: 0.1, period: 2, waves: { highest: 6, time: 10 }, causality: 0.01 },
    start: (x) => [1 - Math.exp(-80 * (x + 0.05) ** 2), Math.exp(-80 * (x - 0.05) ** 2)],
    startOn: (tape, x) => [tape.affine(bumpOn(tape, x, 0.05), -1, 1), bumpOn(tape, x, -0.05)],
    residuals: (tape, { x, t, fields: [u, v] }) => {
      const part = (field: Variable): [Variable, Variable] => {
        const [inX, inT] = tape.gradients(field, [x, t]);
        return [inT, slopeOf(tape, inX, x)];
      };
      const [ut, uxx] = part(u);
      const [vt, vxx] = part(v);
      const made = times(tape, u, times(tape, v, v));
      const parts = [
        [
          [1, ut],
          [-spreadU, uxx],
          [feed, tape.affine(u, 1, -1)],
          [reaction, made],
        ],
        [
          [1, vt],
          [-spreadV, vxx],
          [loss, v],
          [-reaction, made],
        ],
      ] as const;
      // By 10: so that the residuals are of the size of the others' (the fields change within 0.01).
      return parts.map((each) => tape.affine(combined(tape, each), 0.1));
    },
  },
  {
    equation: {
      ...{ fields: 2, isFlux: false },
      symbol: (k, field) => [-(field === 0 ? spreadU : spreadV) * k * k, 0],
      nonlinear: ([u, v]) => [
        u.map((value, i) => feed * (1 - value) - reaction * value * v[i] * v[i]),
        v.map((value, i) => reaction * u[i] * value * value - loss * value),
      ],
    },
    ...{ cells: 256, steps: 800 },
  },
);

/** The problems by name (arXiv 2502.00604; those in a smaller form than there say so in their titles). */
export const evolutionProblems: { readonly [K in EvolutionName]: EvolutionProblem } = {
  ...{ wave, burgers, kdv, kuramoto },
  'allen-cahn': allenCahn,
  'gray-scott': grayScott,
};

/** Flows of the same paper that this suite does not run, each with the reason. */
export const flowsLeftOut: readonly { readonly title: string; readonly reason: string }[] = [
  'Lid-driven cavity',
  'Kolmogorov flow',
  'Rayleigh-Taylor instability',
].map((title) => ({ title, reason: 'needs a GPU for hours: not run' }));
