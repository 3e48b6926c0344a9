import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from 'react';
import { settleSettings } from '../actions/history-actions.js';
import { type Quantity, readQuantity, showQuantity, stepQuantity } from '../state/quantity.js';
import { useApp } from './app-context.js';
import { FieldRow, type OfSetting } from './field.js';

interface QuantityFieldProps extends OfSetting {
  readonly label: string;
  readonly value: number | null;
  readonly quantity: Quantity;
  /** Where the value comes from, in a word or two, shown inside the field. */
  readonly origin?: string;
  /** What an empty field means; a field without it cannot be emptied. */
  readonly empty?: string;
  /** What arrows and drags start from while the field is empty. */
  readonly start?: number;
  readonly note?: ReactNode;
  readonly onChange: (value: number | null, gesture: string | null) => void;
}

/** Changes the value by a drag on the label: a step every four pixels, one step of undo in all. */
function useLabelDrag(
  { value, quantity, start = quantity.least, onChange }: QuantityFieldProps,
  id: string,
): Record<
  'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onPointerCancel',
  (event: PointerEvent) => void
> {
  const app = useApp();
  const drag = useRef<{ x: number; value: number } | null>(null);
  const letGo = (): void => {
    drag.current = null;
    settleSettings(app);
  };
  return {
    onPointerDown: (event) => {
      drag.current = { x: event.clientX, value: value ?? start };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => {
      if (drag.current === null) return;
      const steps = Math.round((event.clientX - drag.current.x) / 4);
      if (steps !== 0) onChange(stepQuantity(drag.current.value, steps, quantity), `drag ${id}`);
    },
    onPointerUp: letGo,
    onPointerCancel: letGo,
  };
}

const arrowSteps: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1 };

/** What the field does with what is typed and with arrow keys. */
function useQuantityEntry(
  { value, quantity, empty, start = quantity.least, onChange }: QuantityFieldProps,
  id: string,
) {
  const app = useApp();
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const drop = (): void => {
    setDraft(null);
    setProblem(null);
  };
  const commit = (): void => {
    if (draft === null) return;
    const entry = readQuantity(draft, quantity);
    if (entry.kind === 'problem') setProblem(entry.problem);
    else if (entry.kind === 'empty' && empty === undefined) drop();
    else {
      drop();
      const next = entry.kind === 'empty' ? null : entry.value;
      if (next !== value) onChange(next, null);
    }
  };
  const step = (steps: number): void => {
    drop();
    onChange(stepQuantity(value ?? start, steps, quantity), `arrows ${id}`);
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape' && draft !== null) drop();
    else if (Object.hasOwn(arrowSteps, event.key)) step((event.shiftKey ? 10 : 1) * arrowSteps[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const blur = (): void => {
    commit();
    settleSettings(app);
  };
  return { draft, problem, setDraft, keyDown, blur };
}

/**
 * A number with its unit: typed with any unit ("0.12um"), moved by arrow keys, or by a drag on its label. What cannot
 * be read is said beside the field, and the setting stays as it was.
 */
export function QuantityField(props: QuantityFieldProps): ReactNode {
  const { label, value, quantity, origin, empty, note, setting } = props;
  const id = useId();
  const { draft, problem, setDraft, keyDown, blur } = useQuantityEntry(props, id);
  const labelDrag = useLabelDrag(props, id);
  const shown = value === null ? '' : showQuantity(value, quantity);
  return (
    <FieldRow
      label={
        <label htmlFor={id} className="drag-label" title="Drag sideways to change" {...labelDrag}>
          {label}
        </label>
      }
      problem={problem}
      note={note}
      setting={setting}
    >
      <div className="quantity" data-problem={problem === null ? undefined : ''}>
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          spellCheck={false}
          value={draft ?? shown}
          placeholder={empty}
          aria-invalid={problem !== null}
          data-editing={draft === null ? undefined : ''}
          onChange={(event) => {
            setDraft(event.currentTarget.value);
          }}
          onKeyDown={keyDown}
          onBlur={blur}
        />
        {origin === undefined || draft !== null ? null : <span className="origin">{origin}</span>}
      </div>
    </FieldRow>
  );
}
