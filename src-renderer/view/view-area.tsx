import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { perform } from '../actions/commands.js';
import { runJob } from '../actions/job-actions.js';
import { dismissTroubles } from '../actions/trouble-actions.js';
import { SourceTrouble } from '../panels/source-panel.js';
import { isStale } from '../state/findings.js';
import { shownPanes } from '../state/panes.js';
import { asksToRegister } from '../state/registration.js';
import { type Session, settingsOf } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';
import { ReopenOffer } from '../ui/reopen-offer.js';
import { SavedResultStrip } from '../ui/saved-result-strip.js';
import { CommandButton } from '../ui/command-button.js';
import { fileIcon, warningIcon } from '../ui/icons.js';
import { MaskBar } from './mask-bar.js';
import { Pane } from './pane.js';
import { PointsBar } from './points-bar.js';
import { StackToolbar } from './stack-toolbar.js';
import { ViewToolbar } from './view-toolbar.js';

const noWarnings: readonly string[] = [];

/** Offers what a doubt about displaced channels asks for. */
function RegisterButton(): ReactNode {
  const app = useApp();
  const asks = useSession(asksToRegister);
  if (!asks) return null;
  return (
    <button
      type="button"
      className="link"
      onClick={() => {
        perform(app, 'register-channels');
      }}
    >
      Register the channels
    </button>
  );
}

/** The amber strip: the first doubt, and the others on demand. */
function WarningStrip(): ReactNode {
  const warnings = useSession(({ result }) => result?.result.document.warnings ?? noWarnings);
  const [open, setOpen] = useState(false);
  if (warnings.length === 0) return null;
  return (
    <div className="strip" role="status" data-open={open ? '' : undefined}>
      {warningIcon}
      <div className="strip-text">
        {(open ? warnings : warnings.slice(0, 1)).map((warning) => (
          <p key={warning} title={warning}>
            {warning}
          </p>
        ))}
      </div>
      <RegisterButton />
      {warnings.length === 1 && !open ? null : (
        <button
          type="button"
          className="link"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open ? 'Less' : `${warnings.length - 1} more`}
        </button>
      )}
    </div>
  );
}

function staleResult(session: Session): boolean {
  const settings = settingsOf(session);
  return session.result !== null && settings !== null && isStale(session.result, settings);
}

/** Says that the map is of earlier settings, and runs it again. */
function StaleStrip(): ReactNode {
  const app = useApp();
  const stale = useSession(staleResult);
  const idle = useSession(({ running, updating }) => running === null && updating === null);
  if (!stale || !idle) return null;
  return (
    <div className="strip neutral" role="status">
      <p className="strip-text">Settings changed since this map was made.</p>
      <button type="button" className="link" onClick={() => void runJob(app)}>
        Infer again
      </button>
    </div>
  );
}

/** Before anything is open: the one next step. */
function Welcome(): ReactNode {
  const linked = useSession(({ link }) => link);
  const opening = useSession((session) => session.opening);
  return (
    <div className="welcome">
      <div className="welcome-icon">{fileIcon}</div>
      <h1>Open a picture of a nucleus</h1>
      <p>
        An OME-TIFF or TIFF with one channel of chromatin density or two of histone marks, or a table of
        localisations. Drop it here, or begin with a simulated nucleus whose rates are known.
      </p>
      <div className="buttons">
        <CommandButton id="open" variant="filled">
          Open a file …
        </CommandButton>
        <CommandButton id="open-sample">Open the sample nucleus</CommandButton>
      </div>
      <p className="dim" role="status">
        {opening !== null
          ? `Opening ${opening} …`
          : linked === 'connecting'
            ? 'Waiting for the engine …'
            : ''}
      </p>
      <ReopenOffer />
    </div>
  );
}

/** The other files that were not opened, each with its reason. */
function EarlierTroubles(): ReactNode {
  const troubles = useSession(({ earlierTroubles }) => earlierTroubles);
  if (troubles.length === 0) return null;
  return (
    <ul className="earlier-troubles">
      {troubles.map(({ what, failure }, index) => (
        <li key={`${index} ${what}`}>
          <strong>{what}</strong> was not opened. {failure.message}{' '}
          {'hint' in failure ? <span className="dim">{failure.hint}</span> : null}
        </li>
      ))}
    </ul>
  );
}

/** A file that was not opened, over whatever is open. */
function TroubleOver(): ReactNode {
  const app = useApp();
  return (
    <div className="trouble-over">
      <SourceTrouble />
      <EarlierTroubles />
      <Button
        size="xs"
        variant="subtle"
        onClick={() => {
          dismissTroubles(app);
        }}
      >
        Close this message
      </Button>
    </div>
  );
}

function Panes(): ReactNode {
  const panes = useSession(({ view }) => view.panes);
  const active = useSession(({ view }) => view.active);
  const behind = useSession((session) => session.updating !== null && staleResult(session));
  return (
    <div className="panes" data-panes={panes} data-behind={behind ? '' : undefined}>
      {shownPanes(panes, active).map((pane) => (
        <Pane key={pane} pane={pane} />
      ))}
    </div>
  );
}

/** The middle of the window. */
export function ViewArea(): ReactNode {
  const open = useSession(({ project }) => project !== null);
  const trouble = useSession(({ sourceTrouble }) => sourceTrouble !== null);
  return (
    <main className="view-area">
      {open ? (
        <>
          <ViewToolbar />
          <MaskBar />
          <PointsBar />
          <StackToolbar />
          <StaleStrip />
          <SavedResultStrip />
          <WarningStrip />
          <Panes />
        </>
      ) : (
        <Welcome />
      )}
      {open ? <ReopenOffer /> : null}
      {trouble ? <TroubleOver /> : null}
    </main>
  );
}
