import {
  aroundNucleus,
  breathe,
  checkRaster,
  drawSummary,
  type FigureContent,
  type Inference,
  type Run,
  summarizeFigure,
} from '../../src-core/index.js';
import type { Staging, WrittenFile } from './messages.js';
import type { OutputChoices } from './output-choices.js';
import { rasterizeFigure } from './rasterize.js';
import { embeddedJob, identityOf, type ResultDocument } from './result-document.js';
import { type ResultPart, resultImages } from './result-images.js';
import { pixelTable } from './result-tables.js';
import { type Chunks, writeStaged } from './staging.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What the standard figure of a result shows; `job` is the text to be embedded. */
export function figureContent(inference: Inference, title: string, job: string): FigureContent {
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
async function figures(content: FigureContent, output: OutputChoices, run: Run): Promise<ResultPart[]> {
  run.report({ stage: 'draw', fraction: 0 });
  await breathe(run);
  const { figureWidthMm, figureDpi = 300 } = output;
  const look = figureWidthMm === undefined ? {} : { widthMm: figureWidthMm };
  const page = drawSummary(summarizeFigure(aroundNucleus(content)), look);
  checkRaster(page.widthMm, page.heightMm, figureDpi);
  await breathe(run);
  const png = rasterizeFigure(page.svg, { job: content.job, dpi: figureDpi });
  return [
    { suffix: 'figure.svg', chunks: [encode(page.svg)] },
    { suffix: 'figure.png', chunks: [png] },
  ];
}

/**
 * Writes infer's files into a staging folder: maps, figure, the pixels' table where it is wanted and, last,
 * result.json. All but `solver.seconds` is the same for the same job and files.
 */
export async function writeResults(
  inference: Inference,
  document: ResultDocument,
  { folder, stem, output = {} }: Staging,
  run: Run,
): Promise<WrittenFile[]> {
  const job = embeddedJob(document.job, identityOf(document));
  const table = output.pixelTable === true ? [pixelTable(inference, document, job, run)] : [];
  const parts: { suffix: string; chunks: Chunks }[] = [
    ...resultImages(inference, job),
    ...(await figures(figureContent(inference, document.input.name, job), output, run)),
    ...table.map((chunks) => ({ suffix: 'pixels.csv', chunks })),
    { suffix: 'result.json', chunks: [encode(`${JSON.stringify(document, null, 2)}\n`)] },
  ];
  const files: WrittenFile[] = [];
  for (const { suffix, chunks } of parts) {
    run.report({ stage: 'write', fraction: files.length / parts.length });
    await breathe(run);
    files.push(await writeStaged(folder, `${stem}.${suffix}`, chunks));
  }
  return files;
}
