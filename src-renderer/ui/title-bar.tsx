import type { ReactNode } from 'react';
import { patch } from '../actions/app.js';
import { BatchToggle } from '../batch/batch-toggle.js';
import { showKey } from '../actions/commands.js';
import { useApp, useSession } from './app-context.js';
import { CommandIcon } from './command-button.js';
import { redoIcon, themeIcon, undoIcon } from './icons.js';

/** The top: what is open, undo and redo, the command palette, the theme. */
export function TitleBar(): ReactNode {
  const app = useApp();
  const name = useSession(({ project }) => project?.source.grant.name ?? null);
  return (
    <header className="title-bar">
      <strong>Epiflux</strong>
      <span className="dim title-file">{name ?? 'no file open'}</span>
      <span className="spacer" />
      <CommandIcon id="undo">{undoIcon}</CommandIcon>
      <CommandIcon id="redo">{redoIcon}</CommandIcon>
      <BatchToggle />
      <button
        type="button"
        className="palette-button"
        onClick={() => {
          patch(app, { palette: true });
        }}
      >
        <span>Do anything …</span>
        <kbd>{showKey('mod+k')}</kbd>
      </button>
      <CommandIcon id="theme">{themeIcon}</CommandIcon>
    </header>
  );
}
