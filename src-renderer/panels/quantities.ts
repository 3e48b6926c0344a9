import type { Quantity } from '../state/quantity.js';

/** Lengths of the model and of pixels: 0.1 nm to 1 mm. */
export const lengthQuantity: Quantity = { kind: 'length', least: 0.1, most: 1e6 };
/** A displacement, either way: up to 1 mm, by steps of 1 nm. */
export const shiftQuantity: Quantity = { kind: 'length', least: -1e6, most: 1e6, step: 1 };
/** A share that is neither nothing nor all. */
export const shareQuantity: Quantity = { kind: 'share', least: 0.001, most: 0.999 };
/** A relative sd that leaves a value well apart from nothing. */
export const ratioSdQuantity: Quantity = { kind: 'share', least: 0.001, most: 0.499 };
/** A positive number without a unit. */
export const positiveQuantity: Quantity = { kind: 'number', least: 1e-6, most: 1e6 };
/** A positive number or none. */
export const amountQuantity: Quantity = { kind: 'number', least: 0, most: 1e6 };
/** A whole number of things. */
export const countQuantity: Quantity = { kind: 'number', least: 0, most: 1e6, step: 1 };
/** Any level of intensity. */
export const levelQuantity: Quantity = { kind: 'number', least: -1e9, most: 1e9 };
/** Diffusivities. */
export const diffusivityQuantity: Quantity = { kind: 'number', least: 1e-9, most: 1e3, unit: 'µm²/s' };
