import { type ReactNode, useId } from 'react';
import { FieldRow } from '../ui/field.js';
import { TextEntry } from '../ui/text-entry.js';

interface PatternFieldProps {
  readonly label: string;
  readonly value: string | null;
  readonly placeholder: string;
  readonly note?: ReactNode;
  readonly onChange: (value: string | null) => void;
}

/** A pattern of file names; empty is null. */
export function PatternField({ label, value, placeholder, note, onChange }: PatternFieldProps): ReactNode {
  const id = useId();
  const enter = (typed: string): void => {
    const next = typed === '' ? null : typed;
    if (next !== value) onChange(next);
  };
  return (
    <FieldRow label={<label htmlFor={id}>{label}</label>} note={note}>
      <div className="quantity">
        <TextEntry id={id} value={value ?? ''} placeholder={placeholder} onEnter={enter} />
      </div>
    </FieldRow>
  );
}
