import { formatLength } from '../../src-core/figure/ticks.js';
import type { JobResult } from '../../src-main/api.js';

type Prior = NonNullable<JobResult['document']['settings']['prior']>;

/** One length scale that was weighed. */
export interface EvidencePoint {
  readonly lengthNm: number;
  /** ln of its evidence, relative to the length of most evidence: 0 there, negative elsewhere. */
  readonly below: number;
  readonly chosen: boolean;
}

/** The length scales that a prior was chosen among, by length; empty where one was given, or nothing was weighed. */
export function evidencePoints({ candidates, from, lengthNm }: Prior): EvidencePoint[] {
  if (from === 'user' || candidates.length < 2) return [];
  const most = Math.max(...candidates.map(({ logEvidence }) => logEvidence));
  return candidates
    .map((each) => ({
      lengthNm: each.lengthNm,
      below: each.logEvidence - most,
      chosen: Math.abs(each.lengthNm - lengthNm) < 1e-6 * lengthNm,
    }))
    .sort((p, q) => p.lengthNm - q.lengthNm);
}

type Settings = JobResult['document']['settings'];

/** Evidence further below the best than this would flatten the rest of a plot of L0. */
const shownBelow = 100;
/** So many points of L0 are shown in any case. */
const fewestShown = 5;

/** The L0 that were weighed, by length, the best ones at least; the best marked where the image determines L0. */
export function lengthPoints({ lengthEvidence }: Pick<Settings, 'lengthEvidence'>): EvidencePoint[] {
  if (lengthEvidence === null || lengthEvidence.candidates.length < 2) return [];
  const { candidates, determined } = lengthEvidence;
  const most = Math.max(...candidates.map(({ logEvidence }) => logEvidence));
  return [...candidates]
    .sort((p, q) => q.logEvidence - p.logEvidence)
    .map(({ lengthNm, logEvidence }, rank) => ({
      lengthNm,
      below: logEvidence - most,
      chosen: determined && rank === 0,
      rank,
    }))
    .filter(({ below, rank }) => below > -shownBelow || rank < fewestShown)
    .map(({ lengthNm, below, chosen }) => ({ lengthNm, below, chosen }))
    .sort((p, q) => p.lengthNm - q.lengthNm);
}

/** By how much sharp borders of λ foretell held-out noise better than a smooth λ, in words; null without borders. */
export function borderGain({ borders }: Prior): string | null {
  return borders === null ? null : `better by ${(borders.gain / borders.gainSd).toPrecision(3)} sd`;
}

const showNm = (nm: number): string => formatLength(Number(nm.toPrecision(3)));
const showBelow = (below: number): string => below.toFixed(Math.abs(below) < 10 ? 1 : 0).replace('-', '−');

/** The evidence in words, for those who do not see it plotted. */
export function evidenceSummary(points: readonly EvidencePoint[], of = 'length scale of λ'): string {
  const chosen = points.find((point) => point.chosen);
  const others = points
    .filter((point) => !point.chosen)
    .map(({ lengthNm, below }) => `${showNm(lengthNm)} ${showBelow(below)}`);
  const most =
    chosen === undefined
      ? ''
      : `Most at ${showNm(chosen.lengthNm)}${of === 'L0' ? '' : ', which was chosen'}; `;
  return `Evidence by ${of}. ${most}logarithm relative to ${chosen === undefined ? 'the best' : 'it'}: ${others.join(', ')}.`;
}
