import { type ReactNode, useEffect, useRef } from 'react';
import { askToClose, switchTo } from '../actions/document-actions.js';
import { documentName, documentOf, hasUnsavedWork, isUnsaved, seenFrom } from '../state/documents.js';
import type { Session } from '../state/session.js';
import { dotWord, type StepDot, stepState } from '../state/steps.js';
import { useApp, useSession } from './app-context.js';
import { closeIcon } from './icons.js';

/** The dot of a document: how its λ stands. */
function dotOf(session: Session, id: string): StepDot {
  return stepState(seenFrom(session, id), 'solve').dot;
}

function UnsavedMark(): ReactNode {
  return (
    <span className="tab-mark" title="changed, in no project file">
      •<span className="hidden-text">unsaved</span>
    </span>
  );
}

function DocumentTab({ id }: { readonly id: string }): ReactNode {
  const app = useApp();
  const name = useSession((session) => documentName(session, id));
  const shown = useSession(({ activeDocument }) => activeDocument === id);
  const dot = useSession((session) => dotOf(session, id));
  const unsaved = useSession((session) => isUnsaved(documentOf(session, id)));
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (shown) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <li ref={item} className="tab" data-shown={shown ? '' : undefined}>
      <button
        type="button"
        className={shown ? 'tab-name title-file' : 'tab-name'}
        aria-current={shown ? 'true' : undefined}
        title={name}
        onClick={() => {
          switchTo(app, id);
        }}
      >
        <span className="dot" data-dot={dot} />
        <span className="tab-text">{name}</span>
        <span className="hidden-text">, λ {dotWord(dot)}</span>
        {unsaved ? <UnsavedMark /> : null}
      </button>
      <button
        type="button"
        className="tab-close"
        aria-label={`Close ${name}`}
        onClick={() => {
          askToClose(app, id);
        }}
      >
        {closeIcon}
      </button>
    </li>
  );
}

function titleOf(session: Session): string {
  const name =
    session.projectFile?.name ??
    (session.tabs.length > 0 ? documentName(session, session.activeDocument) : '');
  return name === '' ? 'Epiflux' : `${name}${hasUnsavedWork(session) ? ' •' : ''} – Epiflux`;
}

/** The name of the project, where one is open, and whether it lacks something. */
function ProjectName(): ReactNode {
  const name = useSession(({ projectFile }) => projectFile?.name ?? null);
  const unsaved = useSession(hasUnsavedWork);
  if (name === null) return null;
  return (
    <span className="dim project-name" title={unsaved ? `${name}, changed since it was saved` : name}>
      {name}
      {unsaved ? ' •' : ''}
    </span>
  );
}

/** What is open: the project, and a tab for each image. */
export function DocumentTabs(): ReactNode {
  const tabs = useSession((session) => session.tabs);
  const title = useSession(titleOf);
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (tabs.length === 0) return <span className="dim title-file">no file open</span>;
  return (
    <>
      <ProjectName />
      <ul className="tabs" aria-label="Open images">
        {tabs.map((id) => (
          <DocumentTab key={id} id={id} />
        ))}
      </ul>
    </>
  );
}
