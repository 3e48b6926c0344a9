import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { commandOf, perform, showKey } from '../actions/commands.js';
import { countsOf } from '../state/batch.js';
import type { Session } from '../state/session.js';
import { useApp, useSession } from '../ui/app-context.js';

/** "Batch", and how far it is while one runs. */
function labelOf({ batch }: Session): string {
  if (batch.run?.state !== 'running') return 'Batch';
  const { done, failed, total } = countsOf(batch.run);
  return `Batch ${done + failed} / ${total}`;
}

/** The button in the title bar that shows and leaves the batch page. */
export function BatchToggle(): ReactNode {
  const app = useApp();
  const open = useSession(({ batch }) => batch.open);
  const label = useSession(labelOf);
  const { title, keys } = commandOf('batch');
  return (
    <Tooltip label={`${title} (${showKey(keys[0])})`} openDelay={400}>
      <button
        type="button"
        className="batch-toggle"
        aria-pressed={open}
        onClick={() => {
          perform(app, 'batch');
        }}
      >
        {label}
      </button>
    </Tooltip>
  );
}
