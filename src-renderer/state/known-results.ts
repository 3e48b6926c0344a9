import type { ResultInputs, ShownResult } from './session.js';

/** Results of this window with all their arrays, so that going back to a setting shows its map at once. */
export interface KnownResults {
  /** By what they were made with; the longest unused first. */
  readonly results: Map<string, ShownResult>;
  /** Most bytes of arrays. */
  readonly budget: number;
}

/** No results yet; up to `budget` bytes of arrays are kept. */
export function makeKnownResults(budget: number): KnownResults {
  return { results: new Map(), budget };
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** A file as it was opened: opened again it is another one, for it may have been changed meanwhile. */
function fileNumber(file: object): number {
  const number = numbers.get(file) ?? ++lastNumber;
  numbers.set(file, number);
  return number;
}

/** Names the files and the job of a result. */
function inputsKey(source: object, { job, second, mask }: ResultInputs): string {
  const usesMask = job.mask === 'file' && mask !== null;
  const files = [source, ...(second === null ? [] : [second]), ...(usesMask ? [mask] : [])];
  return `${files.map(fileNumber).join()} ${JSON.stringify(job)}`;
}

/** The result that was made of a source with these settings, now the most recently used. */
export function findKnown(
  { results }: KnownResults,
  source: object,
  inputs: ResultInputs,
): ShownResult | undefined {
  const key = inputsKey(source, inputs);
  const found = results.get(key);
  if (found !== undefined) {
    results.delete(key);
    results.set(key, found);
  }
  return found;
}

function bytesOf(results: Iterable<ShownResult>): number {
  const buffers = new Set<ArrayBufferLike>();
  for (const { fields } of results) for (const values of Object.values(fields)) buffers.add(values.buffer);
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

/** Keeps a result; gives back those that had to go for it, the longest unused first. */
export function keepKnown(
  { results, budget }: KnownResults,
  source: object,
  result: ShownResult,
): ShownResult[] {
  const key = inputsKey(source, result.inputs);
  const gone = results.get(key);
  results.delete(key);
  results.set(key, result);
  const letGo = gone === undefined || gone.job.id === result.job.id ? [] : [gone];
  for (const [oldest, each] of results) {
    if (each === result || bytesOf(results.values()) <= budget) break;
    results.delete(oldest);
    letGo.push(each);
  }
  return letGo;
}
