import { inspect, type Inspection, makeStageMemory, type readTable, type Run } from '../../src-core/index.js';
import { sourcesOf, withFiles } from './inference-request.js';
import type { InspectRequest } from './messages.js';

/** What was seen in images that were looked at before, so that a setting that changes reads no pixel again. */
const memory = makeStageMemory(2 ** 20);

/**
 * What the files of a job hold and what is doubtful about them (`read`: a readTable that may know a table already); see
 * `inspect`. Throws what it throws, with files named by their paths.
 */
export async function inspectFiles(
  { files: paths, job }: InspectRequest,
  run: Run,
  read?: typeof readTable,
): Promise<Inspection> {
  return withFiles(paths, run, (files) =>
    inspect(sourcesOf(files), job, { ...run, memory, ...(read && { readTable: read }) }),
  );
}
