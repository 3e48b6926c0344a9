import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { ApiFailure } from '../../src-main/api.js';
import type { TablePreview } from '../../src-core/io/table-preview.js';
import type { LengthUnit } from '../../src-core/io/table.js';
import { formatLength } from '../../src-core/figure/ticks.js';
import { openTable } from '../actions/source-actions.js';
import { answerQuestion, closeQuestion } from '../actions/table-actions.js';
import type { TableQuestion } from '../state/session.js';
import {
  choiceOfDraft,
  columnRoles,
  columnTitle,
  draftExtent,
  draftProblem,
  firstDraft,
  headerUnit,
  type TableDraft,
  type TableRole,
} from '../state/table-choice.js';
import { groupDigits } from '../state/wording.js';
import { useApp, useSession } from '../ui/app-context.js';
import { Choice } from '../ui/field.js';
import { errorIcon } from '../ui/icons.js';
import { ModalDialog } from '../ui/modal-dialog.js';
import { QuantityField } from '../ui/quantity-field.js';
import { lengthQuantity } from './quantities.js';
import { TableRows } from './table-rows.js';

const roleTitles: Readonly<Record<TableRole, string>> = {
  x: 'x',
  y: 'y',
  z: 'z',
  precision: 'Precision',
  frame: 'Frame',
  channel: 'Channel',
  molecule: 'Molecule',
};

/** Why a column stands for a role. */
function reasonOf(preview: TablePreview, role: TableRole, index: number | null): string {
  const recognised = preview.guess[role] ?? null;
  if (index !== recognised) return 'chosen by you';
  if (index === null) return role === 'x' || role === 'y' ? 'not recognised' : '';
  return preview.header ? 'by its name in the header' : 'by its place, there is no header';
}

interface DraftProps {
  readonly preview: TablePreview;
  readonly draft: TableDraft;
  readonly change: (part: Partial<TableDraft>) => void;
}

function RoleField({ preview, draft, change, role }: DraftProps & { readonly role: TableRole }): ReactNode {
  const index = draft.roles[role];
  const needed = role === 'x' || role === 'y';
  const columns = preview.columns.map((_, column) => ({
    value: String(column),
    label: columnTitle(preview, column),
  }));
  return (
    <Choice
      label={roleTitles[role]}
      value={index === null ? '' : String(index)}
      options={[{ value: '', label: needed ? 'choose …' : 'none' }, ...columns]}
      note={reasonOf(preview, role, index)}
      onChange={(value) => {
        change({ roles: { ...draft.roles, [role]: value === '' ? null : Number(value) } });
      }}
    />
  );
}

const unitTitles: Readonly<Record<LengthUnit, string>> = { nm: 'nm', um: 'µm', px: 'camera pixels' };

function unitNote(chosen: LengthUnit | null, said: LengthUnit | null): string {
  if (said === null) return chosen === null ? 'The table does not say it.' : '';
  return chosen === null || chosen === said ? '' : `The header says ${unitTitles[said]}.`;
}

function UnitFields({ preview, draft, change }: DraftProps): ReactNode {
  const said = headerUnit(preview, draft);
  const unit = draft.units ?? said;
  const own =
    said === null
      ? { value: '', label: 'choose …' }
      : { value: '', label: `${unitTitles[said]}, as the header says` };
  return (
    <>
      <Choice
        label="Unit"
        value={draft.units ?? ''}
        options={[
          own,
          ...(['nm', 'um', 'px'] as const).map((value) => ({ value, label: unitTitles[value] })),
        ]}
        note={unitNote(draft.units, said)}
        onChange={(value) => {
          change({ units: value === '' ? null : (value as LengthUnit) });
        }}
      />
      {unit === 'px' ? (
        <QuantityField
          label="Pixel size"
          value={draft.pixelSizeNm}
          quantity={lengthQuantity}
          empty={
            preview.pixelSizeNm === null ? 'of the camera' : `${preview.pixelSizeNm} nm, as the file says`
          }
          start={100}
          onChange={(pixelSizeNm) => {
            change({ pixelSizeNm });
          }}
        />
      ) : null}
    </>
  );
}

