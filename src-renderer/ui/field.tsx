import { NativeSelect, SegmentedControl } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import type { RemedySetting } from '../../src-core/errors.js';

/** The setting that a field edits, so that a failure can lead to it. */
export interface OfSetting {
  readonly setting?: RemedySetting | undefined;
}

/** A label, its control, and under them why the value is as it is, or what is wrong with it. */
export function FieldRow({
  label,
  labelId,
  note,
  problem,
  setting,
  children,
}: OfSetting & {
  readonly label: ReactNode;
  readonly labelId?: string;
  readonly note?: ReactNode;
  readonly problem?: string | null;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className="field" data-setting={setting}>
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

interface ChoiceProps<T extends string> extends OfSetting {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly disabled?: boolean }[];
  readonly note?: ReactNode;
  readonly onChange: (value: T) => void;
}

/** One of a few values as a row of segments. */
export function Segments<T extends string>(props: ChoiceProps<T>): ReactNode {
  const { label, value, options, note, setting, onChange } = props;
  const id = useId();
  return (
    <FieldRow label={label} labelId={id} note={note} setting={setting}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-labelledby={id}
        value={value}
        data={options.map((option) => ({ ...option }))}
        onChange={onChange}
        transitionDuration={100}
      />
    </FieldRow>
  );
}

/** One of several values as a list. */
export function Choice<T extends string>(props: ChoiceProps<T>): ReactNode {
  const { label, value, options, note, setting, onChange } = props;
  const id = useId();
  return (
    <FieldRow label={<label htmlFor={id}>{label}</label>} note={note} setting={setting}>
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
