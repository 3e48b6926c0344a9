import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FileState } from '../../src-main/project/project-api.js';
import { takeProject } from '../actions/project-actions.js';
import { acceptChanged, chooseMissing } from '../actions/relink-actions.js';
import type { Question } from '../state/open-documents.js';
import { showBytes } from '../state/wording.js';
import { useApp } from './app-context.js';

type Asked = Extract<Question, { kind: 'relink' }>;

/** The first digits of a hash, enough to compare by eye. */
const shortHash = (sha256: string): string => `${sha256.slice(0, 8)}…`;

function whereabouts({ state, folder, bytes, sha256 }: FileState): string {
  const identity = `${showBytes(bytes)}, sha256 ${shortHash(sha256)}`;
  if (state === 'ready') return `found · ${identity}`;
  if (state === 'changed') return `is there, but not as it was when the project was saved (${identity})`;
  if (folder === null) return `was sent by a browser, which does not tell its place (${identity}).`;
  return `is not in the folder “${folder}”, where it was (${identity}).`;
}

function FileLine({ asked, file }: { readonly asked: Asked; readonly file: FileState }): ReactNode {
  const app = useApp();
  return (
    <li data-state={file.state}>
      <p>
        <strong>{file.name}</strong> {whereabouts(file)}
      </p>
      {file.state === 'ready' ? null : (
        <div className="buttons">
          <Button size="xs" variant="default" onClick={() => void chooseMissing(app, asked, file.file)}>
            Choose {file.name} …
          </Button>
          {file.state === 'changed' ? (
            <Button size="xs" variant="default" onClick={() => void acceptChanged(app, asked, file.file)}>
              Go on with the changed file
            </Button>
          ) : null}
        </div>
      )}
    </li>
  );
}

/** Asks for the files of a project that are not where they were, or not what they were. */
export function RelinkQuestion({ question }: { readonly question: Asked }): ReactNode {
  const app = useApp();
  const { opening, beside } = question;
  const open = opening.files.filter(({ state }) => state !== 'ready');
  const sorted = [...open, ...opening.files.filter(({ state }) => state === 'ready')];
  return (
    <>
      <h2>
        {opening.name} {open.length === 1 ? 'needs one file' : `needs ${open.length} files`}
      </h2>
      <p>Choose each, or drop them on the window; they are recognised by their content.</p>
      <ul className="relink-files">
        {sorted.map((file) => (
          <FileLine key={file.file} asked={question} file={file} />
        ))}
      </ul>
      <div className="buttons">
        <Button size="xs" variant="default" onClick={() => void takeProject(app, opening, beside)}>
          Open what is there
        </Button>
      </div>
    </>
  );
}
