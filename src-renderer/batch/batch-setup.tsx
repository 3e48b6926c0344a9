import { Checkbox, NativeSelect } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { cancelSending, changeSelection, patchBatch, setOutput } from '../actions/batch-folder-actions.js';
import { usualMaskPattern } from '../state/batch-page.js';
import { channelNames } from '../state/channels.js';
import { automaticSettings, changedSettings } from '../state/job-summary.js';
import type { Project } from '../state/session.js';
import { showBytes } from '../state/wording.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { CommandButton } from '../ui/command-button.js';
import { FieldRow } from '../ui/field.js';
import { PatternField } from './batch-field.js';

/** A folder on its way to the main side. */
function SendingLine(): ReactNode {
  const sending = useSession(({ batch }) => batch.sending);
  if (sending === null) return null;
  const { name, sent, files, sentBytes, bytes } = sending;
  return (
    <div className="batch-sending" role="status">
      <span>
        Sending {name}: {sent} of {files} files, {showBytes(sentBytes)} of {showBytes(bytes)}
      </span>
      <progress
        className="job-progress"
        value={bytes === 0 ? 0 : sentBytes / bytes}
        max={1}
        aria-label="Progress of sending"
      />
      <button type="button" className="link" onClick={cancelSending}>
        Stop
      </button>
    </div>
  );
}

function OutputLine(): ReactNode {
  const app = useApp();
  const output = useSession(({ batch }) => batch.folder?.output ?? null);
  const asks = useSession(({ hello }) => hello?.capabilities.openFolder === true);
  const running = useSession(({ batch }) => batch.run?.state === 'running');
  if (output === null) return null;
  const places = {
    beside: 'beside the folder',
    chosen: 'where you chose',
    session: 'kept until Epiflux is stopped; download what you need',
  };
  return (
    <p className="field-note">
      Results: <span className="file-name">{output.name}</span>, {places[output.kind]}.{' '}
      {asks ? (
        <button
          type="button"
          className="link"
          disabled={running}
          onClick={() => {
            void setOutput(app, 'ask');
          }}
        >
          Elsewhere …
        </button>
      ) : null}
    </p>
  );
}

function FolderPart(): ReactNode {
  const folder = useSession(({ batch }) => batch.folder);
  return (
    <section aria-labelledby="batch-folder-title">
      <h2 id="batch-folder-title">Folder</h2>
      {folder === null ? null : (
        <p className="batch-name">
          <strong>{folder.name}</strong>{' '}
          <span className="dim">
            {folder.files} {folder.files === 1 ? 'file' : 'files'}, {showBytes(folder.bytes)}
          </span>
        </p>
      )}
      <OutputLine />
      <div className="buttons">
        <CommandButton id="batch-folder">
          {folder === null ? 'Choose a folder …' : 'Another folder …'}
        </CommandButton>
      </div>
      <SendingLine />
    </section>
  );
}

function MaskNote(): ReactNode {
  const app = useApp();
  const count = useSession(({ batch }) => batch.listing?.likeMasks.length ?? 0);
  const given = useSession(({ batch }) => batch.selection.maskPattern);
  if (given !== null || count === 0) return null;
  return (
    <>
      {count} {count === 1 ? 'file looks like a mask and is' : 'files look like masks and are'} left out.{' '}
      <button
        type="button"
        className="link"
        onClick={() => {
          changeSelection(app, { maskPattern: usualMaskPattern });
        }}
      >
        Use {count === 1 ? 'it' : 'them'}
      </button>
    </>
  );
}

function PatternFields(): ReactNode {
  const app = useApp();
  const { pattern, maskPattern, secondPattern } = useSession(({ batch }) => batch.selection);
  const needsSecond = useSession(
    ({ project }) => project !== null && project.history.present.second !== null,
  );
  const noteOnMasks = useSession(
    ({ batch }) => batch.selection.maskPattern === null && (batch.listing?.likeMasks.length ?? 0) > 0,
  );
  return (
    <>
      <PatternField
        label="Names"
        value={pattern}
        placeholder="all that can be read"
        onChange={(value) => {
          changeSelection(app, { pattern: value });
        }}
      />
      <PatternField
        label="Masks"
        value={maskPattern}
        placeholder="none; {stem}_mask.tif"
        note={noteOnMasks ? <MaskNote /> : undefined}
        onChange={(value) => {
          changeSelection(app, { maskPattern: value });
        }}
      />
      {needsSecond || secondPattern !== null ? <SecondPatternField value={secondPattern} /> : null}
    </>
  );
}

