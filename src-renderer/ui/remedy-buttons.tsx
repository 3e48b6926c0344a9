import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Remedy } from '../../src-core/errors.js';
import { formatLength } from '../../src-core/figure/ticks.js';
import type { ApiFailure } from '../../src-main/api.js';
import type { App } from '../actions/app.js';
import { perform } from '../actions/commands.js';
import { setSetting } from '../actions/remedy-actions.js';
import { fieldOf, remediesOf } from '../state/setting-fields.js';
import { useApp, useSession } from './app-context.js';
import { focusSetting } from './setting-focus.js';

interface Deed {
  readonly words: string;
  readonly run: (app: App) => void;
}

/** What is said of a table is said in a dialog of its own. */
const tableDeed: Deed = {
  words: 'Columns and unit …',
  run: (app) => {
    perform(app, 'table-columns');
  },
};

/** A remedy in the window's words, and what its button does. */
function deedOf({ setting, value }: Remedy, isTable: boolean): Deed {
  if (setting === 'table.columns' || setting === 'table.units') return tableDeed;
  if (isTable && setting === 'calibration.pixelSizeNm') return tableDeed;
  const { title } = fieldOf(setting);
  const isName = ['solver.name', 'model.equation', 'model.boundary'].includes(setting);
  if (value === undefined || (typeof value === 'string' && !isName)) {
    const run = (app: App): void => {
      focusSetting(app, setting);
    };
    return { words: `Go to “${title}”`, run };
  }
  const shown = typeof value === 'number' && setting.endsWith('Nm') ? formatLength(value) : String(value);
  const run = (app: App): void => {
    setSetting(app, setting, value);
    focusSetting(app, setting);
  };
  return { words: `Set “${title}” to ${shown}`, run };
}

/** A button for each setting that would help: it goes to the field, or sets the value where that is known. */
export function RemedyButtons({ failure }: { readonly failure: ApiFailure }): ReactNode {
  const app = useApp();
  const isTable = useSession(({ project }) => project?.source.description.kind === 'table');
  const deeds = remediesOf(failure).map((remedy) => deedOf(remedy, isTable));
  const different = deeds.filter(({ words }, index) => deeds.findIndex((d) => d.words === words) === index);
  return different.map(({ words, run }) => {
    return (
      <Button
        key={words}
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
