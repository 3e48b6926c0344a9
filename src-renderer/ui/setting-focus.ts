import type { RemedySetting } from '../../src-core/errors.js';
import { type App, patch } from '../actions/app.js';
import { fieldOf } from '../state/setting-fields.js';

const control = 'input:checked, input:not([type="radio"]), select, button';

/** The control of a setting, with whatever folds it away opened; else the head of its step. */
function controlOf(setting: RemedySetting): HTMLElement | null {
  const field = document.querySelector(`[data-setting~="${setting}"]`);
  const folded = field?.closest('details');
  if (folded) folded.open = true;
  const step = document.querySelector<HTMLElement>(`[data-step="${fieldOf(setting).step}"] h2 button`);
  return field?.querySelector<HTMLElement>(control) ?? step;
}

/** Opens the step that a setting is in and puts the focus on its field, its value selected. */
export function focusSetting(app: App, setting: RemedySetting): void {
  const { step } = fieldOf(setting);
  const { openSteps } = app.session.get();
  if (!openSteps.includes(step)) patch(app, { openSteps: [...openSteps, step] });
  // The step is drawn before the next frame but one.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const found = controlOf(setting);
      found?.scrollIntoView({ block: 'nearest' });
      found?.focus();
      if (found instanceof HTMLInputElement && found.type === 'text') found.select();
    }),
  );
}
