import { totalmem } from 'node:os';
import {
  infer,
  inferPreview,
  type JobFiles,
  makeStageMemory,
  type Run,
  simdEngine,
  type TrainingRun,
} from '../../src-core/index.js';
import { openSimdHost, type OpenSimdHost } from '../compute/simd-host.js';
import { fieldContents } from './field-contents.js';
import { type OpenFile, openFile, openFileSha256 } from './file-source.js';
import type { InferRequest, InferResponse, InputPaths } from './messages.js';
import { withPaths } from './named-paths.js';
import { type FileIdentity, type JobIdentity, resultDocument } from './result-document.js';
import { writeResults } from './results.js';
import { openTraining } from './training-store.js';
import { jobRun } from './whole-progress.js';

/** The files of a job while they are open. */
export interface OpenFiles {
  readonly input: OpenFile;
  readonly second?: OpenFile;
  readonly mask?: OpenFile;
}

const roles = ['input', 'second', 'mask'] as const;

async function openAll(paths: InputPaths, opened: OpenFile[], run: Run): Promise<OpenFiles> {
  const open = async (path: string): Promise<OpenFile> => {
    const file = await openFile(path, run);
    opened.push(file);
    return file;
  };
  return {
    input: await open(paths.input),
    ...(paths.second !== undefined && { second: await open(paths.second) }),
    ...(paths.mask !== undefined && { mask: await open(paths.mask) }),
  };
}

/** Does `work` with the files open, and closes them whatever happens. */
export async function withFiles<T>(
  paths: InputPaths,
  run: Run,
  work: (files: OpenFiles) => Promise<T>,
): Promise<T> {
  const opened: OpenFile[] = [];
  try {
    const files = await openAll(paths, opened, run);
    return await withPaths(opened, () => work(files));
  } finally {
    for (const file of opened) await file.close();
  }
}

async function identify(file: OpenFile, run: Run): Promise<FileIdentity> {
  const name = file.path.split(/[/\\]/).at(-1) ?? file.path;
  return { name, bytes: file.bytes, sha256: await openFileSha256(file, run) };
}

/** Names, sizes and hashes of the open files. */
export async function identifyAll(files: OpenFiles, run: Run): Promise<JobIdentity> {
  return {
    input: await identify(files.input, run),
    ...(files.second && { second: await identify(files.second, run) }),
    ...(files.mask && { mask: await identify(files.mask, run) }),
  };
}

/** The stages of all jobs that asked to be remembered in this thread, whichever files they are on. */
export const memory = makeStageMemory(Math.min(2 ** 30, totalmem() / 8));

/** The open files as core reads them. */
export function sourcesOf(files: OpenFiles): JobFiles {
  const sources = Object.fromEntries(
    roles.flatMap((role) => (files[role] ? [[role, files[role].source]] : [])),
  );
  return { ...sources, input: files.input.source };
}

/** Does `work` with what a training needs, where the job has one: an engine with threads, closed after, and its store. */
async function withTraining<T>(
  { job, preview, training }: InferRequest,
  run: TrainingRun,
  work: (run: TrainingRun) => Promise<T>,
): Promise<T> {
  if (job.solver.name !== 'network' || preview === true) return work(run);
  const store = await openTraining(training ?? { resume: false });
  const hosts: OpenSimdHost[] = [];
  const engine: TrainingRun['engine'] = () => {
    const host = openSimdHost();
    hosts.push(host);
    return simdEngine(host);
  };
  try {
    return await work({ ...run, engine, checkpoints: store.checkpoints });
  } finally {
    await store.settle();
    for (const host of hosts) await host.close();
  }
}

/**
 * Runs a job on files by their paths and writes its results into the staging folder, if one is given. Throws what
 * `infer` throws, with files named by their paths, and `usage` where the results cannot be written.
 */
export async function inferFiles(request: InferRequest, stageRun: TrainingRun): Promise<InferResponse> {
  const { files: paths, job, staging, wantFields, remember } = request;
  const work = request.preview === true ? inferPreview : infer;
  return withFiles(paths, stageRun, async (files) => {
    const run = jobRun(request, files.input.bytes, stageRun);
    const memoryOfJob = remember === true ? memory : undefined;
    const inference = await withTraining(request, run, (trained) =>
      work(sourcesOf(files), job, trained, memoryOfJob),
    );
    const document = resultDocument(job, await identifyAll(files, run), inference.report);
    const written = staging ? await writeResults(inference, document, staging, run) : [];
    if (wantFields !== true) return { document, files: written };
    return { document, files: written, inference, contents: fieldContents(inference) };
  });
}
