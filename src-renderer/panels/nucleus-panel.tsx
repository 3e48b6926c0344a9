import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { type App, changeSettings } from '../actions/app.js';
import { closeMaskTools, openMaskTools } from '../actions/mask-actions.js';
import { chooseMask } from '../actions/second-file-actions.js';
import { latestResult } from '../state/following.js';
import type { Settings } from '../state/session.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { Choice } from '../ui/field.js';
import { pickFile } from '../ui/file-picker.js';
import { Step } from '../ui/step.js';
import { BoundaryField } from './boundary-field.js';
import { DrawingFields } from './drawing-fields.js';

type MaskSource = 'auto' | 'drawn' | 'file' | 'none';

const notes: Readonly<Record<MaskSource, string>> = {
  drawn: 'As you draw it. Every stroke can be undone.',
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

const sourceOf = ({ job, drawing }: Settings): MaskSource =>
  job.mask === 'file' && drawing ? 'drawn' : job.mask;

/** Takes the mask from somewhere else; a drawing is kept for later, but not beside a mask file. */
function takeMask(app: App, from: MaskSource): void {
  if (from === 'drawn') {
    void openMaskTools(app);
    return;
  }
  closeMaskTools(app);
  changeSettings(app, (settings) => ({
    ...settings,
    ...(from === 'file' && settings.drawing && { drawing: null, mask: null }),
    job: { ...settings.job, mask: from },
  }));
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
      <Choice
        label="Mask"
        setting="mask"
        value={sourceOf(settings)}
        options={[
          { value: 'auto', label: 'found in the image' },
          { value: 'drawn', label: 'drawn by hand' },
          { value: 'file', label: 'from a mask file' },
          { value: 'none', label: 'none, the whole picture' },
        ]}
        note={notes[sourceOf(settings)]}
        onChange={(from) => {
          takeMask(app, from);
        }}
      />
      {sourceOf(settings) === 'file' ? <MaskFile /> : null}
      {sourceOf(settings) === 'drawn' ? (
        <DrawingFields />
      ) : (
        <div className="buttons">
          <CommandButton id="mask-draw">Draw …</CommandButton>
        </div>
      )}
      <BoundaryField />
    </Step>
  );
}
