import type { Remedy, RemedySetting } from '../../src-core/errors.js';
import type { ApiFailure } from '../../src-main/api.js';
import type { StepName } from './session.js';

/** Where a setting stands in the window. */
export interface SettingField {
  readonly step: StepName;
  /** As the field is labelled. */
  readonly title: string;
}

const fields: Readonly<Record<RemedySetting, SettingField>> = {
  'channels.heterochromatin': { step: 'source', title: 'Heterochrom.' },
  'channels.euchromatin': { step: 'source', title: 'Euchromatin' },
  'channels.density': { step: 'source', title: 'Density' },
  z: { step: 'source', title: 'Planes used' },
  frame: { step: 'source', title: 'Time point' },
  mask: { step: 'nucleus', title: 'Mask' },
  'calibration.pixelSizeNm': { step: 'source', title: 'Pixel size' },
  'calibration.zStepNm': { step: 'source', title: 'z step' },
  'calibration.hetFraction': { step: 'model', title: 'Het. fraction' },
  'calibration.hetFractionSd': { step: 'model', title: '± sd' },
  'calibration.gainRatioSd': { step: 'density', title: 'Gain ratio ±' },
  'calibration.offset': { step: 'density', title: 'Offset' },
  'calibration.shiftNm': { step: 'source', title: 'Registration' },
  'table.spacingNm': { step: 'source', title: 'Rendered at' },
  'table.columns': { step: 'source', title: 'Columns' },
  'table.units': { step: 'source', title: 'Positions in' },
  'model.equation': { step: 'model', title: 'Equation' },
  'model.boundary': { step: 'nucleus', title: 'Boundary' },
  'model.lengthNm': { step: 'model', title: 'Length L0' },
  'model.a': { step: 'model', title: 'a' },
  'model.wellHeight': { step: 'model', title: 'Well height W' },
  'solver.name': { step: 'solve', title: 'Solver' },
  'solver.mollifierNm': { step: 'solve', title: 'Mollifier' },
  'solver.lengthScaleNm': { step: 'solve', title: 'Length scale' },
};

/** Where a setting stands in the window. */
export function fieldOf(setting: RemedySetting): SettingField {
  return fields[setting];
}

function isSetting(path: string): path is RemedySetting {
  return Object.hasOwn(fields, path);
}

/** The settings that would help: those the failure names, or those that the gate refused. */
export function remediesOf(failure: ApiFailure): readonly Remedy[] {
  if ('remedies' in failure) return failure.remedies;
  const refused = (failure.fields ?? []).map(({ path }) => path.replace(/^job\./, ''));
  return refused.filter(isSetting).map((setting) => ({ setting }));
}
