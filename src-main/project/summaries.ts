import { createHash } from 'node:crypto';
import type { DataStore } from '../session/data-store.js';
import type { Jobs } from '../session/jobs.js';
import type { Content, ResultSummary } from './content.js';

/** What a project keeps of a job's result; null where the job has none. */
export type Summarize = (job: string) => ResultSummary | null;

function bytesOf(values: Float32Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Summaries of results; the hash of λ is worked out once, while its array is held. */
export function makeSummaries(jobs: Jobs, store: DataStore): Summarize {
  const hashes = new Map<string, string>();
  return (job) => {
    const finished = jobs.peek(job);
    if (!finished) return null;
    const { document, fields } = finished;
    const values = hashes.has(job) ? undefined : store.read(fields.lambda.id)?.values;
    if (values) hashes.set(job, createHash('sha256').update(bytesOf(values)).digest('hex'));
    return {
      version: document.version,
      lambdaMedian: Number.isFinite(document.lambda.median) ? document.lambda.median : null,
      identifiable: document.identifiable,
      lambdaSha256: hashes.get(job) ?? null,
    };
  };
}

/** The content with the summary of every result that a job of this session made. */
export function withSummaries(content: Content, summarize: Summarize): Content {
  const documents = content.documents.map((document) => {
    const { result } = document;
    if (result === null || result.job === null) return document;
    return { ...document, result: { ...result, summary: summarize(result.job) ?? result.summary } };
  });
  return { ...content, documents };
}
