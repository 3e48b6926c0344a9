import { previewTable, type Run, type TablePreview } from '../../src-core/index.js';
import { openFile } from '../engine/file-source.js';
import { withPaths } from '../engine/named-paths.js';

/** How the table at a path begins; null where the file is no table. Throws as previewTable does. */
export async function readTablePreview(
  { path }: { readonly path: string },
  run: Run,
): Promise<{ readonly preview: TablePreview | null }> {
  const file = await openFile(path, run);
  try {
    return { preview: await withPaths([file], () => previewTable(file.source, run)) };
  } finally {
    await file.close();
  }
}
