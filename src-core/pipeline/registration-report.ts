import type { Triple } from '../data/grid.js';
import type { ChannelRegistration } from '../inference.js';
import { isDisplaced } from '../solvers/field/channel-shift.js';
import type { Outcome } from './outcome.js';

type Along = readonly [number, number, number];

const reversed = ([z, y, x]: Triple): Along => [x, y, z];

function leftOver({ solution, posed }: Outcome): ChannelRegistration['left'] {
  const { uncertainty } = solution;
  if (uncertainty?.shift == null) return null;
  const { shift, inflation } = uncertainty;
  const sd = shift.sdNm.map((v) => v * inflation);
  // Where euchromatin is even, no displacement of it can be told.
  if (![...shift.shiftNm, ...sd].every(Number.isFinite)) return null;
  const displaced = isDisplaced(shift, posed.problem.domain, inflation);
  return { shiftNm: reversed(shift.shiftNm), sdNm: [sd[2], sd[1], sd[0]], displaced };
}

/** What is known of the displacement of the channels of a solved job. */
export function registrationReport(outcome: Outcome): ChannelRegistration {
  const { registration } = outcome.measured.measurement;
  const left = leftOver(outcome);
  if (registration === undefined) return { applied: null, left };
  const { shiftNm, sdNm } = registration;
  const applied = {
    shiftNm: reversed(shiftNm),
    sdNm: sdNm === null ? null : reversed(sdNm),
    from: sdNm === null ? ('user' as const) : ('data' as const),
  };
  return { applied, left };
}
