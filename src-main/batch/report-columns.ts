import { formatNumber, shiftText } from '../../src-core/index.js';
import type { ResultDocument } from '../engine/result-document.js';

/** A setting that was given, or found in each image: its name, and its value in words. */
interface Setting {
  readonly title: string;
  readonly value: (document: ResultDocument) => string;
}

const nm = (value: number): string => `${formatNumber(value)} nm`;
const nmOrNone = (value: number | null): string => (value === null ? 'none' : nm(value));

const wordsFor = { user: 'given', data: 'from the image', default: 'default' } as const;

const settings: readonly Setting[] = [
  { title: 'Pixel size', value: ({ input }) => nm(input.pixelSizeNm) },
  { title: 'Pixel size from', value: ({ input }) => input.pixelSizeSource },
  { title: 'z step', value: ({ input }) => (input.zStepNm === null ? 'none' : nm(input.zStepNm)) },
  { title: 'Channels', value: ({ calibration }) => calibration.channels.join(', ') },
  {
    title: 'Euchromatin moved back by',
    value: ({ calibration: { registration } }) =>
      registration.applied === null ? 'nothing' : shiftText(registration.applied.shiftNm, null),
  },
  {
    title: 'Level of λ known to',
    value: ({ calibration }) => {
      // Results of before have none.
      const { levelSd = null } = calibration as Partial<typeof calibration>;
      return levelSd === null ? 'not told' : `± ${Number((100 * levelSd.relative).toPrecision(2))} %`;
    },
  },
  { title: 'Nucleus', value: ({ region }) => region.method },
  { title: 'Mask file', value: ({ mask }) => mask?.name ?? 'none' },
  { title: 'Second file', value: ({ second }) => second?.name ?? 'none' },
  { title: 'Solver', value: ({ solver }) => solver.name },
  { title: 'Mollifier, rms', value: ({ settings: { mollifierNm } }) => nmOrNone(mollifierNm) },
  {
    title: 'Mollifier from',
    value: ({ settings }) => (settings.mollifierNm === null ? 'none' : wordsFor[settings.mollifierFrom]),
  },
  { title: 'Length scale of λ', value: ({ settings }) => nmOrNone(settings.lengthScaleNm) },
  {
    title: 'Length scale from',
    value: ({ settings: { prior } }) => (prior === null ? 'none' : wordsFor[prior.from]),
  },
];

/** Settings of many results: those that are the same in all, with their value, and those that differ. */
export interface SettingsComparison {
  readonly shared: readonly { readonly title: string; readonly value: string }[];
  readonly differing: readonly { readonly title: string; readonly values: readonly string[] }[];
}

/** Compares the settings that results were made with. */
export function compareSettings(rows: readonly (readonly string[])[]): SettingsComparison {
  const columns = settings.map(({ title }, column) => ({ title, values: rows.map((row) => row[column]) }));
  const isShared = ({ values }: { values: readonly string[] }): boolean => new Set(values).size <= 1;
  return {
    shared: columns.filter(isShared).map(({ title, values }) => ({ title, value: values[0] ?? 'none' })),
    differing: columns.filter((column) => !isShared(column)),
  };
}

/** The settings of one result, as `compareSettings` takes them. */
export function settingsRow(document: ResultDocument): string[] {
  return settings.map(({ value }) => value(document));
}
