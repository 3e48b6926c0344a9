import type { ReactNode } from 'react';
import { useSession } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { BatchProgress } from './batch-progress.js';
import { BatchSetup } from './batch-setup.js';
import { BatchTable } from './batch-table.js';

/** Before there is a folder: what a batch is, and the one next step. */
function BatchWelcome(): ReactNode {
  const inBrowser = useSession(({ hello }) => hello?.capabilities.openFolder !== true);
  return (
    <div className="welcome">
      <h1>Run a folder of nuclei by one job</h1>
      <p>
        Find the settings on one nucleus, then run every image of a folder by them. An image that fails is
        told of and the rest goes on; results, a table and a report are written.
        {inBrowser
          ? ' The browser sends the folder to Epiflux on this computer; `epiflux serve FOLDER` reads it where it lies.'
          : ''}
      </p>
      <div className="buttons">
        <CommandButton id="batch-folder" variant="filled">
          Choose a folder …
        </CommandButton>
        <CommandButton id="batch-close">Back to the nucleus</CommandButton>
      </div>
    </div>
  );
}

/** The batch page, in the place of the view. */
export function BatchPage(): ReactNode {
  const begun = useSession(
    ({ batch }) => batch.folder !== null || batch.sending !== null || batch.listingTrouble !== null,
  );
  return (
    <main className="batch-page" aria-label="Batch">
      {begun ? (
        <>
          <BatchSetup />
          <div className="batch-middle">
            <BatchProgress />
            <BatchTable />
          </div>
        </>
      ) : (
        <BatchWelcome />
      )}
    </main>
  );
}
