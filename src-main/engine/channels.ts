import { CoreError, type JobInput, parseJob, type TableOptions } from '../../src-core/index.js';
import type { DescribeRequest, FileDescription } from './messages.js';

/** A job whose channels may still be open: they are then chosen by what the input holds. */
export type JobDraft = Omit<JobInput, 'channels'> & { readonly channels?: JobInput['channels'] };

const density: JobInput['channels'] = { kind: 'density', density: { file: 0, channel: 0 } };

const onePerFile: JobInput['channels'] = {
  kind: 'two-channel',
  heterochromatin: { file: 0, channel: 0 },
  euchromatin: { file: 1, channel: 0 },
};

function severalChannels(path: string, names: readonly string[]): CoreError {
  const list = names.map((name, index) => `${String(index)} = ${name}`).join(', ');
  return new CoreError({
    tag: 'missing',
    message: `The file has ${String(names.length)} channels (${list}) and does not say which is which mark.`,
    where: path,
    hint: 'Give --heterochromatin N --euchromatin N by index or name, or --density N for one channel of total density.',
  });
}

/** The names of the channels of a file; of a table without channels none. */
export function namesIn(description: FileDescription): readonly string[] {
  if (description.kind === 'table') return description.channelNames;
  const { channels, channelNames } = description.metadata;
  return Array.from({ length: channels }, (_, index) => channelNames[index] ?? `channel ${String(index)}`);
}

/** The options that a draft's tables are read with. */
export function tableOptionsOf(draft: JobDraft): TableOptions {
  const { table, calibration } = parseJob({ ...draft, channels: density });
  return {
    ...(table.columns && { columns: table.columns }),
    ...(table.units && { units: table.units }),
    ...(calibration.pixelSizeNm !== null && { pixelSize: calibration.pixelSizeNm }),
  };
}

/**
 * The draft with its channels settled: as given; else one mark per file where there are two files; else the one
 * channel as total density. Throws `missing` for a file of several channels, of which none was chosen.
 */
export async function withChannels(
  draft: JobDraft,
  files: { readonly input: string; readonly second?: string },
  describe: (request: DescribeRequest) => Promise<FileDescription>,
): Promise<JobInput> {
  if (draft.channels) return { ...draft, channels: draft.channels };
  for (const path of [files.input, ...(files.second === undefined ? [] : [files.second])]) {
    const names = namesIn(await describe({ path, table: tableOptionsOf(draft) }));
    if (names.length > 1) throw severalChannels(path, names);
  }
  return { ...draft, channels: files.second === undefined ? density : onePerFile };
}
