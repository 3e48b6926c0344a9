import { type ReactNode, useEffect, useRef } from 'react';
import { exportTitles } from '../actions/commands.js';
import { exportFile } from '../actions/export-actions.js';
import { changeChoices } from '../actions/page-actions.js';
import { imageTitles, subjectTitle, tableTitles } from '../state/export-names.js';
import { isStale } from '../state/findings.js';
import { exportSubjects, type FileKind, isPage } from '../state/page.js';
import { type Session, settingsOf, type ShownResult } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';
import { FailureCard } from '../ui/failure-card.js';
import { Choice } from '../ui/field.js';
import { Step } from '../ui/step.js';
import { ExportButtons, ExportedFiles, NameField } from './export-target.js';
import { LayerChoice, PageFields } from './page-fields.js';
import { PageDialog, PagePreview } from './page-preview.js';

function staleResult(session: Session): boolean {
  const settings = settingsOf(session);
  return session.result !== null && settings !== null && isStale(session.result, settings);
}

function SubjectChoice(): ReactNode {
  const app = useApp();
  const subject = useSession(({ page }) => page.choices.subject);
  return (
    <Choice
      label="Export"
      value={subject}
      options={exportSubjects.map((value) => ({ value, label: subjectTitle(value) }))}
      onChange={(chosen) => {
        changeChoices(app, { subject: chosen, name: null });
      }}
    />
  );
}

/** Whether the result has what a file is made of. */
function hasFile(result: ShownResult | null, kind: FileKind): boolean {
  const fields = result?.result.fields;
  if (kind === 'lambda-sd.ome.tif') return fields?.lambdaSd != null;
  if (kind === 'lambda-resolution.ome.tif') return fields?.lambdaResolution != null;
  return kind !== 'residual.ome.tif' || fields?.residual != null;
}

/** Which file of numbers. */
function FileChoice({ subject }: { readonly subject: 'image' | 'table' }): ReactNode {
  const app = useApp();
  const kind = useSession(({ page }) => page.choices[subject]);
  const result = useSession((session) => session.result);
  const titles = subject === 'image' ? imageTitles : tableTitles;
  const options = titles.filter(([value]) => hasFile(result, value));
  return (
    <Choice
      label="Values"
      value={kind}
      options={options.map(([value, label]) => ({ value, label }))}
      note={
        subject === 'image'
          ? 'float32 on the pixels of the input, with its pixel size and the job inside.'
          : 'Units, version and job in lines that begin with #.'
      }
      onChange={(chosen) => {
        changeChoices(app, { [subject]: chosen, name: null });
      }}
    />
  );
}

function SubjectFields(): ReactNode {
  const subject = useSession(({ page }) => page.choices.subject);
  if (isPage(subject)) {
    return (
      <>
        {subject === 'map' ? <LayerChoice /> : null}
        <PagePreview />
        <PageDialog />
        <PageFields />
      </>
    );
  }
  if (subject === 'image' || subject === 'table') return <FileChoice subject={subject} />;
  return (
    <p className="field-note">
      Every number, setting and warning, and the whole job: the same as result.json.
    </p>
  );
}

/** Files by one click each, as `epiflux infer` writes them. */
function StandardFiles(): ReactNode {
  const app = useApp();
  return (
    <details className="more">
      <summary>Standard files, one click each</summary>
      <ul className="exports">
        {exportTitles.map(([kind, title, what]) => (
          <li key={kind}>
            <button type="button" onClick={() => void exportFile(app, kind)}>
              <span>{title}</span>
              <span className="dim">{what}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function ExportTrouble(): ReactNode {
  const trouble = useSession(({ exportTrouble }) => exportTrouble);
  if (trouble === null) return null;
  return <FailureCard title={`${trouble.what} was not exported`} failure={trouble.failure} />;
}

/** Everything that can be chosen; the step goes to the top of the list when it is opened, to have room. */
function ExportBody(): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.closest('.step')?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <div ref={body}>
      <SubjectChoice />
      <SubjectFields />
      <NameField />
      <ExportButtons />
      <ExportTrouble />
      <ExportedFiles />
      <StandardFiles />
    </div>
  );
}

/** Step 6: pages for papers, and files for other programs. */
export function ExportPanel(): ReactNode {
  const done = useSession(({ result }) => result !== null);
  const stale = useSession(staleResult);
  return (
    <Step name="export">
      {done ? null : <p className="field-note">There is nothing to export before λ is inferred.</p>}
      {stale ? (
        <p className="field-note doubtful">Exports are of the map shown, made with earlier settings.</p>
      ) : null}
      {done ? <ExportBody /> : null}
    </Step>
  );
}
