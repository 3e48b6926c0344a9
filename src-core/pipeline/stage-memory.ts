import type { TrainingRun } from '../solvers/network/training-run.js';

/**
 * Names the content of a stage: the keys it was made from, its own name and its part of the job, as text. The text
 * itself, not a hash of it, so that two stages can never be taken for one another. null where an input has no
 * identity: such a stage is never remembered.
 */
export type StageKey = string | null;

/** What a stage made, with its key. */
export interface Keyed<T> {
  readonly key: StageKey;
  readonly value: T;
}

interface RememberedStage {
  readonly value: unknown;
  readonly bytes: number;
}

/**
 * What finished stages made, by their keys, so that a job that differs in one setting runs only what depends on it.
 * Plain data, kept by whoever runs several jobs. What is in it is shared by all later jobs and never changed.
 */
export interface StageMemory {
  /** Most bytes of arrays that are kept. */
  readonly budget: number;
  /** In the order of use, the longest unused first. */
  readonly stages: Map<string, RememberedStage>;
}

/** A run whose stages may be remembered. */
export interface StagedRun extends TrainingRun {
  readonly memory: StageMemory | undefined;
}

/** What a stage is told by: name, the keys of what it was made from, and its own part of the job. */
export interface StageSource {
  readonly name: string;
  readonly from: readonly StageKey[];
  readonly part?: unknown;
}

/** An empty memory that keeps up to `budget` bytes of arrays; what was used longest ago is let go first. */
export function makeStageMemory(budget: number): StageMemory {
  return { budget, stages: new Map() };
}

/** The key of a stage; null where one of its sources has none. */
export function stageKey({ name, from, part }: StageSource): StageKey {
  if (from.includes(null)) return null;
  return `${from.join('\n')}\n${name} ${JSON.stringify(part ?? null)}`;
}

/** Forgets what a stage gave. */
export function forgetStage(key: StageKey, { memory }: StagedRun): void {
  if (key !== null) memory?.stages.delete(key);
}

/** Whether a stage would be taken from the memory. */
export function isRemembered(source: StageSource, { memory }: StagedRun): boolean {
  const key = stageKey(source);
  return key !== null && memory?.stages.has(key) === true;
}

/** Bytes of all different buffers within a value of plain data. */
function bytesIn(value: unknown, seen: Set<object>): number {
  if (typeof value !== 'object' || value === null) return 0;
  const counted = ArrayBuffer.isView(value) ? value.buffer : value;
  if (seen.has(counted)) return 0;
  seen.add(counted);
  if (ArrayBuffer.isView(value)) return value.buffer.byteLength;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesIn(part, seen), 0);
}

/** Bytes of arrays that a memory holds; arrays that stages share count once for each. */
export function rememberedBytes({ stages }: StageMemory): number {
  let sum = 0;
  for (const { bytes } of stages.values()) sum += bytes;
  return sum;
}

function keep({ budget, stages }: StageMemory, key: string, value: unknown): void {
  const bytes = bytesIn(value, new Set());
  if (bytes > budget) return;
  stages.set(key, { value, bytes });
  let total = rememberedBytes({ budget, stages });
  for (const [oldest, stage] of stages) {
    if (total <= budget) return;
    stages.delete(oldest);
    total -= stage.bytes;
  }
}

/**
 * What a stage made before under the same key, or what `make` makes now, which is then remembered. `make` must be a
 * pure function of what the key names; a failure is not remembered.
 */
export async function stage<T>(
  source: StageSource,
  { memory }: StagedRun,
  make: () => T | Promise<T>,
): Promise<Keyed<T>> {
  const key = stageKey(source);
  const known = key === null ? undefined : memory?.stages.get(key);
  if (memory === undefined || key === null) return { key, value: await make() };
  if (known !== undefined) {
    memory.stages.delete(key);
    memory.stages.set(key, known);
    return { key, value: known.value as T };
  }
  const value = await make();
  keep(memory, key, value);
  return { key, value };
}
