import type { Triple } from '../data/grid.js';
import type { MollifierFamily } from '../kernels/mollifier-family.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import type { ChromatinEquation, ChromatinParameters } from '../models/chromatin.js';

/**
 * One inverse problem: volume fractions inside a nucleus (packed on `domain`, whose unit of length is L0), one draw
 * of the noise in each, and the equation that binds them to λ.
 */
export interface RateProblem {
  readonly domain: NoFluxDomain;
  readonly phiH: Float64Array;
  readonly phiE: Float64Array;
  readonly noiseH: Float64Array;
  readonly noiseE: Float64Array;
  readonly equation: ChromatinEquation;
  readonly parameters: ChromatinParameters;
  /** L0 in nm. */
  readonly length: number;
  /** Below this rms width (nm) the fields are not to be trusted: what a single-channel split smoothed away. */
  readonly finest: number;
  /** null where no blur was measured at the edge, or where the fields were smoothed after it was undone. */
  readonly rim: RimShare | null;
}

/**
 * How the microscope's blur across the edge was undone: the share of each packed voxel's signal that came from inside,
 * which the fields were divided by, and the lateral blur (sd, in voxels).
 */
export interface RimShare {
  readonly share: Float64Array;
  readonly blur: number;
}

/** Kernel family and rms width per axis in nm; null lets the solver choose the width from the data. */
export interface MollifierChoice {
  readonly family: MollifierFamily;
  readonly width: number | null;
}

/**
 * What a width costs, relative to λ: `noise` is the rms error that noise alone causes, `excess` the most by which λ
 * differs from that of a finer width beyond what noise explains (a lower bound of the smoothing error, which finer
 * widths share). Both well inside the nucleus.
 */
export interface WidthRisk {
  /** rms width in nm. */
  readonly width: number;
  readonly noise: number;
  readonly excess: number;
}

/** One candidate for the prior on λ, with the logarithm of its evidence relative to a constant λ. */
export interface PriorEvidence {
  /** Length scale in nm. */
  readonly lengthNm: number;
  /** sd of λ under the prior. */
  readonly sd: number;
  readonly logEvidence: number;
}

/** The prior that λ was solved under, and those it was chosen among (the best amplitude of each length). */
export interface ChosenPrior extends PriorEvidence {
  readonly from: 'user' | 'data';
  readonly candidates: readonly PriorEvidence[];
}

/** What a solver that knows its uncertainty says of each packed voxel. */
export interface RateUncertainty {
  /** Posterior sd of λ. */
  readonly sd: Float64Array;
  /** Half the wavelength, in nm, below which λ comes from the prior and not from the data. */
  readonly resolution: Float64Array;
  /** How many times stronger than measured the noise had to be taken for the equation to hold; 1 where it does. */
  readonly inflation: number;
  readonly prior: ChosenPrior;
  /** Whether the frame cuts the nucleus and it was taken to go on beyond it, not to end in a wall. */
  readonly openCut: boolean;
  /** Present where λ was solved under the prior of sharp borders instead: by how much it foretold held-out noise better. */
  readonly borders?: BorderGain;
  /** How far the channels are still displaced against each other; null where they are two parts of one. */
  readonly shift: ChannelShift | null;
}

/** How far the euchromatin channel is displaced against the other, in nm (z, y, x); 0 along axes of one voxel. */
export interface ChannelShift {
  readonly shiftNm: Triple;
  /** sd of each part that noise and an unknown λ leave; 0 along axes of one voxel. */
  readonly sdNm: Triple;
}

/** Gain of sharp borders over the smooth prior: held-out error of the equation, in squared sd of the noise, and its sd. */
export interface BorderGain {
  readonly gain: number;
  readonly gainSd: number;
}

/** λ as solved, packed, with what is needed to judge it. */
export interface RateSolution {
  readonly rate: Float64Array;
  /** 1 where λ could be computed and smoothed φ_e stands out of its noise. */
  readonly identifiable: Uint8Array;
  /** Residual of the equation at half the mollifier's width, in units of φ. */
  readonly residual: Float64Array;
  /** rms of the residual well inside the nucleus, and what noise alone would leave there. */
  readonly residualRms: number;
  readonly residualNoiseRms: number;
  /** Mollifier width used, nm. */
  readonly width: number;
  /** The widths that were weighed, if the solver chose. */
  readonly risks: readonly WidthRisk[];
  readonly iterations: number;
  readonly uncertainty?: RateUncertainty;
  /** How it was trained, if it was. */
  readonly training?: RateTraining;
}

/** How λ was trained (solver network). */
export interface RateTraining {
  /** Size of the cells that it was trained on, nm (z, y, x; 0 along axes of one voxel), and their number inside the nucleus. */
  readonly cellNm: Triple;
  readonly cells: number;
  readonly parameters: number;
  readonly derivatives: 'mollifier' | 'autodiff';
  /** rms width of the mollifier, nm; null where the network itself was differentiated. */
  readonly mollifierNm: number | null;
  readonly steps: number;
  /** The step whose λ it is, that of the least held-out error, and that error in variances of the noise. */
  readonly bestStep: number;
  readonly heldOut: number;
  readonly stopped: 'steps' | 'held-out' | 'user' | 'settled';
  readonly history: readonly TrainingStep[];
  /** What it was computed with, and whether something else was lost on the way. */
  readonly engine: string;
  readonly lostEngine: boolean;
}

/** How training stood at a step. */
export interface TrainingStep {
  readonly step: number;
  /** Parts of the loss; those of the channels are 1 at the truth. */
  readonly losses: readonly { readonly name: string; readonly value: number }[];
  readonly heldOut: number;
  /** Gradient alignment, −1 to 1: between the parts of the loss, and between this step and the one before; null where not taken. */
  readonly within: number | null;
  readonly between: number | null;
}
