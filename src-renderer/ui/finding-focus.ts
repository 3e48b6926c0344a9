import { type App, patch } from '../actions/app.js';

/** Puts the focus on the finding after the one that has it; on the first, where none has. */
function focusAfter(): void {
  const findings = [...document.querySelectorAll<HTMLElement>('[data-finding]')];
  const at = findings.findIndex((each) => each.contains(document.activeElement));
  const next = findings.at((at + 1) % Math.max(1, findings.length));
  next?.scrollIntoView({ block: 'nearest' });
  next?.focus();
}

/** Opens the step of the source and puts the focus on the next finding of the import doctor. */
export function focusNextFinding(app: App): void {
  const { openSteps } = app.session.get();
  if (!openSteps.includes('source')) patch(app, { openSteps: [...openSteps, 'source'] });
  // The step is drawn before the next frame but one.
  requestAnimationFrame(() => requestAnimationFrame(focusAfter));
}
