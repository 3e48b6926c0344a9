import type { RemedySetting } from '../../src-core/errors.js';
import { findingsOf, remediesOfFinding, type ShownRemedy } from '../state/import-findings.js';
import { type Session, settingsOf } from '../state/session.js';
import { focusNextFinding } from '../ui/finding-focus.js';
import { focusSetting } from '../ui/setting-focus.js';
import { type App, changeJob } from './app.js';
import type { Command } from './commands.js';
import { fetchPreviews } from './preview-actions.js';
import { setSetting } from './remedy-actions.js';
import { describeTableAgain, reviewColumns } from './table-actions.js';

/** A displacement as a remedy names it: "29.9,0.8". */
function shiftOf(text: string): [number, number] {
  const [x, y] = text.split(',').map(Number);
  return [x, y];
}

/** A choice of a column as a remedy names it: "z=". */
function setColumn(app: App, text: string): void {
  const [role, name = ''] = text.split('=');
  changeJob(app, (job) => ({
    ...job,
    table: { ...job.table, columns: { ...job.table.columns, [role]: name } },
  }));
}

function setTable(app: App, setting: RemedySetting, value: string): void {
  const before = settingsOf(app.session.get());
  if (setting === 'table.columns') setColumn(app, value);
  else setSetting(app, setting, value);
  void describeTableAgain(app, before);
  void fetchPreviews(app);
}

function takeAsDensity(app: App, channel: number): void {
  changeJob(app, (job) => ({ ...job, channels: { kind: 'density', density: { file: 0, channel } } }));
  void fetchPreviews(app);
}

/** Makes the setting that a remedy names, as one step of undo. */
function make(app: App, setting: RemedySetting, value: number | string): void {
  if (setting === 'table.columns' || setting === 'table.units') setTable(app, setting, String(value));
  else if (setting === 'channels.density') takeAsDensity(app, Number(value));
  else if (setting === 'calibration.shiftNm' && value !== 'auto') {
    const shiftNm = shiftOf(String(value));
    changeJob(app, (job) => ({ ...job, calibration: { ...job.calibration, shiftNm } }));
  } else setSetting(app, setting, value);
}

/** Goes to where a setting is made that has no value yet. */
function goTo(app: App, setting: RemedySetting): void {
  const isTable = app.session.get().project?.source.description.kind === 'table';
  const inDialog = setting.startsWith('table.') || setting === 'calibration.pixelSizeNm';
  if (isTable && inDialog && setting !== 'table.spacingNm') void reviewColumns(app);
  else focusSetting(app, setting);
}

function commandOfRemedy({ id, remedy, finding }: ShownRemedy): Command {
  const { setting, value, words } = remedy;
  return {
    id,
    title: `Import doctor: ${words} (${finding.code.replaceAll('-', ' ')})`,
    keys: [],
    possible: ({ project }) => project !== null,
    run: (app) => {
      if (value === undefined) goTo(app, setting);
      else make(app, setting, value);
    },
  };
}

/** One command for each remedy of what the import doctor found about the open file. */
export function remedyCommands(session: Session): Command[] {
  return (findingsOf(session) ?? []).flatMap(remediesOfFinding).map(commandOfRemedy);
}

/** Makes a remedy, if it is still one of those that there are. */
export function performRemedy(app: App, id: string): void {
  remedyCommands(app.session.get())
    .find((command) => command.id === id)
    ?.run(app);
}

/** What can be done with the findings of the import doctor. */
export const findingCommands: readonly Command[] = [
  {
    id: 'next-finding',
    title: 'Import doctor: go to the next finding about the file',
    keys: ['i'],
    possible: (session) => (findingsOf(session) ?? []).length > 0,
    run: focusNextFinding,
  },
];
