import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { FieldRow } from '../ui/field.js';

interface PatternFieldProps {
  readonly label: string;
  readonly value: string | null;
  readonly placeholder: string;
  readonly note?: ReactNode;
  readonly onChange: (value: string | null) => void;
}

/** A pattern of file names: taken with Enter or by leaving the field, given up with Escape; empty is null. */
export function PatternField({ label, value, placeholder, note, onChange }: PatternFieldProps): ReactNode {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft === null) return;
    setDraft(null);
    const next = draft.trim() === '' ? null : draft.trim();
    if (next !== value) onChange(next);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape' && draft !== null) setDraft(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <FieldRow label={<label htmlFor={id}>{label}</label>} {...(note !== undefined && { note })}>
      <div className="quantity">
        <input
          id={id}
          type="text"
          autoComplete="off"
          spellCheck={false}
          value={draft ?? value ?? ''}
          placeholder={placeholder}
          data-editing={draft === null ? undefined : ''}
          onChange={(event) => {
            setDraft(event.currentTarget.value);
          }}
          onKeyDown={press}
          onBlur={commit}
        />
      </div>
    </FieldRow>
  );
}
