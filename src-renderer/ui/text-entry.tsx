import { type KeyboardEvent, type ReactNode, useState } from 'react';

interface TextEntryProps {
  readonly id: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly title?: string;
  /** Takes what was typed, without blanks around it. */
  readonly onEnter: (typed: string) => void;
}

/** A line of text: taken with Enter or by leaving the field, given up with Escape. */
export function TextEntry({ value, onEnter, ...shown }: TextEntryProps): ReactNode {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft === null) return;
    setDraft(null);
    onEnter(draft.trim());
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    else if (event.key === 'Escape' && draft !== null) setDraft(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <input
      {...shown}
      type="text"
      autoComplete="off"
      spellCheck={false}
      value={draft ?? value}
      data-editing={draft === null ? undefined : ''}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
      onKeyDown={press}
      onBlur={commit}
    />
  );
}
