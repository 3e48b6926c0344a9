import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { changeJob } from '../actions/app.js';
import { chooseMask } from '../actions/second-file-actions.js';
import { latestResult } from '../state/following.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { Segments } from '../ui/field.js';
import { pickFile } from '../ui/file-picker.js';
import { Step } from '../ui/step.js';

const notes = {
  auto: 'Found from the brightness of the chromatin.',
  file: 'Non-zero pixels of the mask file; it must have the size of the image.',
  none: 'Every pixel counts as nucleus: right only where the nucleus fills the picture.',
};

function MaskFile(): ReactNode {
  const app = useApp();
  const mask = useSettings()?.mask ?? null;
  return (
    <div className="buttons">
      {mask === null ? null : <span className="file-name">{mask.name}</span>}
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          pickFile((file) => void chooseMask(app, file));
        }}
      >
        {mask === null ? 'Choose a mask …' : 'Another mask …'}
      </Button>
    </div>
  );
}

/** Step 3: which pixels belong to the nucleus. */
export function NucleusPanel(): ReactNode {
  const app = useApp();
  const settings = useSettings();
  const region = useSession((session) => latestResult(session)?.result.document.region ?? null);
  if (settings === null) {
    return (
      <Step name="nucleus">
        <p className="field-note">Open a file first.</p>
      </Step>
    );
  }
  return (
    <Step name="nucleus">
      {region === null ? null : <p className="facts">{region.method}</p>}
      <Segments
        label="Mask"
        setting="mask"
        value={settings.job.mask}
        options={[
          { value: 'auto', label: 'auto' },
          { value: 'file', label: 'file' },
          { value: 'none', label: 'none' },
        ]}
        note={notes[settings.job.mask]}
        onChange={(mask) => {
          changeJob(app, (job) => ({ ...job, mask }));
        }}
      />
      {settings.job.mask === 'file' ? <MaskFile /> : null}
    </Step>
  );
}
