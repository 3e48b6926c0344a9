import type { Session } from './session.js';
import { showShare, showValue } from './wording.js';

/** The result that a project remembers, in a line; null where there is none, or the map itself is there. */
export function savedResultLine({ savedResult, result }: Session): string | null {
  if (savedResult === null || result !== null) return null;
  const { lambdaMedian, identifiable } = savedResult.summary;
  const median = lambdaMedian === null ? 'λ not known' : `λ ${showValue(lambdaMedian)} median`;
  return `${median} · ${showShare(identifiable)} identifiable`;
}
