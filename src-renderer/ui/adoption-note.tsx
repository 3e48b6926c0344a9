import type { ReactNode } from 'react';
import { takeSettings } from '../actions/adoption-actions.js';
import type { Adoption } from '../state/open-documents.js';
import { settingsOf } from '../state/session.js';
import { showPixelSize } from '../state/wording.js';
import { useApp, useSession } from './app-context.js';

function pixelSizeNote({ theirs, own }: Adoption): string {
  const { pixelSizeNm } = theirs.job.calibration;
  if (pixelSizeNm === null || pixelSizeNm === own.job.calibration.pixelSizeNm) return '';
  return `, also the pixel size ${showPixelSize(pixelSizeNm)}, for this file has none`;
}

/** Whether a file is worked on with the settings of another one, and the way to change that. */
export function AdoptionNote(): ReactNode {
  const app = useApp();
  const adoption = useSession((session) => session.adoption);
  const job = useSession((session) => settingsOf(session)?.job ?? null);
  if (adoption === null || job === null) return null;
  const { name, theirs, own } = adoption;
  if (JSON.stringify(theirs.job) === JSON.stringify(own.job)) return null;
  const isTheirs = job === theirs.job;
  if (!isTheirs && job !== own.job) return null;
  return (
    <p className="field-note">
      {isTheirs ? `Settings of ${name} are used here too${pixelSizeNote(adoption)}. ` : ''}
      <button
        type="button"
        className="link"
        onClick={() => {
          takeSettings(app, adoption, isTheirs ? 'own' : 'theirs');
        }}
      >
        {isTheirs ? 'Use the defaults' : `Use the settings of ${name}`}
      </button>
    </p>
  );
}
