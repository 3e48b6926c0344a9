import { useEffect } from 'react';
import type { App } from '../actions/app.js';
import { commandForKey, keyOf } from '../actions/commands.js';
import type { Session } from '../state/session.js';

const typing = 'input[type="text"], textarea, select, [contenteditable="true"]';
const pressable = 'button, a, summary, input, select, [role="radio"], [role="option"]';

/** Whether a key belongs to the element that has the focus rather than to the window. */
function belongsToElement(key: string, target: Element): boolean {
  if (['mod+k', 'mod+o', 'mod+s', 'mod+shift+s'].includes(key) || key.startsWith('alt+page')) return false;
  if (key.startsWith('mod+')) return target.matches('[data-editing]');
  if (key === 'escape') return target.matches('[data-editing]');
  if (key === ' ' || key === 'enter') return target.matches(pressable);
  return target.matches(typing);
}

/** Whether a dialog takes the keys. */
function isAsking({ palette, question, tableQuestion }: Session): boolean {
  return palette || question !== null || tableQuestion !== null;
}

/** Runs commands by their keys, save where somebody types or a dialog is open. */
export function useShortcuts(app: App): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isAsking(app.session.get())) return;
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
