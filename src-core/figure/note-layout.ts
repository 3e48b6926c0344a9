import { type Box, pageColors, type TextLine } from './page-items.js';
import { lineHeight, setBlock, typeSize } from './typesetting.js';

/** A heading and its entries, each a sentence or two. */
export interface NoteSection {
  readonly heading: string;
  readonly entries: readonly string[];
  readonly marker: 'bullet' | 'warning';
}

/** Notes with their places. */
export interface PlacedNotes {
  readonly lines: readonly TextLine[];
  /** Where the warning signs go. */
  readonly warnings: readonly Box[];
  /** y of a rule above the notes, and its ends. */
  readonly rule?: { readonly y: number; readonly left: number; readonly right: number };
  readonly bottom: number;
}

/** Place for the notes: left edge, top, width and the gap between two columns. */
export interface NotePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly gap: number;
}

const indent = 3.6;
const narrowestColumn = 55;
const nothing = (bottom: number): PlacedNotes => ({ lines: [], warnings: [], bottom });

function join(a: PlacedNotes, b: PlacedNotes): PlacedNotes {
  return {
    lines: [...a.lines, ...b.lines],
    warnings: [...a.warnings, ...b.warnings],
    bottom: Math.max(a.bottom, b.bottom),
  };
}

function placeEntry(text: string, section: NoteSection, place: NotePlace): PlacedNotes {
  const style = { y: place.y, size: typeSize.text, color: pageColors.ink };
  const block = setBlock(text, { ...style, x: place.x + indent, width: place.width - indent });
  if (section.marker === 'warning') {
    const size = 0.95 * typeSize.text;
    const sign = { x: place.x, y: place.y + 0.16 * typeSize.text, width: 1.1 * size, height: size };
    return { lines: block.lines, warnings: [sign], bottom: block.bottom + 0.7 };
  }
  const bullet = setBlock('•', { ...style, x: place.x + 0.8, width: indent, color: pageColors.muted });
  return { lines: [...bullet.lines, ...block.lines], warnings: [], bottom: block.bottom + 0.7 };
}

function placeSection(section: NoteSection, place: NotePlace): PlacedNotes {
  const heading = setBlock(section.heading, {
    ...place,
    size: typeSize.text,
    color: pageColors.ink,
    bold: true,
  });
  let notes: PlacedNotes = { lines: heading.lines, warnings: [], bottom: heading.bottom + 0.5 };
  for (const text of section.entries) {
    notes = join(notes, placeEntry(text, section, { ...place, y: notes.bottom }));
  }
  return notes;
}

function placeColumn(sections: readonly NoteSection[], place: NotePlace): PlacedNotes {
  let notes = nothing(place.y);
  for (const section of sections) {
    const y = notes.lines.length === 0 ? place.y : notes.bottom + 0.6 * lineHeight(typeSize.text);
    notes = join(notes, placeSection(section, { ...place, y }));
  }
  return notes;
}

/** Places two columns of sections, or one where a column would be too narrow; sections without entries are left out. */
export function placeNotes(columns: readonly (readonly NoteSection[])[], place: NotePlace): PlacedNotes {
  const filled = columns
    .map((sections) => sections.filter((section) => section.entries.length > 0))
    .filter((sections) => sections.length > 0);
  if (filled.length === 0) return nothing(place.y);
  const width = (place.width - place.gap) / 2;
  const top = place.y + 2.5;
  const rule = { y: place.y, left: place.x, right: place.x + place.width };
  if (width < narrowestColumn || filled.length === 1) {
    return { ...placeColumn(filled.flat(), { ...place, y: top }), rule };
  }
  const [left, right] = filled.map((sections, k) =>
    placeColumn(sections, { ...place, x: place.x + k * (width + place.gap), y: top, width }),
  );
  return { ...join(left, right), rule };
}
