import type { Tape } from '../compute/tape.js';
import type { Variable } from '../compute/variable.js';
import { laplacianPower, relaxedTo, type WaveField } from './plane-waves.js';

/** The names of the equations whose rate is inferred, from the first to the fourth order. */
export const inverseNames = ['langevin', 'heat', 'chromatin'] as const;

/** One of them. */
export type InverseName = (typeof inverseNames)[number];

/** A derivative of the first field that an equation needs. */
export type InverseOperator = 'slope' | 'laplacian' | 'bilaplacian';

/** What is true at a place: the fields that are measured, the rate, and what is known besides. */
export interface InverseTruth {
  readonly fields: readonly number[];
  readonly rate: number;
  readonly known: number;
}

/** What a residual is made of, as columns. */
export interface InverseTerms {
  readonly fields: readonly Variable[];
  readonly derivatives: Readonly<Partial<Record<InverseOperator, Variable>>>;
  readonly rate: Variable;
  readonly known: Variable;
}

/** An equation with an unknown rate λ, on an interval or a square from 0 to `side`. */
export interface InverseProblem {
  readonly name: InverseName;
  readonly title: string;
  readonly equation: string;
  readonly order: 1 | 2 | 4;
  readonly dimensions: 1 | 2;
  readonly side: number;
  readonly operators: readonly InverseOperator[];
  readonly truth: (place: readonly [number, number]) => InverseTruth;
  readonly residual: (tape: Tape, terms: InverseTerms) => Variable;
  /** The size of the residual's terms, from the measured fields' and the known term's root mean squares. */
  readonly scale: (fields: readonly number[], known: number) => number;
}

/** A derivative that the equation asked for. */
function asked(terms: InverseTerms, operator: InverseOperator): Variable {
  const found = terms.derivatives[operator];
  if (found === undefined) throw new Error(`The equation has no ${operator}.`);
  return found;
}

const drift: WaveField = {
  constant: 1,
  waves: [
    { amplitude: 0.5, wave: [0.9, 0], phase: 0.4 },
    { amplitude: 0.25, wave: [2.1, 0], phase: 1.9 },
  ],
};

const langevin: InverseProblem = {
  ...{ name: 'langevin', title: 'Langevin', equation: 'u_t = −u + λ(t)', order: 1, dimensions: 1, side: 10 },
  operators: ['slope'],
  truth: ([t]) => ({
    fields: [relaxedTo(drift, t, 0.2)],
    rate: laplacianPower(drift, [t, 0], 0),
    known: 0,
  }),
  residual: (tape, terms) =>
    tape.binary('subtract', tape.binary('add', asked(terms, 'slope'), terms.fields[0]), terms.rate),
  scale: ([size]) => size,
};

const warmth: WaveField = {
  constant: 0,
  waves: [
    { amplitude: 0.5, wave: [1.8, 1.8], phase: -1.8 },
    { amplitude: 0.5, wave: [1.8, -1.8], phase: 0 },
    { amplitude: 0.04, wave: [5, 2], phase: 1 },
  ],
};
const conductivity: WaveField = {
  constant: 1,
  waves: [
    { amplitude: 0.3, wave: [4, 1], phase: -0.6 },
    { amplitude: 0.2, wave: [-1, 5], phase: 0.3 },
  ],
};

const heat: InverseProblem = {
  ...{ name: 'heat', title: 'Heat', equation: '0 = λ∇²u + m, m known', order: 2, dimensions: 2, side: 1 },
  operators: ['laplacian'],
  truth: (place) => {
    const rate = laplacianPower(conductivity, place, 0);
    return {
      fields: [laplacianPower(warmth, place, 0)],
      ...{ rate, known: -rate * laplacianPower(warmth, place, 1) },
    };
  },
  residual: (tape, terms) =>
    tape.binary('add', tape.binary('times', terms.rate, asked(terms, 'laplacian')), terms.known),
  scale: (_, known) => known,
};

/** As in docs/method.md, in units of L0². */
const [diffusion, stiffness] = [1, 0.012];
const euchromatin: WaveField = {
  constant: 0.25,
  waves: [
    { amplitude: 0.012, wave: [2.2, 0.7], phase: 0.3 },
    { amplitude: 0.012, wave: [-1.1, 2], phase: 1.2 },
    { amplitude: 0.012, wave: [1.6, 1.7], phase: 2.5 },
  ],
};
const ratio: WaveField = {
  constant: 1.2,
  waves: [
    { amplitude: 0.3, wave: [1.2, 0.3], phase: -1 },
    { amplitude: 0.25, wave: [-0.4, 1.4], phase: 0.5 },
  ],
};

const chromatin: InverseProblem = {
  ...{ name: 'chromatin', title: 'Reaction-diffusion', equation: 'λφ_e = φ_h + a∇²φ_e − κ∇⁴φ_e' },
  ...{ order: 4, dimensions: 2, side: 4 },
  operators: ['laplacian', 'bilaplacian'],
  truth: (place) => {
    const [phiE, second, fourth] = [0, 1, 2].map((n) => laplacianPower(euchromatin, place, n));
    const rate = laplacianPower(ratio, place, 0);
    return { fields: [phiE, rate * phiE - diffusion * second + stiffness * fourth], rate, known: 0 };
  },
  residual: (tape, terms) => {
    const { fields, rate } = terms;
    const moved = tape.binary(
      'subtract',
      tape.affine(asked(terms, 'laplacian'), diffusion),
      tape.affine(asked(terms, 'bilaplacian'), stiffness),
    );
    const gained = tape.binary('add', fields[1], moved);
    return tape.binary('subtract', tape.binary('times', rate, fields[0]), gained);
  },
  scale: ([, phiH]) => phiH,
};

/** The problems by name. */
export const inverseProblems: { readonly [K in InverseName]: InverseProblem } = { langevin, heat, chromatin };
