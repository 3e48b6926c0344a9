import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { type App, changeSettings } from '../actions/app.js';
import { chooseSecond } from '../actions/second-file-actions.js';
import { fetchPreviews } from '../actions/preview-actions.js';
import { pickFile } from '../ui/file-picker.js';
import { channelNames, type Channels, guessChannels } from '../state/channels.js';
import type { Settings } from '../state/session.js';
import { useApp, useSession, useSettings } from '../ui/app-context.js';
import { Choice, Segments } from '../ui/field.js';
import { RegistrationFields } from './registration-fields.js';

interface ChannelOption {
  readonly value: string;
  readonly label: string;
}

function setChannels(app: App, channels: Channels): void {
  changeSettings(app, (settings) => ({ ...settings, job: { ...settings.job, channels } }));
  void fetchPreviews(app);
}

const refOf = (value: string): { file: 0 | 1; channel: number } => {
  const [file, channel] = value.split(':').map(Number);
  return { file: file === 1 ? 1 : 0, channel };
};

const valueOf = ({ file, channel }: { file: 0 | 1; channel: number }): string => `${file}:${channel}`;

/** Channels of the input and of the second file, as options. */
function useChannelOptions(settings: Settings | null): ChannelOption[] {
  const source = useSession(({ project }) => project?.source ?? null);
  const options = (names: readonly string[], file: 0 | 1): ChannelOption[] =>
    names.map((name, channel) => ({
      value: valueOf({ file, channel }),
      label: `${channel + 1} · ${name}${file === 1 ? ' (second file)' : ''}`,
    }));
  return [
    ...(source === null ? [] : options(channelNames(source.description), 0)),
    ...(settings?.second == null ? [] : options(channelNames(settings.second.description), 1)),
  ];
}

function MarkFields({
  channels,
  options,
}: {
  readonly channels: Extract<Channels, { kind: 'two-channel' }>;
  readonly options: readonly ChannelOption[];
}): ReactNode {
  const app = useApp();
  const source = useSession(({ project }) => project?.source ?? null);
  const guess = source === null ? null : guessChannels(source.description);
  const unnamed = guess?.named === false && JSON.stringify(guess.channels) === JSON.stringify(channels);
  return (
    <>
      <Choice
        label="Heterochrom."
        setting="channels.heterochromatin"
        value={valueOf(channels.heterochromatin)}
        options={options}
        onChange={(value) => {
          setChannels(app, { ...channels, heterochromatin: refOf(value) });
        }}
      />
      <Choice
        label="Euchromatin"
        setting="channels.euchromatin"
        value={valueOf(channels.euchromatin)}
        options={options}
        {...(unnamed && { note: 'Taken in the order of the file; its names do not say which is which.' })}
        onChange={(value) => {
          setChannels(app, { ...channels, euchromatin: refOf(value) });
        }}
      />
    </>
  );
}

/** Another kind of channels, starting from the ones chosen so far. */
function ofKind(kind: Channels['kind'], channels: Channels, options: readonly ChannelOption[]): Channels {
  if (kind === channels.kind) return channels;
  if (channels.kind === 'two-channel') return { kind: 'density', density: channels.heterochromatin };
  const other = options.map(({ value }) => value).find((value) => value !== valueOf(channels.density));
  return {
    kind: 'two-channel',
    heterochromatin: channels.density,
    euchromatin: other === undefined ? channels.density : refOf(other),
  };
}

function SecondFileButton(): ReactNode {
  const app = useApp();
  return (
    <Button
      size="compact-xs"
      variant="default"
      mb={6}
      onClick={() => {
        pickFile((file) => void chooseSecond(app, file));
      }}
    >
      Other mark from a second file …
    </Button>
  );
}

/** Which channel is which mark, or the one that shows total chromatin. */
export function ChannelFields(): ReactNode {
  const app = useApp();
  const settings = useSettings();
  const options = useChannelOptions(settings);
  if (settings === null) return null;
  const { channels } = settings.job;
  return (
    <>
      <Segments
        label="Channels"
        value={channels.kind}
        options={[
          { value: 'two-channel', label: 'two marks', disabled: options.length < 2 },
          { value: 'density', label: 'density' },
        ]}
        onChange={(kind) => {
          setChannels(app, ofKind(kind, channels, options));
        }}
      />
      {channels.kind === 'two-channel' ? (
        <MarkFields channels={channels} options={options} />
      ) : (
        <Choice
          label="Density"
          setting="channels.density"
          value={valueOf(channels.density)}
          options={options}
          onChange={(value) => {
            setChannels(app, { kind: 'density', density: refOf(value) });
          }}
        />
      )}
      {options.length < 2 ? <SecondFileButton /> : null}
      <RegistrationFields />
    </>
  );
}
