/** A tag of an XML text. */
export interface XmlTag {
  /** Name without a namespace prefix. */
  readonly name: string;
  readonly kind: 'open' | 'close' | 'empty';
  readonly attributes: Readonly<Partial<Record<string, string>>>;
  /** Character data between this tag and the next, entities decoded. */
  readonly text: string;
}

const entities: Readonly<Partial<Record<string, string>>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith('#')) return entities[name] ?? whole;
  const code = name[1] === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

function decodeEntities(text: string): string {
  return text.includes('&') ? text.replace(/&(#?\w{1,10});/g, decodeEntity) : text;
}

function attributesOf(inside: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of inside.matchAll(/(?<=\s)([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found[match[1]] = decodeEntities(match[0].endsWith('"') ? match[2] : match[3]);
  return found;
}

/** Where the markup that begins at `start` ends: comments, CDATA and instructions are passed over whole. */
function markupEnd(xml: string, start: number): number {
  const closing = xml.startsWith('<!--', start) ? '-->' : xml.startsWith('<![CDATA[', start) ? ']]>' : '>';
  const end = xml.indexOf(closing, start);
  return end < 0 ? xml.length : end + closing.length;
}

/** The tags of an XML text in order. Takes broken XML as far as it goes; time is linear in its length. */
export function* xmlTags(xml: string): Generator<XmlTag> {
  for (let start = xml.indexOf('<'); start >= 0;) {
    const end = markupEnd(xml, start);
    const next = xml.indexOf('<', end);
    const mark = xml[start + 1];
    if (mark !== '!' && mark !== '?') {
      const inside = xml.slice(start + 1, end - 1);
      const name = /^\/?\s*(?:[\w.-]+:)?([\w.-]+)/.exec(inside)?.[1] ?? '';
      const kind = mark === '/' ? 'close' : inside.endsWith('/') ? 'empty' : 'open';
      const text = kind === 'open' ? decodeEntities(xml.slice(end, next < 0 ? xml.length : next)) : '';
      yield { name, kind, attributes: attributesOf(inside), text };
    }
    start = next;
  }
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if ('&<>"\'\t\n\r'.includes(character)) return `&#${code};`;
  const impossible = code < 32 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
  return impossible ? '\ufffd' : character;
}

/** A text made safe for XML text and attribute values; characters that XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return Array.from(text, escapeCharacter).join('');
}
