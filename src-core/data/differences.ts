/** A value that is not the one of the base, by its place ("model.lengthNm"). */
export interface Difference {
  readonly path: string;
  readonly value: unknown;
  readonly base: unknown;
}

const isSection = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Where plain data (of objects, arrays and simple values) differ from a base, in the order of the data's keys.
 * Objects are gone into, arrays are compared whole; what only the base has is left out.
 */
export function differencesOf(value: unknown, base: unknown, path = ''): Difference[] {
  if (isSection(value) && isSection(base)) {
    return Object.entries(value).flatMap(([key, part]) =>
      differencesOf(part, base[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(value) === JSON.stringify(base) ? [] : [{ path, value, base }];
}
