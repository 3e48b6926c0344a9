import { type ReactNode, useId } from 'react';
import { changeChoices } from '../actions/page-actions.js';
import { chosenExtension, chosenName, usualName } from '../state/export-names.js';
import { isPage } from '../state/page.js';
import { useApp, useSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { FieldRow } from '../ui/field.js';
import { TextEntry } from '../ui/text-entry.js';

/** The file's name, to be changed; empty takes the usual one again. */
export function NameField(): ReactNode {
  const app = useApp();
  const id = useId();
  const name = useSession(chosenName);
  const extension = useSession(({ page }) => chosenExtension(page.choices));
  const enter = (typed: string): void => {
    const over = usualName(app.session.get());
    changeChoices(app, { name: typed === '' || typed === over ? null : { typed, over } });
  };
  return (
    <FieldRow label={<label htmlFor={id}>File name</label>}>
      <div className="quantity">
        <TextEntry id={id} value={name} maxLength={180} title={`${name}${extension}`} onEnter={enter} />
        <span className="origin">{extension}</span>
      </div>
    </FieldRow>
  );
}

/** Exports what is chosen, or copies the page. */
export function ExportButtons(): ReactNode {
  const page = useSession((session) => isPage(session.page.choices.subject));
  const busy = useSession((session) => session.page.busy);
  return (
    <div className="buttons">
      <CommandButton id="export-again" variant="filled">
        Export
      </CommandButton>
      {page ? <CommandButton id="copy-page">Copy</CommandButton> : null}
      <span className="dim" role="status">
        {busy === null ? 'Ctrl E' : `writing ${busy} …`}
      </span>
    </div>
  );
}

const mostListed = 5;

/** The files that were exported last, the newest first. */
export function ExportedFiles(): ReactNode {
  const files = useSession((session) => session.exports);
  if (files.length === 0) return null;
  const newest = files.slice(-mostListed).reverse();
  return (
    <ul className="exported" aria-label="Exported files">
      {newest.map(({ text }, k) => (
        <li key={files.length - k}>{text}</li>
      ))}
    </ul>
  );
}
