import {
  breathe,
  type Localizations,
  type OmeChannel,
  type Phantom,
  type PhantomChannel,
  type Run,
  simulateNucleus,
  writeOmeTiff,
  writeTable,
} from '../../src-core/index.js';
import type { SimulateRequest, SimulateResponse, WrittenFile } from './messages.js';
import { writeStaged } from './staging.js';
import { truthDocument } from './truth-document.js';

interface PhantomFile {
  readonly name: string;
  readonly chunks: readonly Uint8Array[];
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const hundredths = (value: number): number => Math.round(100 * value) / 100;

/** A table as ThunderSTORM names its columns; positions to 0.01 nm, all in one frame. */
function tableText({ count, x, y, precision }: Localizations): string {
  return writeTable([
    { name: 'id', values: Uint32Array.from({ length: count }, (_, row) => row + 1) },
    { name: 'frame', values: new Uint8Array(count).fill(1) },
    { name: 'x [nm]', values: x.map(hundredths) },
    { name: 'y [nm]', values: y.map(hundredths) },
    ...(precision ? [{ name: 'uncertainty [nm]', values: Float64Array.from(precision, hundredths) }] : []),
  ]);
}

const lastWord = (name: string): string => name.split(' ').at(-1) ?? name;

function measuredFiles({ grid, channels }: Phantom): PhantomFile[] {
  const counts = (channel: PhantomChannel): OmeChannel[] =>
    channel.kind === 'counts' ? [{ name: channel.name, values: channel.counts }] : [];
  const images = channels.flatMap(counts);
  const tables = channels.flatMap((channel) =>
    channel.kind === 'counts'
      ? []
      : [{ name: `locs_${lastWord(channel.name)}.csv`, chunks: [encode(tableText(channel.table))] }],
  );
  if (images.length === 0) return tables;
  return [{ name: 'image.ome.tif', chunks: writeOmeTiff({ grid, channels: images }) }, ...tables];
}

function phantomFiles(phantom: Phantom): PhantomFile[] {
  const { grid, mask, lambda, truth } = phantom;
  const nucleus = { name: 'nucleus', values: mask.map((inside) => (inside === 0 ? 0 : 255)) };
  const text = `${JSON.stringify(truthDocument(truth), null, 2)}\n`;
  return [
    ...measuredFiles(phantom),
    { name: 'mask.ome.tif', chunks: writeOmeTiff({ grid, channels: [nucleus] }) },
    {
      name: 'lambda_true.ome.tif',
      chunks: writeOmeTiff({ grid, channels: [{ name: 'lambda', values: lambda }] }),
    },
    { name: 'truth.json', chunks: [encode(text)] },
  ];
}

/** Simulates a nucleus and writes it into the staging folder. The same spec gives the same bytes. */
export async function simulateToFolder(
  { spec, folder }: SimulateRequest,
  run: Run,
): Promise<SimulateResponse> {
  const phantom = await simulateNucleus(spec, run);
  run.report({ stage: 'write', fraction: 0 });
  const files: WrittenFile[] = [];
  for (const { name, chunks } of phantomFiles(phantom)) {
    await breathe(run);
    files.push(await writeStaged(folder, name, chunks));
  }
  return { document: truthDocument(phantom.truth), files };
}
