import { failureOf } from '../engine/client.js';
import { doctorKey } from '../state/import-findings.js';
import { type Session, settingsOf } from '../state/session.js';
import { type App, log, pinned } from './app.js';

/** A setting that moves is looked at once it has stood still for so long. */
const stillMs = 250;

const doctor = {
  /** The settings that were asked about last. */
  asked: null as string | null,
  still: undefined as ReturnType<typeof setTimeout> | undefined,
};

function requestOf(session: Session) {
  const settings = settingsOf(session);
  if (session.project === null || settings === null) return null;
  const { second, job } = settings;
  const input = session.project.source.grant.id;
  return { files: { input, ...(second !== null && { second: second.grant.id }) }, job };
}

async function examine(shown: App, key: string): Promise<void> {
  const app = pinned(shown);
  const client = app.client();
  const request = requestOf(app.session.get());
  if (client === null || request === null) return;
  try {
    const { findings } = await client.request('inspect', request);
    app.session.set((session) =>
      doctorKey(session) === key ? { ...session, importFindings: { key, list: findings } } : session,
    );
  } catch (error) {
    log(app, 'warning', `The import doctor could not look at the file: ${failureOf(error).message}`);
  }
}

function look(app: App): void {
  const session = app.session.get();
  const key = doctorKey(session);
  if (key === doctor.asked) return;
  clearTimeout(doctor.still);
  if (key === null || session.importFindings?.key === key) {
    doctor.asked = key;
    return;
  }
  const first = session.importFindings === null;
  doctor.asked = key;
  doctor.still = setTimeout(
    () => {
      void examine(app, key);
    },
    first ? 0 : stillMs,
  );
}

/** Has the import doctor look at whatever file is shown, and again when its settings change. */
export function followDoctor(app: App): void {
  app.session.subscribe(() => {
    look(app);
  });
}
