/**
 * What kind of failure it is; the command line turns each into its exit code.
 * usage: a wrong option or value · unreadable: the input cannot be read · missing: the input lacks something that
 * must be given · model: the model does not fit or nothing is identifiable · memory: over budget · cancelled.
 */
export type ErrorTag = 'usage' | 'unreadable' | 'missing' | 'model' | 'memory' | 'cancelled';

/** The failure as plain data: what crosses a thread, a process or a socket. */
export interface ErrorData {
  readonly tag: ErrorTag;
  readonly message: string;
  readonly where?: string;
  readonly hint?: string;
}

/**
 * The one error that core throws on purpose. `message` says what is wrong with the value; `where` names the file
 * or option; `hint` says what would do. Anything else that is thrown is a bug.
 */
export class CoreError extends Error {
  readonly tag: ErrorTag;
  readonly where?: string;
  readonly hint?: string;

  constructor(data: ErrorData, cause?: unknown) {
    super(data.message, cause === undefined ? undefined : { cause });
    this.name = 'CoreError';
    this.tag = data.tag;
    if (data.where !== undefined) this.where = data.where;
    if (data.hint !== undefined) this.hint = data.hint;
  }
}

/** The plain-data form of a CoreError. */
export function errorData(error: CoreError): ErrorData {
  return {
    tag: error.tag,
    message: error.message,
    ...(error.where !== undefined && { where: error.where }),
    ...(error.hint !== undefined && { hint: error.hint }),
  };
}
