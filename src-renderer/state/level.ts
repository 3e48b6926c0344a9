import type { JobResult } from '../../src-main/api.js';
import { showShare } from './wording.js';

type Calibration = JobResult['document']['calibration'];

/** How well the level of λ is known, in a word or two: "± 8.3 %", "sd not given", "not calibrated". */
export function levelWord({ calibration }: { readonly calibration: Calibration }): string {
  if (!calibration.levelCalibrated) return 'not calibrated';
  // Results saved before there was an sd of the level have none.
  const { levelSd = null } = calibration as Partial<Calibration>;
  return levelSd === null ? 'calibrated, sd not given' : `± ${showShare(levelSd.relative)}`;
}
