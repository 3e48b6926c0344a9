import type { RemedySetting } from '../../src-core/errors.js';
import { changeJob } from './app.js';
import type { App } from './app.js';
import { fetchPreviews } from './preview-actions.js';

type Section = Readonly<Record<string, unknown>>;

/** An object with the value at a path of one or two keys replaced. */
function withValue<T extends object>(whole: T, [head, ...rest]: readonly string[], value: unknown): T {
  if (rest.length === 0) return { ...whole, [head]: value };
  const section = (whole as Section)[head] as Section;
  return { ...whole, [head]: withValue(section, rest, value) };
}

/** Gives a setting of the job the value that a failure asks for, as one step of undo. */
export function setSetting(app: App, setting: RemedySetting, value: number | string): void {
  changeJob(app, (job) => withValue(job, setting.split('.'), value));
  void fetchPreviews(app);
}
