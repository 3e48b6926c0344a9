import { differencesOf } from '../../src-core/data/differences.js';
import { shiftText } from '../../src-core/data/shift-text.js';
import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';
import type { JobSpec } from '../../src-core/job.js';
import { showShare } from './wording.js';

/** A setting in words. */
export interface JobLine {
  readonly title: string;
  readonly value: string;
}

const titles: Readonly<Record<string, string>> = {
  z: 'Planes',
  frame: 'Time point',
  mask: 'Nucleus',
  seed: 'Seed',
  'calibration.pixelSizeNm': 'Pixel size, for every image',
  'calibration.zStepNm': 'z step, for every image',
  'calibration.hetFraction': 'Heterochromatin fraction',
  'calibration.hetFractionSd': 'sd of the heterochromatin fraction',
  'calibration.gainRatioSd': 'Relative sd of the ratio of gains',
  'calibration.offset': 'Offsets, for every image',
  'calibration.gain': 'Gains, for every image',
  'calibration.shiftNm': 'Channels',
  'calibration.meanDensity': 'Mean chromatin density',
  'table.spacingNm': 'Pixel of tables',
  'table.render': 'Tables drawn by',
  'table.columns': 'Columns of tables',
  'table.units': 'Unit of tables',
  'model.equation': 'Equation',
  'model.geometry': 'Image shows',
  'model.boundary': 'Boundary',
  'model.lengthNm': 'Length L0',
  'model.lengthFrom': 'L0 from',
  'model.diffusivityUm2PerS': 'Diffusivity D, µm²/s',
  'model.a': 'a',
  'model.wellHeight': 'Well height W',
  'model.phiMax': 'φ_max',
  'model.kappa': 'κ / L0²',
  'solver.name': 'Solver',
  'solver.mollifier': 'Mollifier',
  'solver.mollifierNm': 'Mollifier rms width, for every image',
  'solver.lengthScaleNm': 'Length scale of λ, for every image',
};

type Shift = JobSpec['calibration']['shiftNm'];

function showShift(shift: Shift): string {
  if (shift === null) return 'as they are';
  if (shift === 'auto') return 'registered in each image';
  const [x, y, z = 0] = shift;
  return `euchromatin moved back by ${shiftText([x, y, z], null)}, in every image`;
}

function showSetting(path: string, value: unknown): string {
  if (path === 'calibration.shiftNm') return showShift(value as Shift);
  if (value === null) return 'not given';
  if (typeof value === 'number') {
    if (path.endsWith('Nm')) return formatLength(value);
    return path.endsWith('Fraction') || path.endsWith('Density') ? showShare(value) : formatNumber(value);
  }
  return typeof value === 'string' ? value.replace('-', ' ') : JSON.stringify(value);
}

/** The settings of a job that are not the default, with the default beside them. Channels are told elsewhere. */
export function changedSettings(job: JobSpec, defaults: JobSpec): JobLine[] {
  return differencesOf(job, defaults)
    .filter(({ path }) => !path.startsWith('channels') && path !== 'mask')
    .map(({ path, value, base }) => ({
      title: titles[path] ?? path,
      value: `${showSetting(path, value)} (default: ${showSetting(path, base)})`,
    }));
}

/** What is found anew in each image, because the job does not say it. */
export function automaticSettings({ calibration, solver, mask }: JobSpec, hasMasks: boolean): string[] {
  return [
    ...(calibration.pixelSizeNm === null ? ['pixel size (from its file)'] : []),
    ...(calibration.shiftNm === 'auto' ? ['displacement of the channels'] : []),
    ...(calibration.offset === null ? ['offsets'] : []),
    ...(calibration.gain === null ? ['gains'] : []),
    'noise',
    ...(mask === 'auto' && !hasMasks ? ['nucleus'] : []),
    ...(solver.mollifierNm === null && solver.name === 'direct' ? ['mollifier width'] : []),
    ...(solver.lengthScaleNm === null && solver.name === 'field' ? ['length scale of λ'] : []),
  ];
}
