import {
  aroundNucleus,
  breathe,
  drawFigure,
  type FigureContent,
  type Inference,
  type Run,
} from '../../src-core/index.js';
import type { Staging, WrittenFile } from './messages.js';
import { rasterizeFigure } from './rasterize.js';
import { embeddedJob, type JobIdentity, type ResultDocument } from './result-document.js';
import { type ResultPart, resultImages } from './result-images.js';
import { writeStaged } from './staging.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function figureContent(inference: Inference, title: string, job: string): FigureContent {
  const { grid, mask, rate, heterochromatin, euchromatin, report } = inference;
  return {
    title,
    grid,
    mask,
    density: heterochromatin.map((value, i) => value + euchromatin[i]),
    rate: rate.estimate,
    identifiable: rate.identifiable,
    rateLabel: 'λ = Γ_me/Γ_ac',
    rateUnit: 'dimensionless',
    assumptions: report.assumptions,
    warnings: report.warnings,
    job,
  };
}

/** The figure as SVG and PNG. Drawing the PNG is the one step that cannot be interrupted (about 0.3 s). */
async function figures(content: FigureContent, run: Run): Promise<ResultPart[]> {
  run.report({ stage: 'draw', fraction: 0 });
  await breathe(run);
  const svg = drawFigure(aroundNucleus(content));
  await breathe(run);
  const png = rasterizeFigure(svg, { job: content.job });
  return [
    { suffix: 'figure.svg', chunks: [encode(svg)] },
    { suffix: 'figure.png', chunks: [png] },
  ];
}

function identityOf({ input, second, mask }: ResultDocument): JobIdentity {
  const { name, bytes, sha256 } = input;
  return { input: { name, bytes, sha256 }, ...(second && { second }), ...(mask && { mask }) };
}

/**
 * Writes infer's files into a staging folder: maps, figure and, last, result.json. All but `solver.seconds` is the
 * same for the same job and files.
 */
export async function writeResults(
  inference: Inference,
  document: ResultDocument,
  staging: Staging,
  run: Run,
): Promise<WrittenFile[]> {
  const job = embeddedJob(document.job, identityOf(document));
  const parts = [
    ...resultImages(inference, job),
    ...(await figures(figureContent(inference, document.input.name, job), run)),
    { suffix: 'result.json', chunks: [encode(`${JSON.stringify(document, null, 2)}\n`)] },
  ];
  const files: WrittenFile[] = [];
  for (const { suffix, chunks } of parts) {
    run.report({ stage: 'write', fraction: files.length / parts.length });
    await breathe(run);
    files.push(await writeStaged(staging.folder, `${staging.stem}.${suffix}`, chunks));
  }
  return files;
}
