import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import { perform } from '../actions/commands.js';
import { followRefusal } from '../state/following.js';
import { useApp, useSession } from './app-context.js';

/** Whether the map follows the settings, and why it does not where it takes too long. */
export function FollowBox(): ReactNode {
  const app = useApp();
  const follows = useSession((session) => session.follows);
  const refusal = useSession(followRefusal);
  return (
    <div className="field follow">
      <Checkbox
        size="xs"
        label="Update the map as settings change"
        checked={follows}
        onChange={() => {
          perform(app, 'follow');
        }}
      />
      {follows && refusal !== null ? <p className="field-note doubtful">{refusal}</p> : null}
    </div>
  );
}
