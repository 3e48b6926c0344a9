import { z } from 'zod';
import { grantedId as id } from './api-batch.js';
import { type DataHandle, rawPlaneSchema } from './api-planes.js';
import { type DataKind, dataKinds } from './engine/data-kinds.js';
import { pageSchema } from './page-schemas.js';

/** The files that `epiflux infer` writes, by the ends of their names. */
export const exportKinds = [
  'figure.svg',
  'figure.png',
  'lambda.ome.tif',
  'phi.ome.tif',
  'mask.ome.tif',
  'result.json',
] as const;
export type ExportKind = (typeof exportKinds)[number] | DataKind;

/** A page that was drawn: its bytes (SVG or PNG), its size on paper and as pixels, and the data of its panels. */
export interface PageDrawing {
  readonly data: DataHandle;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Of a PNG at the dpi of the look. */
  readonly pixels: { readonly width: number; readonly height: number };
  readonly panels: readonly { readonly widthMm: number; readonly heightMm: number }[];
}

/** An exported file: saved where the user said, given up by the user, or to be fetched from `url`. */
export type ExportedFile =
  | { readonly state: 'ready'; readonly name: string; readonly bytes: number; readonly url: string }
  | { readonly state: 'saved'; readonly name: string; readonly bytes: number }
  | { readonly state: 'given-up' };

const fileName = z.string().min(1).max(200);
const format = z.enum(['svg', 'png']);

const page = pageSchema(id, rawPlaneSchema);

/** What requests for exports must look like. */
export const exportRequestSchemas = {
  /** `name` replaces the usual one; its extension is kept. */
  exportFile: z.strictObject({
    job: id,
    kind: z.enum([...exportKinds, ...dataKinds]),
    name: fileName.exactOptional(),
  }),
  /** A page to be looked at or copied: its bytes, to be fetched once and dropped. */
  drawPage: z.strictObject({ job: id, page, format }),
  exportPage: z.strictObject({ job: id, page, format, name: fileName }),
} as const;
