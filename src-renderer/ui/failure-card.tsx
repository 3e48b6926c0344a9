import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ApiFailure } from '../../src-main/api.js';
import { errorIcon } from './icons.js';

/** What is sent to the developers when the program itself is at fault. */
function reportOf(failure: ApiFailure): string | null {
  return 'stack' in failure ? `${failure.message}\n${failure.stack}` : null;
}

function CopyReport({ report }: { readonly report: string }): ReactNode {
  return (
    <Button size="xs" variant="default" onClick={() => void navigator.clipboard.writeText(report)}>
      Copy report
    </Button>
  );
}

/** A failure: what happened with the value, what would do, and buttons that do it. */
export function FailureCard({
  title,
  failure,
  children,
}: {
  readonly title: string;
  readonly failure: ApiFailure;
  readonly children?: ReactNode;
}): ReactNode {
  const report = reportOf(failure);
  const hint = 'hint' in failure ? failure.hint : undefined;
  return (
    <div className="failure" role="alert">
      <p className="failure-title">
        {errorIcon} {title}
      </p>
      <p>{failure.message}</p>
      {failure.fields?.map(({ path, message }) => (
        <p key={path}>
          {path}: {message}
        </p>
      ))}
      {hint === undefined ? null : <p className="hint">{hint}</p>}
      <div className="failure-buttons">
        {children}
        {report === null ? null : <CopyReport report={report} />}
      </div>
    </div>
  );
}
