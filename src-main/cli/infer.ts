import type { Command } from 'commander';
import { join } from 'node:path';
import { CoreError, parseJob } from '../../src-core/index.js';
import { withChannels } from '../engine/channels.js';
import { type Engine, makeEngine, type RequestOptions } from '../engine/host.js';
import type { DescribeRequest, FileDescription, InferResponse, TrainingRequest } from '../engine/messages.js';
import type { OutputChoices } from '../engine/output-choices.js';
import type { ResultDocument } from '../engine/result-document.js';
import { inStaging } from '../engine/staging.js';
import { stemOf } from '../engine/stem.js';
import { withChannelNames } from './channel-names.js';
import { withInterrupt } from './interrupt.js';
import { type CommandJob, readCommandJob } from './job-inputs.js';
import { addChannelOptions, addJobOptions, addOutputOptions, jobOptionSchema } from './job-options.js';
import { addFileOptions, type FileOptions, readFileOptions } from './output-options.js';
import { makeTerminal, type OutputOptions } from './progress.js';
import { defaultText } from './schema-options.js';

/** Options of `epiflux infer` that are not part of the job. */
interface InferOptions extends OutputOptions, FileOptions {
  readonly out: string;
  readonly checkpoint?: string;
  readonly resume?: boolean;
}

/** Where results are put, what they look like, and how a training is kept. */
interface Place {
  readonly out: string;
  readonly output: OutputChoices;
  readonly training: TrainingRequest;
  readonly describe: (request: DescribeRequest) => Promise<FileDescription>;
}

/** Throws `usage` for --resume without a file to resume from. */
function readTraining({ checkpoint, resume = false }: InferOptions): TrainingRequest {
  if (resume && checkpoint === undefined) {
    throw new CoreError({
      tag: 'usage',
      message: '--resume goes on from a saved training, and no file is named.',
      where: '--resume',
      hint: 'Name the file with --checkpoint FILE.',
    });
  }
  return { resume, ...(checkpoint !== undefined && { file: checkpoint }) };
}

