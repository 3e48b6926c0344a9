import type { TablePreview } from '../../src-core/io/table-preview.js';
import { headerKey, type TableChoice } from '../state/table-choice.js';

const place = 'epiflux-tables';
const most = 100;

function isChoice(value: unknown): value is TableChoice {
  return typeof value === 'object' && value !== null && 'columns' in value && 'units' in value;
}

function kept(): [string, TableChoice][] {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
    const entries: unknown[] = Array.isArray(parsed) ? parsed : [];
    return entries.filter(
      (entry): entry is [string, TableChoice] =>
        Array.isArray(entry) && typeof entry[0] === 'string' && isChoice(entry[1]),
    );
  } catch {
    // A window without storage, or with something else in it, remembers nothing.
    return [];
  }
}

/**
 * What was chosen for the last table with the same header (without one: as many columns); null where nothing was. A
 * pixel size that the file itself says is not taken from another.
 */
export function rememberedChoice(preview: TablePreview): TableChoice | null {
  const choice = kept().find(([key]) => key === headerKey(preview))?.[1] ?? null;
  if (choice === null || preview.pixelSizeNm === null) return choice;
  return { ...choice, pixelSizeNm: null };
}

/** Keeps a choice for tables with the same header. */
export function rememberChoice(preview: TablePreview, choice: TableChoice): void {
  const key = headerKey(preview);
  const entries = [[key, choice] as const, ...kept().filter(([other]) => other !== key)].slice(0, most);
  try {
    localStorage.setItem(place, JSON.stringify(entries));
  } catch {
    // A window without storage asks again next time.
  }
}
