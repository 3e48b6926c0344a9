import { NativeSelect, SegmentedControl } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A label, its control, and under them why the value is as it is, or what is wrong with it. */
export function FieldRow({
  label,
  labelId,
  note,
  problem,
  children,
}: {
  readonly label: ReactNode;
  readonly labelId?: string;
  readonly note?: ReactNode;
  readonly problem?: string | null;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="field">
      <div className="field-label" id={labelId}>
        {label}
      </div>
      <div className="field-control">{children}</div>
      {problem == null ? null : (
        <p className="field-note bad" role="alert">
          {problem}
        </p>
      )}
      {note === undefined || problem != null ? null : <p className="field-note">{note}</p>}
    </div>
  );
}

/** One of a few values as a row of segments. */
export function Segments<T extends string>({
  label,
  value,
  options,
  note,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly disabled?: boolean }[];
  readonly note?: ReactNode;
  readonly onChange: (value: T) => void;
}): ReactNode {
  const id = useId();
  return (
    <FieldRow label={label} labelId={id} {...(note !== undefined && { note })}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-labelledby={id}
        value={value}
        data={options.map((option) => ({ ...option }))}
        onChange={(chosen) => {
          onChange(chosen);
        }}
        transitionDuration={100}
      />
    </FieldRow>
  );
}

/** One of several values as a list. */
export function Choice<T extends string>({
  label,
  value,
  options,
  note,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly note?: ReactNode;
  readonly onChange: (value: T) => void;
}): ReactNode {
  const id = useId();
  return (
    <FieldRow label={<label htmlFor={id}>{label}</label>} {...(note !== undefined && { note })}>
      <NativeSelect
        id={id}
        size="xs"
        rightSectionWidth={22}
        value={value}
        data={options.map((option) => ({ ...option }))}
        onChange={(event) => {
          onChange(event.currentTarget.value as T);
        }}
      />
    </FieldRow>
  );
}
