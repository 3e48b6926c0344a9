/** Nanometres per unit of length, by the spellings that image and table headers use. */
const nmPerUnit: Readonly<Record<string, number>> = {
  pm: 1e-3,
  å: 0.1,
  angstrom: 0.1,
  nm: 1,
  nanometer: 1,
  nanometers: 1,
  um: 1e3,
  µm: 1e3,
  μm: 1e3,
  micron: 1e3,
  microns: 1e3,
  micrometer: 1e3,
  micrometers: 1e3,
  mm: 1e6,
  millimeter: 1e6,
  cm: 1e7,
  m: 1e9,
  meter: 1e9,
  inch: 2.54e7,
  in: 2.54e7,
};

/** Nanometres in one `unit` (case and the two Unicode micro signs are ignored), or undefined if unknown. */
export function nanometresPer(unit: string): number | undefined {
  const name = unit
    .trim()
    .replace(/\\u00b5/gi, 'µ')
    .toLowerCase();
  return nmPerUnit[name];
}
