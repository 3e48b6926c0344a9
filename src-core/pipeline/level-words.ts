import type { JobSpec } from '../job.js';
import type { Outcome } from './outcome.js';

const short = (value: number): string => String(Number(value.toPrecision(3)));
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** What the level was calibrated by, with its sd where that was told. */
function sourceText({ calibration, channels }: JobSpec): string {
  const { gain, gainRatioSd, hetFraction, hetFractionSd } = calibration;
  if (channels.kind === 'two-channel' && gain !== null) {
    return gainRatioSd === null
      ? 'the gains were'
      : `the ratio of the gains, given to ± ${percent(gainRatioSd)}`;
  }
  const fraction = short(hetFraction ?? 0);
  return hetFractionSd === null
    ? `the heterochromatin fraction ${fraction} was`
    : `the heterochromatin fraction ${fraction} ± ${short(hetFractionSd)} as given`;
}

/** How well the level of λ is known, in a sentence; none where it is not calibrated at all. */
export function levelAssumption({ level, solution }: Outcome, job: JobSpec): string[] {
  const { hetFraction, gain } = job.calibration;
  if (hetFraction === null && gain === null) return [];
  if (level !== null) {
    const shared =
      job.channels.kind === 'density'
        ? 'one sd, for the mean of λ; such a split moves its pattern too'
        : 'one sd, shared by all pixels';
    return [`Level of λ known to ± ${percent(level.relativeSd)} (${shared}), from ${sourceText(job)}.`];
  }
  const pattern = solution.uncertainty === undefined ? '' : ' The sd of λ is that of its pattern alone.';
  return [
    `It is not known how well the level of λ is known: ${sourceText(job)} given without an sd.${pattern}`,
  ];
}

/** An sd that was told and has no part in the level. */
export function levelWarnings({ calibration, channels }: JobSpec): string[] {
  const { gain, gainRatioSd, hetFractionSd } = calibration;
  if (channels.kind === 'density') {
    return gainRatioSd === null
      ? []
      : ['An sd of the ratio of the gains was given, and there is only one channel: it was not used.'];
  }
  return gain === null || hetFractionSd === null
    ? []
    : ['An sd of the heterochromatin fraction was given, and the gains set the level: it was not used.'];
}
