/** Files that are made of a result on request; `epiflux infer` writes `pixels.csv` where it is asked to. */
export const dataKinds = [
  'layers.ome.tif',
  'density.ome.tif',
  'phi-h.ome.tif',
  'phi-e.ome.tif',
  'lambda-sd.ome.tif',
  'lambda-resolution.ome.tif',
  'residual.ome.tif',
  'identifiable.ome.tif',
  'pixels.csv',
  'statistics.csv',
] as const;

/** One of them, by the end of its name. */
export type DataKind = (typeof dataKinds)[number];
