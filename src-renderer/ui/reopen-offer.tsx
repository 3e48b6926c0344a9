import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { forgetOffer, reopen } from '../actions/project-actions.js';
import { useApp, useSession } from './app-context.js';

/** What was open when the program last ended without being asked to, and the way to have it back. */
export function ReopenOffer(): ReactNode {
  const app = useApp();
  const offer = useSession((session) => session.offer);
  if (offer === null) return null;
  return (
    <section className="reopen" aria-label="Reopen">
      <p className="reopen-title">Reopen what was open?</p>
      <p>
        {offer.names.join(', ')} <span className="dim">· {new Date(offer.savedAt).toLocaleString()}</span>
      </p>
      <div className="buttons">
        <Button size="xs" variant="filled" onClick={() => void reopen(app)}>
          Reopen
        </Button>
        <Button size="xs" variant="default" onClick={() => void forgetOffer(app)}>
          Forget it
        </Button>
      </div>
    </section>
  );
}
