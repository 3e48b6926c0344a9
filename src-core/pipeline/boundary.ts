import { maskCount } from '../data/field.js';
import type { Grid } from '../data/grid.js';
import { CoreError } from '../errors.js';
import type { JobSpec } from '../job.js';
import type { NoFluxDomain } from '../kernels/no-flux.js';
import { periodicDomain } from '../kernels/periodic-domain.js';

/** Throws `usage` where a job of a periodic field asks for its channels to be moved, before any file is read. */
export function requireBoundary({ model, calibration }: JobSpec): void {
  if (model.boundary === 'no-flux' || calibration.shiftNm === null) return;
  throw new CoreError({
    tag: 'usage',
    message:
      'The channels of a periodic picture are not moved: what comes in at one side would be missing there.',
    hint: 'Leave the channels as they are, or take the boundary as one without flux.',
    remedies: [{ setting: 'calibration.shiftNm' }, { setting: 'model.boundary', value: 'no-flux' }],
  });
}

/** The whole grid as one period, in units of 1 nm; throws `usage` where the mask leaves any of it out. */
export function wholePeriod(grid: Grid, mask: Uint8Array): NoFluxDomain {
  const inside = maskCount(mask);
  if (inside === mask.length) return periodicDomain(grid, 1);
  const share = Math.min(99.9, (100 * inside) / mask.length).toPrecision(3);
  throw new CoreError({
    tag: 'usage',
    message: `A periodic boundary is for pictures that chromatin fills, and the nucleus takes ${share} % of this one (${inside} of ${mask.length} voxels).`,
    hint: 'Take the whole picture as nucleus (mask none) if it is one period of a field, or the boundary as one without flux.',
    remedies: [
      { setting: 'mask', value: 'none' },
      { setting: 'model.boundary', value: 'no-flux' },
    ],
  });
}
