import type { DataHandle } from '../../src-main/api.js';
import { RefusedFetch } from './transport.js';

/** Hands bytes to the main side; the handle is what requests name them by. Rejects with what it answered. */
export async function sendBytes(bytes: Uint8Array<ArrayBuffer>): Promise<DataHandle> {
  const response = await fetch('/data', { method: 'POST', body: bytes });
  const answer: unknown = await response.json();
  if (!response.ok) throw new RefusedFetch(answer);
  return answer as DataHandle;
}
