import type { Adoption } from '../state/open-documents.js';
import { type App, changeSettings } from './app.js';
import { fetchPreviews } from './preview-actions.js';

/** Takes the settings of the document that was shown before, or those of the file itself, as one step of undo. */
export function takeSettings(app: App, adoption: Adoption, which: 'theirs' | 'own'): void {
  changeSettings(app, (settings) => ({ ...settings, job: adoption[which].job }));
  void fetchPreviews(app);
}
