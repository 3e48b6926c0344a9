import { ActionIcon, Button, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { commandOf, perform, showKey } from '../actions/commands.js';
import { useApp, useSession } from './app-context.js';

/** A command as a button with its title; disabled while it is not possible. */
export function CommandButton({
  id,
  children,
  variant = 'default',
}: {
  readonly id: string;
  readonly children: ReactNode;
  readonly variant?: 'default' | 'filled';
}): ReactNode {
  const app = useApp();
  const command = commandOf(id);
  const possible = useSession(command.possible);
  return (
    <Button
      size="xs"
      variant={variant}
      disabled={!possible}
      onClick={() => {
        perform(app, id);
      }}
    >
      {children}
    </Button>
  );
}

/** A command as an icon, with its title and key as a tooltip. */
export function CommandIcon({
  id,
  children,
}: {
  readonly id: string;
  readonly children: ReactNode;
}): ReactNode {
  const app = useApp();
  const { title, keys, possible } = commandOf(id);
  const enabled = useSession(possible);
  const label = keys.length === 0 ? title : `${title} (${showKey(keys[0])})`;
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        disabled={!enabled}
        onClick={() => {
          perform(app, id);
        }}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
