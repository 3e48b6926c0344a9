import { randomBytes } from 'node:crypto';
import type { Triple } from '../../src-core/index.js';
import type { DataHandle } from '../api.js';

/** An array with its grid shape (z, y, x). */
export interface HeldArray {
  readonly values: Float32Array | Uint8Array;
  readonly shape: Triple;
  /** Names the bytes; left out, nothing else is of the same content. */
  readonly content?: string;
}

/** Arrays that windows fetch by handle, kept within a budget of bytes. */
export interface DataStore {
  /**
   * Takes arrays that belong together (they are let go together) and gives each a handle. Whatever was fetched
   * longest ago is let go until the budget holds; what was put last always stays.
   */
  readonly put: <T extends Readonly<Record<string, HeldArray>>>(arrays: T) => { [K in keyof T]: DataHandle };
  /** The array, now the most recently used; undefined where it was let go or never was. */
  readonly read: (id: string) => HeldArray | undefined;
  /** Lets the array go, and all that were put with it. */
  readonly drop: (id: string) => void;
  /** Bytes held now. */
  readonly bytes: () => number;
}

interface Holding {
  readonly bytes: number;
  readonly arrays: ReadonlyMap<string, HeldArray>;
}

/** An id that cannot be guessed: 16 characters for a URL. */
export function freshId(): string {
  return randomBytes(12).toString('base64url');
}

function handleOf(id: string, { values, shape, content = id }: HeldArray): DataHandle {
  return { id, type: values instanceof Float32Array ? 'float32' : 'uint8', shape, content };
}

/** An empty store that holds up to `budget` bytes. */
export function makeDataStore(budget: number): DataStore {
  const holdings = new Map<string, Holding>();
  const recent = new Set<Holding>();
  let total = 0;

  const letGo = (holding: Holding): void => {
    recent.delete(holding);
    for (const id of holding.arrays.keys()) holdings.delete(id);
    total -= holding.bytes;
  };
  const touch = (holding: Holding): void => {
    recent.delete(holding);
    recent.add(holding);
  };
  const put: DataStore['put'] = (arrays) => {
    const entries = Object.entries(arrays).map(([name, array]) => ({ name, array, id: freshId() }));
    const bytes = entries.reduce((sum, { array }) => sum + array.values.byteLength, 0);
    const holding: Holding = { bytes, arrays: new Map(entries.map(({ id, array }) => [id, array])) };
    for (const { id } of entries) holdings.set(id, holding);
    touch(holding);
    total += bytes;
    for (const oldest of recent) {
      if (total <= budget || oldest === holding) break;
      letGo(oldest);
    }
    const handles = entries.map(({ name, id, array }) => [name, handleOf(id, array)]);
    return Object.fromEntries(handles) as { [K in keyof typeof arrays]: DataHandle };
  };
  const read: DataStore['read'] = (id) => {
    const holding = holdings.get(id);
    if (holding) touch(holding);
    return holding?.arrays.get(id);
  };
  const drop: DataStore['drop'] = (id) => {
    const holding = holdings.get(id);
    if (holding) letGo(holding);
  };
  return { put, read, drop, bytes: () => total };
}
