import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memorySource } from '../../src-core/io/byte-source.js';
import { openImage } from '../../src-core/io/open-image.js';
import { quietRun } from '../../src-core/run.js';
import type { ResultDocument } from '../../src-main/engine/result-document.js';

/** result.json without the one number that may differ between equal runs. */
function withoutSeconds(text: string): string {
  const document = JSON.parse(text) as { solver: { seconds?: number } };
  delete document.solver.seconds;
  return JSON.stringify(document);
}

function fingerprint(path: string): string {
  const bytes = readFileSync(path);
  const content = path.endsWith('.result.json') ? withoutSeconds(bytes.toString()) : bytes;
  return createHash('sha256').update(content).digest('hex');
}

/** Every file below a folder by its path and a hash of its content, times and the ledger left out. */
export function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'ledger.jsonl')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(names.map((path) => [path.slice(folder.length + 1), fingerprint(path)]));
}

export function readResult(folder: string, stem: string): ResultDocument {
  return JSON.parse(readFileSync(join(folder, `${stem}.result.json`), 'utf8')) as ResultDocument;
}

/** One plane of an image file, and what the file says of itself. */
export async function readImagePlane(path: string, channel = 0) {
  const source = memorySource(path, readFileSync(path));
  const image = await openImage(source, quietRun);
  const values = await image.readPlane({ z: 0, channel, frame: 0 }, quietRun);
  return { source, metadata: image.metadata, values };
}
