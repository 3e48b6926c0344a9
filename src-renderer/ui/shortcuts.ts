import { useEffect } from 'react';
import type { App } from '../actions/app.js';
import { commandForKey, keyOf } from '../actions/commands.js';

const typing = 'input[type="text"], textarea, select, [contenteditable="true"]';
const pressable = 'button, a, summary, input, select, [role="radio"], [role="option"]';

/** Whether a key belongs to the element that has the focus rather than to the window. */
function belongsToElement(key: string, target: Element): boolean {
  if (key === 'mod+k' || key === 'mod+o') return false;
  if (key.startsWith('mod+')) return target.matches('[data-editing]');
  if (key === 'escape') return target.matches('[data-editing]');
  if (key === ' ' || key === 'enter') return target.matches(pressable);
  return target.matches(typing);
}

/** Runs commands by their keys, save where somebody types or a dialog is open. */
export function useShortcuts(app: App): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || app.session.get().palette) return;
      if (app.session.get().tableQuestion !== null) return;
      const key = keyOf(event);
      if (event.target instanceof Element && belongsToElement(key, event.target)) return;
      const command = commandForKey(app.session.get(), key);
      if (command === undefined) return;
      event.preventDefault();
      command.run(app);
    };
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('keydown', press);
    };
  }, [app]);
}
