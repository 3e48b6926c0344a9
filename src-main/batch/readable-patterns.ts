import { formatTable } from '../../src-core/index.js';

const readable = formatTable.filter(({ kind }) => kind !== 'unsupported');

/** The patterns of file names that a batch tries where none is given: the usual extensions of what can be read. */
export const readablePatterns: readonly string[] = [
  ...new Set(
    readable.flatMap(({ kind, extensions }) =>
      extensions.flatMap((extension) => {
        const last = extension.split('.').at(-1) ?? extension;
        return kind === 'table' ? [`*.${last}`, `*.${last}.gz`] : [`*.${last}`];
      }),
    ),
  ),
];
