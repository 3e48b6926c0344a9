import { Button } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { Finding } from '../../src-core/doctor/finding.js';
import { performRemedy } from '../actions/finding-commands.js';
import { findingsOf, remediesOfFinding, type ShownRemedy } from '../state/import-findings.js';
import { useApp, useSession } from '../ui/app-context.js';

const severityWords = {
  stop: 'has to be put right',
  doubt: 'doubtful',
  note: 'good to know',
} as const;

const severityMarks = { stop: '✗', doubt: '!', note: '·' } as const;

function RemedyButton({
  shown,
  onMake,
}: {
  readonly shown: ShownRemedy;
  readonly onMake: (shown: ShownRemedy) => void;
}): ReactNode {
  return (
    <Button
      size="xs"
      variant="default"
      className="remedy"
      onClick={() => {
        onMake(shown);
      }}
    >
      <span>{shown.remedy.words}</span>
      <kbd>{shown.key.toUpperCase()}</kbd>
    </Button>
  );
}

/** A finding: what was found, what it means, and its remedies, each by one key while it has the focus. */
function FindingCard({
  finding,
  onMake,
}: {
  readonly finding: Finding;
  readonly onMake: (shown: ShownRemedy) => void;
}): ReactNode {
  const remedies = remediesOfFinding(finding);
  const { code, severity, what, means } = finding;
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const own = event.target === event.currentTarget;
    const asked = own && event.key === 'Enter' ? 'a' : event.key.toLowerCase();
    const shown = remedies.find(({ key }) => key === asked);
    if (shown === undefined) return;
    event.preventDefault();
    onMake(shown);
  };
  return (
    <li>
      <div
        className="finding"
        role="group"
        aria-label={`${severityWords[severity]}: ${what}`}
        tabIndex={0}
        data-finding={code}
        data-severity={severity}
        onKeyDown={press}
      >
        <p className="finding-what">
          <span className="finding-mark" aria-hidden>
            {severityMarks[severity]}
          </span>
          {what}
        </p>
        {code === 'file' ? null : <p className="finding-means">{means}</p>}
        {remedies.length === 0 ? null : (
          <div className="remedies">
            {remedies.map((shown) => (
              <RemedyButton key={shown.id} shown={shown} onMake={onMake} />
            ))}
          </div>
        )}
      </div>
    </li>
  );
}

/** What was said where the file was read, until the import doctor has looked. */
function Warnings({ warnings }: { readonly warnings: readonly string[] }): ReactNode {
  return warnings.map((warning) => (
    <p className="field-note doubtful" key={warning}>
      {warning}
    </p>
  ));
}

/** What the import doctor found about the open file, what has to be put right first. */
export function FindingList({ warnings }: { readonly warnings: readonly string[] }): ReactNode {
  const app = useApp();
  const findings = useSession(findingsOf);
  const frame = useRef<HTMLElement>(null);
  if (findings === null) return <Warnings warnings={warnings} />;
  const make = (shown: ShownRemedy): void => {
    // The finding goes away with its remedy: the focus stays with the list.
    if (shown.remedy.value !== undefined) frame.current?.focus();
    performRemedy(app, shown.id);
  };
  return (
    <section className="findings" aria-label="Import doctor" tabIndex={-1} ref={frame}>
      <p className="field-note" role="status">
        {findings.length === 0 ? (
          'Nothing is doubtful about this file.'
        ) : (
          <>
            {findings.length === 1 ? '1 finding' : `${findings.length} findings`} about this file
            <kbd title="goes to the next finding">I</kbd>
          </>
        )}
      </p>
      <ul>
        {findings.map((finding) => (
          <FindingCard key={`${finding.code} ${finding.what}`} finding={finding} onMake={make} />
        ))}
      </ul>
    </section>
  );
}
