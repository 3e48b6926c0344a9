import type { ReactNode } from 'react';
import { patch } from '../actions/app.js';
import { BatchToggle } from '../batch/batch-toggle.js';
import { showKey } from '../actions/commands.js';
import { useApp } from './app-context.js';
import { CommandIcon } from './command-button.js';
import { DocumentTabs } from './document-tabs.js';
import { redoIcon, themeIcon, undoIcon } from './icons.js';

/** The top: what is open, undo and redo, the command palette, the theme. */
export function TitleBar(): ReactNode {
  const app = useApp();
  return (
    <header className="title-bar">
      <strong>Epiflux</strong>
      <DocumentTabs />
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
