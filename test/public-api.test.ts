import { expect, it } from 'vitest';
import * as core from '../src-core/index.js';
import { sourceText } from './source-files.js';

it('the public names of src-core are these', () => {
  expect(Object.keys(core).sort()).toMatchSnapshot();
});

it('the public types of src-core are these', () => {
  const types = [...sourceText('src-core/index.ts').matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(
    (match) =>
      match[1]
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && (name.startsWith('type ') || match[0].startsWith('export type')))
        .map((name) => name.replace(/^type /, '')),
  );
  expect(types.sort()).toMatchSnapshot();
});
