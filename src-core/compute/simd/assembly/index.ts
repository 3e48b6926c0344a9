export { multiply, multiplyParts } from './matrix-product';
export { addRow, affine, columnSums, combine, hyperbolicTangent, timesColumn, timesRow } from './pointwise';
export { denseProduct } from './dense-product';
export { correlate, gather } from './stencil';
export { addTerm, clenshaw, voxelPass } from './voxel-pass';
export { transcendental } from './transcendental';
