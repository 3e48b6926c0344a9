import {
  breathe,
  checkForward,
  checkPhantoms,
  CoreError,
  drawCheckFigure,
  type ForwardCheck,
  type JobFiles,
  type PhantomCheck,
  type Run,
} from '../../src-core/index.js';
import type { CheckDocument } from './check-document.js';
import { identifyAll, memory, sourcesOf, withFiles } from './inference-request.js';
import type { CheckRequest, CheckResponse, Staging, WrittenFile } from './messages.js';
import { rasterizeFigure } from './rasterize.js';
import { embeddedJob, type JobIdentity } from './result-document.js';
import { writeStaged } from './staging.js';
import { version } from './version.js';

interface Checks {
  readonly forward?: ForwardCheck;
  readonly phantom?: PhantomCheck;
}

/** Throws `unreadable` unless the files are, by their hashes, those that the result was made of. */
function requireSameFiles(found: JobIdentity, expected: JobIdentity): void {
  for (const role of ['input', 'second', 'mask'] as const) {
    const [is, was] = [found[role], expected[role]];
    if (is?.sha256 === was?.sha256) continue;
    throw new CoreError({
      tag: 'unreadable',
      where: is?.name ?? was?.name ?? role,
      message: `This is not the file that the result was made of: its SHA-256 begins ${is?.sha256.slice(0, 12) ?? 'with nothing'}, the result's ${was?.sha256.slice(0, 12) ?? 'with nothing'}.`,
      hint: 'Give the original file, or infer λ again from this one.',
    });
  }
}

async function runChecks({ kinds, job }: CheckRequest, files: JobFiles, run: Run): Promise<Checks> {
  const forward = kinds.includes('forward') ? await checkForward(files, job, run, memory) : undefined;
  const phantom = kinds.includes('phantom') ? await checkPhantoms(files, job, run, memory) : undefined;
  return { ...(forward && { forward }), ...(phantom && { phantom }) };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function writeChecks(
  document: CheckDocument,
  checks: Checks,
  { folder, stem }: Staging,
  run: Run,
): Promise<WrittenFile[]> {
  run.report({ stage: 'draw', fraction: 0 });
  await breathe(run);
  const { job, input, second, mask } = document;
  const text = embeddedJob(job, { input, ...(second && { second }), ...(mask && { mask }) });
  const svg = drawCheckFigure({ name: input.name, job: text, ...checks });
  await breathe(run);
  const png = rasterizeFigure(svg, { job: text });
  return [
    await writeStaged(folder, `${stem}.check.figure.svg`, [encode(svg)]),
    await writeStaged(folder, `${stem}.check.figure.png`, [png]),
    await writeStaged(folder, `${stem}.check.json`, [encode(`${JSON.stringify(document, null, 2)}\n`)]),
  ];
}

/**
 * Puts the result of a job to the checks asked for, and writes STEM.check.json and the figure into the staging folder,
 * if one is given. Throws what the checks throw, and `unreadable` where a file is not the one the result was made of.
 */
export async function checkFiles(request: CheckRequest, run: Run): Promise<CheckResponse> {
  const { files: paths, job, expected, staging, wantFields } = request;
  return withFiles(paths, run, async (files) => {
    const identity = await identifyAll(files, run);
    requireSameFiles(identity, expected);
    const checks = await runChecks(request, sourcesOf(files), run);
    const document: CheckDocument = {
      version,
      job,
      ...identity,
      forward: checks.forward?.report ?? null,
      phantom: checks.phantom?.report ?? null,
    };
    const written = staging ? await writeChecks(document, checks, staging, run) : [];
    return { document, files: written, ...(wantFields === true && checks) };
  });
}
