import { expect, it } from 'vitest';
import { formatTable } from '../src-core/index.js';

const rows = (kinds: readonly string[]): string[] =>
  formatTable
    .filter((format) => kinds.includes(format.kind))
    .map(({ title, extensions, content }) => `| ${title} | ${extensions.join(', ')} | ${content} |`);

it('docs/formats.md says what the detection table says', async () => {
  const page = [
    '# What can be read',
    '',
    'Made from the detection table by `npx vitest run test/formats-doc.test.ts -u`; `npx epiflux formats` prints the same.',
    'A file is recognised by its first bytes, never by its extension alone. A table may be gzipped (HDF5 aside).',
    '',
    '| format | usual extensions | what is read |',
    '|---|---|---|',
    ...rows(['image', 'table']),
    '',
    'Recognised, and answered with a way out:',
    '',
    '| format | usual extensions | what to do |',
    '|---|---|---|',
    ...rows(['unsupported']),
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../docs/formats.md');
});
