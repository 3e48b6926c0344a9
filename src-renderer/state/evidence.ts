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

const showNm = (nm: number): string => formatLength(Number(nm.toPrecision(3)));
const showBelow = (below: number): string => below.toFixed(Math.abs(below) < 10 ? 1 : 0).replace('-', '−');

/** The evidence in words, for those who do not see it plotted. */
export function evidenceSummary(points: readonly EvidencePoint[]): string {
  const chosen = points.find((point) => point.chosen);
  const others = points
    .filter((point) => !point.chosen)
    .map(({ lengthNm, below }) => `${showNm(lengthNm)} ${showBelow(below)}`);
  const most = chosen === undefined ? '' : `Most at ${showNm(chosen.lengthNm)}, which was chosen; `;
  return `Evidence by length scale of λ. ${most}logarithm relative to it: ${others.join(', ')}.`;
}
