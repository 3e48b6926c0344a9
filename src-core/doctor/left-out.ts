import type { LocalizationTable } from '../io/table.js';

/** What was left out of a table, in sentences; none where nothing was. */
export function leftOutNotes({
  rows,
  dropped,
  firstBad,
}: Pick<LocalizationTable, 'rows' | 'dropped' | 'firstBad'>): string[] {
  const { notFinite, duplicate } = dropped;
  return [
    ...(firstBad === undefined
      ? []
      : [
          `${notFinite} of ${rows} rows hold no finite position and are left out; the first is row ${firstBad.row}: "${firstBad.text}".`,
        ]),
    ...(duplicate > 0 ? [`${duplicate} rows are exact copies of another and are left out.`] : []),
  ];
}
