import type { FolderGrant } from '../../src-main/api-batch.js';
import { RefusedFetch } from './transport.js';

/** Sends a file into a folder of the session, at a path below it; throws what the main side answered. */
export async function sendIntoFolder(
  folder: string,
  { path, file }: { readonly path: string; readonly file: File },
  signal: AbortSignal,
): Promise<FolderGrant> {
  const query = new URLSearchParams({ folder, name: path });
  const response = await fetch(`/upload?${query.toString()}`, { method: 'POST', body: file, signal });
  const answer: unknown = await response.json();
  if (!response.ok) throw new RefusedFetch(answer);
  return answer as FolderGrant;
}
