import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { closeNow, leaveQuestion } from '../actions/document-actions.js';
import { openPickedFolder } from '../actions/batch-folder-actions.js';
import { fewFiles, openFirst } from '../actions/drop-actions.js';
import { proceed, saveAndClose } from '../actions/project-actions.js';
import { documentName, documentOf } from '../state/documents.js';
import type { Question } from '../state/open-documents.js';
import { useApp, useSession } from './app-context.js';
import { ModalDialog } from './modal-dialog.js';
import { RelinkQuestion } from './relink-question.js';

type Asked<K extends Question['kind']> = Extract<Question, { kind: K }>;

function CloseQuestion({ question: { document } }: { readonly question: Asked<'close'> }): ReactNode {
  const app = useApp();
  const name = useSession((session) => documentName(session, document));
  const running = useSession((session) => documentOf(session, document).running !== null);
  return (
    <>
      <h2>Close {name}?</h2>
      <p>
        {running ? 'Its run is cancelled. ' : ''}
        Changes of its settings that are in no project file are lost.
      </p>
      <div className="buttons">
        <Button size="xs" variant="filled" onClick={() => void saveAndClose(app, document)}>
          Save the project first
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            closeNow(app, document);
          }}
        >
          Close without saving
        </Button>
      </div>
    </>
  );
}

function ReplaceQuestion({
  question: { opening, unsaved },
}: {
  readonly question: Asked<'replace'>;
}): ReactNode {
  const app = useApp();
  return (
    <>
      <h2>Open {opening.name}?</h2>
      <p>It takes the place of what is open. Changes in {unsaved.join(', ')} are in no project file.</p>
      <div className="buttons">
        <Button size="xs" variant="filled" onClick={() => void proceed(app, opening, true)}>
          Keep them open as well
        </Button>
        <Button size="xs" variant="default" onClick={() => void proceed(app, opening, false)}>
          Close them without saving
        </Button>
      </div>
    </>
  );
}

function ManyQuestion({ question: { files, folder } }: { readonly question: Asked<'many'> }): ReactNode {
  const app = useApp();
  return (
    <>
      <h2>{files.length} files</h2>
      <p>So many are better run by one job for all, in Batch.</p>
      <div className="buttons">
        <Button
          size="xs"
          variant="filled"
          onClick={() => {
            leaveQuestion(app);
            void openPickedFolder(app, folder);
          }}
        >
          Open in Batch
        </Button>
        <Button size="xs" variant="default" onClick={() => void openFirst(app, files)}>
          Open the first {fewFiles}
        </Button>
      </div>
    </>
  );
}

function QuestionBody({ question }: { readonly question: Question }): ReactNode {
  if (question.kind === 'close') return <CloseQuestion question={question} />;
  if (question.kind === 'replace') return <ReplaceQuestion question={question} />;
  if (question.kind === 'relink') return <RelinkQuestion question={question} />;
  return <ManyQuestion question={question} />;
}

/** What the window asks before it goes on. Escape leaves everything as it is. */
export function QuestionDialog(): ReactNode {
  const app = useApp();
  const question = useSession((session) => session.question);
  const leave = (): void => {
    leaveQuestion(app);
  };
  return (
    <ModalDialog open={question !== null} name="Question" className="question" onClose={leave}>
      {question === null ? null : <QuestionBody question={question} />}
      <div className="question-leave">
        <Button size="xs" variant="subtle" onClick={leave}>
          Leave everything as it is
        </Button>
      </div>
    </ModalDialog>
  );
}
