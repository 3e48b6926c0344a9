import path from 'node:path';

/** Arguments by which a user would infer a case of the truth kit: mask and L0 given, the rest from the data. */
export function argumentsOf(folder, truth, mask) {
  const file = (name) => path.join(folder, name);
  const { tables, type, parameters } = truth;
  const inputs = tables ? [file(tables.heterochromatin), file(tables.euchromatin)] : [file(truth.image)];
  const channels =
    type === 'density' ? ['--density', '0'] : tables ? [] : ['--heterochromatin', '0', '--euchromatin', '1'];
  const fraction =
    tables || type === 'density' ? ['--het-fraction', String(parameters.heterochromatin_fraction)] : [];
  // The nucleus fills the frame of these cases: no background shows the camera's offset, so it is given.
  const offset = truth.geometry ? ['--offset', '100,100'] : [];
  return [
    ...inputs,
    ...channels,
    ...fraction,
    ...offset,
    '--mask',
    mask === 'auto' ? 'auto' : file(truth.mask),
    '--length-nm',
    String(truth.L0_nm),
  ];
}
