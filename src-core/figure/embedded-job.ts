/** The name under which every figure holds its job: id of the SVG's metadata element, keyword of the PNG's text. */
export const embeddedJobName = 'epiflux-job';

/**
 * The same JSON in printable ASCII, other characters as \uXXXX: what survives Latin-1 text chunks, XML and mail.
 * In JSON such characters stand only inside strings (or are white space), where the escape means the same.
 */
export function asciiJson(json: string): string {
  return json
    .replace(/[\t\n\r]/g, ' ')
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
