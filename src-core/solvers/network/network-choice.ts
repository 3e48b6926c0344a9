import type { MollifierFamily } from '../../kernels/mollifier-family.js';
import type { Architecture } from '../../networks/network.js';

/** What stands under the mollifier in place of φ: a free grid, or a network of the coordinates. */
export const unders = ['grid', 'network'] as const;
/** How fields are differentiated. */
export const derivativeKinds = ['mollifier', 'autodiff'] as const;
/** Where λ comes from: a network of its own, or point by point from the trained fields. */
export const rateOrigins = ['network', 'pointwise'] as const;
/** What follows the gradients. */
export const optimizers = ['adam', 'soap', 'lbfgs'] as const;

/** How a network is trained for λ. */
export interface NetworkChoice {
  readonly family: MollifierFamily;
  /** rms width of the mollifier, nm; null for one of the cells' size. */
  readonly mollifierWidth: number | null;
  readonly architecture: Architecture;
  readonly width: number;
  readonly depth: number;
  /** sd of the Fourier features' wave numbers, per L0; null for usual ones. */
  readonly waves: number | null;
  readonly under: (typeof unders)[number];
  readonly derivatives: (typeof derivativeKinds)[number];
  readonly rateFrom: (typeof rateOrigins)[number];
  readonly optimizer: (typeof optimizers)[number];
  /** Highest learning rate; null for one that suits what is trained. */
  readonly learningRate: number | null;
  readonly steps: number;
  /** Training ends after so many steps without a better held-out error; 0 never ends it. */
  readonly patience: number;
  /** Whether λ starts from that of `direct`. */
  readonly warmStart: boolean;
  /** Most cells in the box around the nucleus. */
  readonly points: number;
  readonly seed: number;
}
