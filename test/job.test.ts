import { describe, expect, it } from 'vitest';
import { parseJob } from '../src-core/job.js';

const density = { kind: 'density', density: { file: 0, channel: 0 } };

describe('job', () => {
  it('fills every default in', () => {
    expect(parseJob({ channels: density })).toMatchSnapshot();
  });

  it('is what it was after a round trip through JSON', () => {
    const job = parseJob({ channels: density, calibration: { hetFraction: 0.6 }, model: { lengthNm: 120 } });
    expect(parseJob(JSON.parse(JSON.stringify(job)))).toEqual(job);
  });

  it('takes some of the columns of a table', () => {
    const job = parseJob({ channels: density, table: { columns: { x: 'posx', y: 'posy' }, units: 'um' } });
    expect(job.table.columns).toEqual({ x: 'posx', y: 'posy' });
  });

  it.each([
    ['a fraction of 1.2', { calibration: { hetFraction: 1.2 } }, 'calibration.hetFraction'],
    ['a negative pixel size', { calibration: { pixelSizeNm: -15 } }, 'calibration.pixelSizeNm'],
    ['a length of 10 m', { model: { lengthNm: 1e10 } }, 'model.lengthNm'],
    ['an unknown solver', { solver: { name: 'magic' } }, 'solver.name'],
    ['a misspelt key', { solvr: {} }, 'solvr'],
    ['no channels', { channels: undefined }, 'channels'],
    ['an sd without a fraction', { calibration: { hetFractionSd: 0.02 } }, 'calibration.hetFractionSd'],
    ['an sd without gains', { calibration: { gainRatioSd: 0.05 } }, 'calibration.gainRatioSd'],
    ['an sd of 0', { calibration: { hetFraction: 0.6, hetFractionSd: 0 } }, 'calibration.hetFractionSd'],
    [
      'an sd by which the fraction reaches 1',
      { calibration: { hetFraction: 0.9, hetFractionSd: 0.05 } },
      'is 0.05, too large for a fraction of 0.9: two sd would reach 0 or 1; give less than 0.05',
    ],
    ['not a number', { model: { kappa: Number.NaN } }, 'model.kappa'],
  ])('refuses %s and names it', (_, part, named) => {
    expect(() => parseJob({ channels: density, ...part })).toThrow(named);
  });
});
