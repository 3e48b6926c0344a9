import { basename } from 'node:path';

/** The name that results of an input share: its file name without `.gz` and without its extension (`.ome.tif` is one). */
export function stemOf(path: string): string {
  const name = basename(path).replace(/\.gz$/i, '');
  return name.replace(/\.ome\.(tiff?|tf2|tf8|btf)$|(?<=.)\.[^.]*$/i, '') || name;
}
