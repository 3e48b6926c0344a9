/**
 * What kind of failure it is; the command line turns each into its exit code.
 * usage: a wrong option or value · unreadable: the input cannot be read · missing: the input lacks something that
 * must be given · model: the model does not fit or nothing is identifiable · memory: over budget · cancelled.
 */
export type ErrorTag = 'usage' | 'unreadable' | 'missing' | 'model' | 'memory' | 'cancelled';

/** Settings of a job that a failure may ask for, by their place in the job. */
export const remedySettings = [
  'channels.heterochromatin',
  'channels.euchromatin',
  'channels.density',
  'z',
  'frame',
  'mask',
  'calibration.pixelSizeNm',
  'calibration.zStepNm',
  'calibration.hetFraction',
  'calibration.hetFractionSd',
  'calibration.gainRatioSd',
  'calibration.offset',
  'calibration.shiftNm',
  'table.spacingNm',
  'table.columns',
  'table.units',
  'model.equation',
  'model.boundary',
  'model.lengthNm',
  'model.a',
  'model.wellHeight',
  'solver.name',
  'solver.mollifierNm',
  'solver.lengthScaleNm',
] as const;

/** Place of a setting in the job. */
export type RemedySetting = (typeof remedySettings)[number];

/**
 * A setting that would help where something failed. The hint beside it says so in words that fit everywhere; the
 * command line adds its option, the window a button that goes to the field or sets the value.
 */
export interface Remedy {
  readonly setting: RemedySetting;
  /** A value that would do, in the unit of the setting. */
  readonly value?: number | string;
  /** What there is to choose from, such as the columns of a table. */
  readonly choices?: readonly string[];
}

/** The failure as plain data: what crosses a thread, a process or a socket. */
export interface ErrorData {
  readonly tag: ErrorTag;
  readonly message: string;
  readonly where?: string;
  readonly hint?: string;
  readonly remedies?: readonly Remedy[];
}

/**
 * The one error that core throws on purpose. `message` says what is wrong with the value; `where` names the file
 * or option; `hint` says what would do, in words that fit the command line and the window alike, and `remedies` names
 * the settings that it speaks of. Anything else that is thrown is a bug.
 */
export class CoreError extends Error {
  readonly tag: ErrorTag;
  readonly where?: string;
  readonly hint?: string;
  readonly remedies?: readonly Remedy[];

  constructor(data: ErrorData, cause?: unknown) {
    super(data.message, cause === undefined ? undefined : { cause });
    this.name = 'CoreError';
    this.tag = data.tag;
    if (data.where !== undefined) this.where = data.where;
    if (data.hint !== undefined) this.hint = data.hint;
    if (data.remedies !== undefined) this.remedies = data.remedies;
  }
}

/** The plain-data form of a CoreError. */
export function errorData(error: CoreError): ErrorData {
  return {
    tag: error.tag,
    message: error.message,
    ...(error.where !== undefined && { where: error.where }),
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.remedies !== undefined && { remedies: error.remedies }),
  };
}
