import type { ExportChoices, ExportSubject, FileKind } from './page.js';
import type { Session } from './session.js';

const subjectTitles: Readonly<Record<ExportSubject, string>> = {
  figure: 'Figure: density and λ',
  view: 'Current view',
  panes: 'All views side by side',
  map: 'One map',
  image: 'Image of numbers (OME-TIFF)',
  table: 'Table (CSV)',
  report: 'Report (JSON)',
};

/** What can be exported, as users read it. */
export function subjectTitle(subject: ExportSubject): string {
  return subjectTitles[subject];
}

/** Images of numbers with their names for users. */
export const imageTitles: readonly (readonly [FileKind, string])[] = [
  ['lambda.ome.tif', 'λ (NaN where not identifiable)'],
  ['phi.ome.tif', 'φ_h and φ_e, two channels'],
  ['mask.ome.tif', 'nucleus mask, 0 and 255'],
  ['density.ome.tif', 'density φ_h + φ_e'],
  ['phi-h.ome.tif', 'φ_h'],
  ['phi-e.ome.tif', 'φ_e'],
  ['residual.ome.tif', 'residual'],
  ['lambda-sd.ome.tif', 'standard deviation of λ'],
  ['lambda-resolution.ome.tif', 'resolution of λ, nm'],
  ['identifiable.ome.tif', 'identifiable, 0 and 1'],
  ['layers.ome.tif', 'all layers in one file'],
];

/** Tables with their names for users. */
export const tableTitles: readonly (readonly [FileKind, string])[] = [
  ['pixels.csv', 'pixels: one row for each inside the nucleus'],
  ['statistics.csv', 'statistics: one row for each nucleus'],
];

/** The file of numbers that is chosen; null for a page. */
export function chosenFile({ subject, image, table }: ExportChoices): FileKind | null {
  if (subject === 'image') return image;
  if (subject === 'table') return table;
  return subject === 'report' ? 'result.json' : null;
}

/** The extension of what is chosen, with its dot. */
export function chosenExtension(choices: ExportChoices): string {
  const kind = chosenFile(choices);
  if (kind === null) return `.${choices.format}`;
  return kind.endsWith('.ome.tif') ? '.ome.tif' : kind.slice(kind.lastIndexOf('.'));
}

function stemOf(name: string): string {
  const plain = name.replace(/\.gz$/i, '');
  return plain.replace(/\.ome\.(tiff?|tf2|tf8|btf)$|(?<=.)\.[^.]*$/i, '') || plain;
}

function partOf(session: Session): string {
  const { choices } = session.page;
  const { subject, layer } = choices;
  const kind = chosenFile(choices);
  if (kind !== null) return kind.slice(0, -chosenExtension(choices).length);
  if (subject === 'figure') return 'figure';
  if (subject === 'panes') return 'views';
  return subject === 'map' ? layer : session.view.layers[session.view.active];
}

/** The name that a file of the choices of now gets by itself, without extension: "nucleus.lambda". */
export function usualName(session: Session): string {
  return `${stemOf(session.project?.source.grant.name ?? 'nucleus')}.${partOf(session)}`;
}

/** The name that the file of the choices of now gets, without extension: what was typed for it, or the usual one. */
export function chosenName(session: Session): string {
  const { name } = session.page.choices;
  const usual = usualName(session);
  return name?.over === usual ? name.typed : usual;
}
