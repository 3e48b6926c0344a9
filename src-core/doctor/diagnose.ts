import { channelFindings } from './channel-findings.js';
import type { Finding } from './finding.js';
import { intensityFindings } from './intensity-findings.js';
import { leftOutNotes } from './left-out.js';
import { isAboutPixelSize, pixelSizeFindings } from './pixel-size-findings.js';
import { nucleusFindings, pointSpreadFindings } from './scale-findings.js';
import { stackFindings } from './stack-findings.js';
import type { ImageSubject, TableSubject } from './subject.js';
import { tableFindings } from './table-findings.js';

const order = ['stop', 'doubt', 'note'] as const;

function bySeverity(findings: readonly Finding[]): Finding[] {
  return order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** What the reader said of the file, as findings without a remedy. */
function fileFindings(warnings: readonly string[]): Finding[] {
  return [...new Set(warnings)].map((what) => ({
    code: 'file',
    severity: 'note',
    what,
    means: 'Found when the file was read.',
    remedies: [],
  }));
}

/** The first finding about the scale: the others say the same of the same pixel size. */
function scaleFindings(subject: ImageSubject): Finding[] {
  const pixel = pixelSizeFindings(subject);
  if (pixel.some(({ code }) => code === 'pixel-size-missing')) return pixel;
  const seen = [...nucleusFindings(subject), ...pointSpreadFindings(subject)];
  return [...pixel, ...seen.slice(0, 1)];
}

/** Everything that is doubtful about an image before a job of it runs, what stops the job first. */
export function diagnoseImage(subject: ImageSubject): Finding[] {
  const told = subject.metadata.pixelSize.x === undefined ? isAboutPixelSize : (): boolean => false;
  return bySeverity([
    ...scaleFindings(subject),
    ...stackFindings(subject),
    ...intensityFindings(subject),
    ...channelFindings(subject),
    ...fileFindings(subject.metadata.warnings.filter((warning) => !told(warning))),
  ]);
}

/** Everything that is doubtful about tables of localisations before a job of them runs. */
export function diagnoseTables(subject: TableSubject): Finding[] {
  return bySeverity([
    ...tableFindings(subject),
    ...fileFindings(subject.tables.flatMap((table) => [...table.warnings, ...leftOutNotes(table)])),
  ]);
}
