import { canRegister } from '../state/registration.js';
import { type App, changeJob } from './app.js';
import type { Command } from './commands.js';
import { runJob } from './job-actions.js';

/** Has the channels registered from the equation, as one step of undo, and λ inferred with them so. */
async function registerChannels(app: App): Promise<void> {
  changeJob(app, (job) => ({ ...job, calibration: { ...job.calibration, shiftNm: 'auto' } }));
  // Where the map follows the settings, it is on its way already.
  if (app.session.get().updating === null) await runJob(app);
}

/** What can be done about channels that are displaced against each other. */
export const registrationCommands: readonly Command[] = [
  {
    id: 'register-channels',
    title: 'Register the channels and infer λ again',
    keys: [],
    possible: canRegister,
    run: (app) => void registerChannels(app),
  },
];