function SecondPatternField({ value }: { readonly value: string | null }): ReactNode {
  const app = useApp();
  return (
    <PatternField
      label="2nd mark"
      value={value}
      placeholder="{stem}_eu.tif, or C2-{*}"
      note="{stem}: an image's name without extension; {*}: what the first * of Names stands for."
      onChange={(secondPattern) => {
        changeSelection(app, { secondPattern });
      }}
    />
  );
}

function FilesPart(): ReactNode {
  const app = useApp();
  const recursive = useSession(({ batch }) => batch.selection.recursive);
  return (
    <section aria-labelledby="batch-files-title">
      <h2 id="batch-files-title">Files</h2>
      <PatternFields />
      <Checkbox
        size="xs"
        label="Folders below too"
        checked={recursive}
        onChange={(event) => {
          changeSelection(app, { recursive: event.currentTarget.checked });
        }}
      />
    </section>
  );
}

function channelWords({ source, history }: Project): string {
  const { job, second } = history.present;
  const names = [channelNames(source.description), second === null ? [] : channelNames(second.description)];
  const name = ({ file, channel }: { file: 0 | 1; channel: number }): string =>
    `${file === 1 ? 'second file, ' : ''}channel ${channel + 1} (${names[file].at(channel) ?? '?'})`;
  const { channels } = job;
  if (channels.kind === 'density') return `density: ${name(channels.density)}`;
  return `het.: ${name(channels.heterochromatin)}; eu.: ${name(channels.euchromatin)}`;
}

const maskWords = { auto: 'found in each image', none: 'the whole picture', file: 'from a mask file' };

/** The job that the batch will run, as far as it is not the default. */
function JobPart(): ReactNode {
  const project = useSession((session) => session.project);
  const settings = useSettings();
  const hasMasks = useSession(({ batch }) => batch.selection.maskPattern !== null);
  if (project === null || settings === null) {
    return (
      <section aria-labelledby="batch-job-title">
        <h2 id="batch-job-title">Settings</h2>
        <p className="field-note">
          Every image is run by the settings of the nucleus that is open. None is: open the first image, find
          its settings, and come back.
        </p>
        <div className="buttons">
          <CommandButton id="batch-first">Open the first image</CommandButton>
        </div>
      </section>
    );
  }
  const { job } = settings;
  const changed = changedSettings(job, project.defaults);
  const mask = hasMasks ? 'from mask files' : maskWords[job.mask];
  return (
    <section aria-labelledby="batch-job-title">
      <h2 id="batch-job-title">Settings of {project.source.grant.name}</h2>
      <ul className="batch-job">
        <li>{channelWords(project)}</li>
        <li>nucleus: {mask}</li>
        {changed.map(({ title, value }) => (
          <li key={title}>
            {title}: {value}
          </li>
        ))}
        {changed.length === 0 ? <li>all else by default</li> : null}
      </ul>
      <p className="field-note">Anew in each image: {automaticSettings(job, hasMasks).join(', ')}.</p>
    </section>
  );
}

function JobsField(): ReactNode {
  const app = useApp();
  const id = useId();
  const jobs = useSession(({ batch }) => batch.jobs);
  const processors = useSession(({ hello }) => hello?.capabilities.processors ?? 2);
  const most = Math.max(processors, jobs);
  return (
    <FieldRow label={<label htmlFor={id}>At a time</label>}>
      <NativeSelect
        id={id}
        size="xs"
        rightSectionWidth={22}
        value={String(jobs)}
        data={Array.from({ length: Math.min(most, 64) }, (_, k) => ({
          value: String(k + 1),
          label: `${k + 1} of ${processors} processors`,
        }))}
        onChange={(event) => {
          patchBatch(app, { jobs: Number(event.currentTarget.value) });
        }}
      />
    </FieldRow>
  );
}

function RunPart(): ReactNode {
  const app = useApp();
  const resume = useSession(({ batch }) => batch.resume);
  const before = useSession(({ batch }) => batch.listing?.before ?? null);
  const left = before === null ? '' : ` (${before.done} done there, ${before.failed} failed)`;
  return (
    <section aria-labelledby="batch-run-title">
      <h2 id="batch-run-title">Run</h2>
      <JobsField />
      <Checkbox
        size="xs"
        label={`Skip what is done already${left}`}
        checked={resume}
        onChange={(event) => {
          patchBatch(app, { resume: event.currentTarget.checked });
        }}
      />
      <p className="field-note">
        {resume
          ? 'Skipped only where job, image and results have the same bytes as then.'
          : 'Everything is run again, over what lies there.'}
      </p>
    </section>
  );
}

/** What is to be run: folder, files, settings, how many at a time. */
export function BatchSetup(): ReactNode {
  return (
    <div className="batch-setup">
      <FolderPart />
      <FilesPart />
      <JobPart />
      <RunPart />
    </div>
  );
}
