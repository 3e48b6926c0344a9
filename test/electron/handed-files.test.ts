import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesIn, filesOfSecond, handOver } from '../../src-main/desktop/handed-files.js';

const path = resolve('a nucleus.ome.tif');

describe('files among the arguments', () => {
  it('are what is no option, after the program (and its folder, before it is packaged)', () => {
    expect(filesIn(['electron', '.', '--inspect', 'a.tif', 'b.csv'], false)).toEqual(['a.tif', 'b.csv']);
    expect(filesIn(['electron', '--no-sandbox', '.', 'a.tif'], false)).toEqual(['a.tif']);
    expect(filesIn(['Epiflux', '--no-sandbox', 'a.tif'], true)).toEqual(['a.tif']);
    expect(filesIn(['Epiflux'], true)).toEqual([]);
    expect(filesIn(['electron', '.'], false)).toEqual([]);
    expect(filesIn([], false)).toEqual([]);
  });

  it('may be named by addresses, as Linux desktops do', () => {
    const { href } = pathToFileURL(path);
    expect(href).toContain('%20');
    expect(filesIn(['Epiflux', href], true)).toEqual([path]);
    expect(filesIn(['Epiflux', 'file://other-computer/a.tif'], true).length).toBe(
      process.platform === 'win32' ? 1 : 0,
    );
    expect(filesIn(['Epiflux', 'file:///a%00.tif', 'file:%2f'], true)).not.toContain('file:%2f');
  });
});

describe('a second start', () => {
  const second = { argv: ['Epiflux', '--allow-file-access', 'b.tif'], folder: resolve('elsewhere') };

  it('hands over full paths, which are taken as it says them', () => {
    const data = handOver(['Epiflux', 'a.tif'], true);
    expect(data).toEqual({ files: [resolve('a.tif')] });
    expect(filesOfSecond({ ...second, data }, true)).toEqual([resolve('a.tif')]);
    expect(filesOfSecond({ ...second, data: { files: [] } }, true)).toEqual([]);
  });

  it.each([undefined, null, 'a.tif', { files: 'a.tif' }, { files: [5] }, []])(
    'that says %j is read by its arguments, from its own folder',
    (data) => {
      expect(filesOfSecond({ ...second, data }, true)).toEqual([resolve('elsewhere', 'b.tif')]);
    },
  );
});