async function inferToFolder(
  engine: Engine,
  { draft, files }: CommandJob,
  { out, output, training, describe }: Place,
  options: RequestOptions,
): Promise<InferResponse> {
  const job = parseJob(await withChannels(draft, files, describe));
  return inStaging(out, (folder) =>
    engine.request(
      'infer',
      { files, job, training, staging: { folder, stem: stemOf(files.input), output } },
      options,
    ),
  );
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** What λ was smoothed or regularised by, and how well it is known where the solver tells. */
function precisionText({ settings, uncertainty }: ResultDocument): string {
  const { mollifierNm, prior } = settings;
  if (prior === null) return mollifierNm === null ? 'not smoothed' : `mollifier ${short(mollifierNm)} nm`;
  const length = `length scale ${short(prior.lengthNm)} nm ${prior.from === 'data' ? 'by evidence' : 'as given'}`;
  if (uncertainty === null) return length;
  const { sd, totalSd, resolutionNm } = uncertainty;
  const total = totalSd === null ? '' : `, ${Number(totalSd.toPrecision(2))} with its level`;
  const resolution = resolutionNm === null ? 'nothing resolved' : `resolution ${resolutionNm.toFixed(0)} nm`;
  return `${length}, sd of λ ${Number(sd.toPrecision(2))}${total} (median), ${resolution}`;
}

/** How well the level of λ is known, as far as it is calibrated. */
function levelLines({ calibration: { levelCalibrated, levelSd }, job }: ResultDocument): string[] {
  if (!levelCalibrated) return ['level of λ: not calibrated'];
  if (levelSd === null) return ['level of λ: calibrated; how well it is known was not told'];
  const { hetFraction, hetFractionSd } = job.calibration;
  const from =
    levelSd.from === 'gains'
      ? 'the ratio of the gains'
      : `the fraction ${String(hetFraction)} ± ${String(hetFractionSd)}`;
  return [
    `level of λ: known to ± ${String(Number((100 * levelSd.relative).toPrecision(2)))} %, from ${from}`,
  ];
}

/** Where L0 was to come from the image: what it is, or that the image does not say. */
function lengthLines({ settings: { L0Nm, lengthEvidence } }: ResultDocument): string[] {
  if (lengthEvidence === null) return [];
  const { determined, sdNm, reason } = lengthEvidence;
  return determined
    ? [`L0: ${short(L0Nm)} ± ${Number((sdNm ?? 0).toPrecision(2))} nm, by evidence`]
    : [`L0: ${short(L0Nm)} nm as given; the image does not determine it: ${reason ?? ''}`];
}

/** Where λ has sharp borders: by how many sd they foretell held-out noise better than a smooth λ. */
function borderLines({ settings: { prior } }: ResultDocument): string[] {
  const borders = prior?.borders ?? null;
  if (borders === null) return [];
  const sds = (borders.gain / borders.gainSd).toPrecision(3);
  return [`λ has sharp borders: they foretell held-out noise better than a smooth λ by ${sds} sd`];
}

const endings = {
  steps: 'all steps made',
  'held-out': 'the held-out error fell no more',
  user: 'ended by hand',
  settled: 'the loss fell no more',
} as const;

/** How λ was trained, where it was. */
function trainingLines({ solver: { training, backend } }: ResultDocument): string[] {
  if (training === null) return [];
  const { steps, bestStep, heldOut, stopped, cells } = training;
  const error = heldOut === null ? '' : `, held-out error ${short(heldOut)} noise variances`;
  return [
    `training: ${steps} steps on ${cells} cells (${endings[stopped]}), step ${bestStep} taken${error}; ${backend}`,
  ];
}

/** The result in a few lines for a reader. */
function resultLines(document: ResultDocument): string[] {
  const { lambda, methylationRate, identifiable, solver } = document;
  const rate = methylationRate;
  return [
    `λ: median ${short(lambda.median)}, mean ${short(lambda.mean)}, sd ${short(lambda.sd)}, ` +
      `5 % to 95 %: ${short(lambda.p05)} to ${short(lambda.p95)} (${lambda.unit})`,
    ...(rate ? [`Γ_me: median ${short(rate.median)}, mean ${short(rate.mean)} ${rate.unit}`] : []),
    `identifiable: ${short(100 * identifiable)} % of the nucleus`,
    `solver: ${solver.name}, ${solver.equation}, ${precisionText(document)}`,
    ...trainingLines(document),
    ...levelLines(document),
    ...lengthLines(document),
    ...borderLines(document),
  ];
}

/** Runs the job that the arguments give, channels by name or index. */
async function inferCommand(
  engine: Engine,
  inputs: readonly string[],
  values: InferOptions & Record<string, unknown>,
  options: RequestOptions,
): Promise<InferResponse & { readonly job: CommandJob }> {
  const place = { out: values.out, output: readFileOptions(values), training: readTraining(values) };
  const describe: Place['describe'] = (request) => engine.request('describe', request, options);
  const job = await readCommandJob(inputs, await withChannelNames(inputs, values, describe));
  return { ...(await inferToFolder(engine, job, { ...place, describe }, options)), job };
}

async function runInfer(
  inputs: readonly string[],
  options: InferOptions & Record<string, unknown>,
): Promise<void> {
  const terminal = makeTerminal(options);
  const engine = makeEngine();
  try {
    const { document, files, job } = await withInterrupt((signal) =>
      inferCommand(engine, inputs, options, { signal, onProgress: terminal.progress }),
    );
    const written = files.map((file) => ({ ...file, path: join(options.out, file.name) }));
    for (const warning of document.warnings) terminal.note(`${job.files.input}: warning: ${warning}`);
    for (const assumption of document.assumptions) terminal.detail(assumption);
    const lines = [...resultLines(document), ...written.map(({ path }) => path)];
    terminal.result({ ...document, files: written }, lines);
  } finally {
    terminal.clear();
    await engine.close();
  }
}

/** Adds `epiflux infer`. */
export function addInfer(program: Command): void {
  const command = program
    .command('infer')
    .summary('one nucleus image or table → rate map')
    .description(
      'Infers the map of the rate ratio λ from one nucleus: an image, or a table of localisations. With INPUT2, ' +
        'INPUT is heterochromatin and INPUT2 euchromatin, unless the options say otherwise.',
    )
    .argument('<input>', 'image or table')
    .argument('[input2]', 'the other mark, where it has a file of its own')
    .requiredOption('--out <DIR>', 'folder for the results; made if need be');
  addChannelOptions(command);
  command.option(
    '--mask <FILE|auto|none>',
    `the nucleus (default ${defaultText(jobOptionSchema, 'mask') ?? ''})`,
  );
  command
    .option('--checkpoint <FILE>', 'for network: keeps the training in a file, written every ten seconds')
    .option('--resume', 'for network: goes on from that file where it is there');
  addOutputOptions(addFileOptions(addJobOptions(command))).action(
    async (input: string, input2: string | undefined, options: InferOptions & Record<string, unknown>) => {
      await runInfer(input2 === undefined ? [input] : [input, input2], options);
    },
  );
}