/** What the choice comes to: how far the points of the first rows reach. */
function ExtentLine({ preview, draft }: Pick<DraftProps, 'preview' | 'draft'>): ReactNode {
  const problem = draftProblem(preview, draft);
  const extent = draftExtent(preview, draft);
  if (problem !== null) return <span className="doubtful">{problem}</span>;
  if (extent === null) return <span />;
  const size = Math.max(...extent);
  const odd = size < 300 || size > 300_000;
  return (
    <span className={odd ? 'doubtful' : 'dim'}>
      The points of the first {groupDigits(preview.rowsRead)} rows span {formatLength(extent[0])} ×{' '}
      {formatLength(extent[1])}
      {odd ? ', which nuclei do not: check the unit.' : '.'}
    </span>
  );
}

function formOf({ delimiter, decimalComma, header, format }: TablePreview): string {
  if (delimiter === '') return `Read as ${format}`;
  const comma = decimalComma ? ', decimal commas' : '';
  return `Read as ${format}, cells parted by ${delimiter}${comma}, ${header ? 'with a header' : 'without a header'}`;
}

/** What is chosen so far, whether it is being read, and why it could not be. */
function useAnswer({ preview, choice }: TableQuestion) {
  const app = useApp();
  const [draft, setDraft] = useState(() => firstDraft(preview, choice));
  const [refusal, setRefusal] = useState<ApiFailure | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<TableDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    setRefusal(null);
  };
  const submit = async (): Promise<void> => {
    setBusy(true);
    const answer = await answerQuestion(app, choiceOfDraft(preview, draft), (asked, chosen) =>
      openTable(app, asked, chosen),
    );
    setBusy(false);
    setRefusal(answer);
  };
  return { draft, refusal, busy, change, submit };
}

function Refusal({ refusal }: { readonly refusal: ApiFailure | null }): ReactNode {
  if (refusal === null) return null;
  return (
    <div className="failure" role="alert">
      <p className="failure-title">{errorIcon} The table cannot be read like that</p>
      <p>{refusal.message}</p>
    </div>
  );
}

interface FormEndProps extends Pick<DraftProps, 'preview' | 'draft'> {
  readonly isOpen: boolean;
  readonly busy: boolean;
}

/** What the choice comes to, and the buttons; a table that is open already is read again. */
function FormEnd({ preview, draft, isOpen, busy }: FormEndProps): ReactNode {
  const app = useApp();
  return (
    <div className="table-dialog-end">
      <ExtentLine preview={preview} draft={draft} />
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          closeQuestion(app);
        }}
      >
        Cancel
      </Button>
      <Button
        size="xs"
        variant="filled"
        type="submit"
        loading={busy}
        disabled={draftProblem(preview, draft) !== null}
      >
        {isOpen ? 'Read it like that' : 'Open the table'}
      </Button>
    </div>
  );
}

/** The question with what is chosen so far. */
function QuestionForm({ question }: { readonly question: TableQuestion }): ReactNode {
  const { preview, grant, failure } = question;
  const { draft, refusal, busy, change, submit } = useAnswer(question);
  const isOpen = useSession(({ project }) => project?.source.grant.id === grant.id);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2 tabIndex={-1}>What is in {grant.name}?</h2>
      <p className="dim">
        {failure === null ? '' : `${failure.message} `}
        {formOf(preview)}. Your answer is kept for tables with the same header.
      </p>
      <TableRows preview={preview} draft={draft} />
      <div className="table-choices">
        {columnRoles.map((role) => (
          <RoleField key={role} role={role} preview={preview} draft={draft} change={change} />
        ))}
        <UnitFields preview={preview} draft={draft} change={change} />
      </div>
      <Refusal refusal={refusal} />
      <FormEnd preview={preview} draft={draft} isOpen={isOpen} busy={busy} />
    </form>
  );
}

/** Asks what the columns of a table are and which unit they are in. */
export function TableDialog(): ReactNode {
  const app = useApp();
  const question = useSession(({ tableQuestion }) => tableQuestion);
  return (
    <ModalDialog
      open={question !== null}
      name="Columns and unit of the table"
      className="table-dialog"
      headingFirst
      onClose={() => {
        closeQuestion(app);
      }}
    >
      {question === null ? null : <QuestionForm key={question.grant.id} question={question} />}
    </ModalDialog>
  );
}
