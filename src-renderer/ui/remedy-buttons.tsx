import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Remedy } from '../../src-core/errors.js';
import { formatLength } from '../../src-core/figure/ticks.js';
import type { ApiFailure } from '../../src-main/api.js';
import type { App } from '../actions/app.js';
import { setSetting } from '../actions/remedy-actions.js';
import { fieldOf, remediesOf } from '../state/setting-fields.js';
import { useApp } from './app-context.js';
import { focusSetting } from './setting-focus.js';

/** A remedy in the window's words, and what its button does. */
function deedOf({ setting, value }: Remedy): { readonly words: string; readonly run: (app: App) => void } {
  const { title } = fieldOf(setting);
  if (typeof value !== 'number') {
    const run = (app: App): void => {
      focusSetting(app, setting);
    };
    return { words: `Go to “${title}”`, run };
  }
  const shown = setting.endsWith('Nm') ? formatLength(value) : String(value);
  const run = (app: App): void => {
    setSetting(app, setting, value);
    focusSetting(app, setting);
  };
  return { words: `Set “${title}” to ${shown}`, run };
}

/** A button for each setting that would help: it goes to the field, or sets the value where that is known. */
export function RemedyButtons({ failure }: { readonly failure: ApiFailure }): ReactNode {
  const app = useApp();
  return remediesOf(failure).map((remedy) => {
    const { words, run } = deedOf(remedy);
    return (
      <Button
        key={remedy.setting}
        size="xs"
        variant="default"
        onClick={() => {
          run(app);
        }}
      >
        {words}
      </Button>
    );
  });
}
