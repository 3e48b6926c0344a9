import type { Finding, FindingRemedy } from '../../src-core/doctor/finding.js';
import { type Session, settingsOf } from './session.js';

/** What the import doctor found about a file under the settings that `key` stands for. */
export interface ShownFindings {
  readonly key: string;
  readonly list: readonly Finding[];
}

/** A remedy with its finding, and the key that makes it while the finding has the focus. */
export interface ShownRemedy {
  readonly id: string;
  readonly key: string;
  readonly finding: Finding;
  readonly remedy: FindingRemedy;
}

/** What findings depend on, as a text; null where no file is open. */
export function doctorKey(session: Session): string | null {
  const settings = settingsOf(session);
  if (session.project === null || settings === null) return null;
  const { channels, z, frame, calibration, table, model } = settings.job;
  const files = [session.project.source.grant.id, settings.second?.grant.id ?? null];
  return JSON.stringify([files, channels, z, frame, calibration, table, model.lengthNm]);
}

/** What was found about the open file; null as long as nobody has looked. */
export function findingsOf({ project, importFindings }: Session): readonly Finding[] | null {
  return project === null ? null : (importFindings?.list ?? null);
}

/** Whether something was found that would make a result wrong, or stand in its way. */
export function isDoubtful(session: Session): boolean {
  return findingsOf(session)?.some(({ severity }) => severity !== 'note') === true;
}

const letters = 'abcdefgh';

/** The remedies of a finding, the first of which Enter makes too. */
export function remediesOfFinding(finding: Finding): ShownRemedy[] {
  return finding.remedies.map((remedy, k) => ({
    id: `remedy-${finding.code}-${letters[k]}`,
    key: letters[k],
    finding,
    remedy,
  }));
}
