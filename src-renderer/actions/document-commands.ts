import { documentName } from '../state/documents.js';
import type { Session } from '../state/session.js';
import type { App } from './app.js';
import type { Command } from './commands.js';
import { askToClose, stepDocument, switchTo } from './document-actions.js';
import { reopen, saveProject } from './project-actions.js';

const open = ({ tabs }: Session): boolean => tabs.length > 0;
const several = ({ tabs }: Session): boolean => tabs.length > 1;

/** What can be done with open images and their project. */
export const documentCommands: readonly Command[] = [
  {
    id: 'save-project',
    title: 'Save the project',
    keys: ['mod+s'],
    possible: open,
    run: (app) => void saveProject(app, false),
  },
  {
    id: 'save-project-as',
    title: 'Save the project as …',
    keys: ['mod+shift+s'],
    possible: open,
    run: (app) => void saveProject(app, true),
  },
  {
    id: 'reopen',
    title: 'Reopen what was open last time',
    keys: [],
    possible: ({ offer }) => offer !== null,
    run: (app) => void reopen(app),
  },
  {
    id: 'next-document',
    title: 'Next open image',
    // Browsers keep Ctrl with PageDown for their own tabs.
    keys: ['alt+pagedown', 'mod+pagedown'],
    possible: several,
    run: (app) => {
      stepDocument(app, 1);
    },
  },
  {
    id: 'previous-document',
    title: 'Previous open image',
    keys: ['alt+pageup', 'mod+pageup'],
    possible: several,
    run: (app) => {
      stepDocument(app, -1);
    },
  },
  {
    id: 'close-document',
    title: 'Close this image',
    keys: ['alt+w'],
    possible: open,
    run: (app) => {
      askToClose(app, app.session.get().activeDocument);
    },
  },
];

/** One command for each open image that is not shown. */
export function switchCommands(session: Session): Command[] {
  return session.tabs
    .filter((id) => id !== session.activeDocument)
    .map((id) => ({
      id: `switch-${id}`,
      title: `Go to ${documentName(session, id)}`,
      keys: [],
      possible: () => true,
      run: (app: App) => {
        switchTo(app, id);
      },
    }));
}
