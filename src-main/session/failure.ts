import { CoreError, errorData } from '../../src-core/index.js';
import type { ApiFailure } from '../api.js';
import { EngineBug, isDeath } from '../engine/host.js';
import type { GrantStore } from './grant-store.js';

/** What a file is to a failure: only the words that may stand for its path. */
type Names = Pick<GrantStore, 'withoutPaths'>;

/** The words for every file and folder of a session. */
export function namesOf({ grants, folders }: { readonly grants: Names; readonly folders: Names }): Names {
  return { withoutPaths: (text) => folders.withoutPaths(grants.withoutPaths(text)) };
}

/** A request that the gate refused. */
export class RefusedRequest extends CoreError {
  readonly fields: readonly { readonly path: string; readonly message: string }[];

  constructor(name: string, fields: RefusedRequest['fields']) {
    const list = fields
      .map(({ path, message }) => `${path === '' ? 'request' : path}: ${message}`)
      .join('; ');
    super({
      tag: 'usage',
      message: `The request cannot be used. ${list}.`,
      where: name,
      hint: 'Correct the named values.',
    });
    this.fields = fields;
  }
}

function dataOf(error: unknown): ApiFailure {
  if (error instanceof RefusedRequest) return { ...errorData(error), fields: error.fields };
  if (error instanceof CoreError) return errorData(error);
  if (error instanceof EngineBug) return { tag: 'bug', message: error.message, stack: error.report };
  const bug = error instanceof Error ? error : new Error(String(error));
  return { tag: 'bug', message: `${bug.name}: ${bug.message}`, stack: bug.stack ?? '' };
}

/** A failure as a window gets it: plain data, files by their names. */
export function failureOf(error: unknown, names: Names): ApiFailure {
  const failure: ApiFailure = { ...dataOf(error), ...(isDeath(error) && { died: true }) };
  const message = names.withoutPaths(failure.message);
  if (failure.tag === 'bug') return { ...failure, message, stack: names.withoutPaths(failure.stack) };
  return {
    ...failure,
    message,
    ...(failure.where !== undefined && { where: names.withoutPaths(failure.where) }),
  };
}
