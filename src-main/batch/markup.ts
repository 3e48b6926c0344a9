/** A piece of a page: finished markup, never plain text. */
export interface Markup {
  readonly markup: string;
}

/** Text for HTML, outside and inside of attributes in double quotes; what HTML forbids as U+FFFD. */
function escapeHtml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Text that is markup already. */
export function trusted(markup: string): Markup {
  return { markup };
}

type Content = Markup | string | number | readonly Markup[];

function textOf(content: Content): string {
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  return 'markup' in content ? content.markup : content.map(({ markup }) => markup).join('\n');
}

/** Markup from a template: what is put in is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return trusted(parts.map((part, k) => (k < contents.length ? part + textOf(contents[k]) : part)).join(''));
}
