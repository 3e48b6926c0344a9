import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findLeftovers, makeAutosave } from '../../src-main/project/autosave.js';
import { readLeftovers } from '../../src-main/project/leftovers.js';
import { stateFolder } from '../../src-main/project/state-folder.js';
import { scratchFolder } from '../cli/program.js';

const folder = scratchFolder();
const text = (value: string) => () => Promise.resolve(value);

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.on('exit', resolve));
  return child.pid ?? 0;
}

describe('an autosave', () => {
  it('is a file of its own that only the user can read', async () => {
    const place = join(folder, 'one');
    const autosave = makeAutosave(place);
    expect(await autosave.write(text('first'))).toBe(true);
    const [name, ...others] = readdirSync(place);
    expect(others).toEqual([]);
    expect(readFileSync(join(place, name), 'utf8')).toBe('first');
    if (process.platform !== 'win32') {
      expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
      expect(statSync(place).mode & 0o777).toBe(0o700);
    }
    await autosave.write(null);
    expect(readdirSync(place)).toEqual([]);
  });

  it('of many that come at once holds the last, and leaves nothing beside', async () => {
    const place = join(folder, 'many');
    const autosave = makeAutosave(place);
    const made: string[] = [];
    const writes = Array.from({ length: 50 }, (_, k) =>
      autosave.write(() => {
        made.push(String(k));
        return Promise.resolve(String(k));
      }),
    );
    await Promise.all(writes);
    const names = readdirSync(place);
    expect(names).toHaveLength(1);
    expect(readFileSync(join(place, names[0]), 'utf8')).toBe('49');
    expect(made.length).toBeLessThan(5);
  });

  it('stays as it was where a text cannot be made or the disk cannot be written', async () => {
    const place = join(folder, 'kept');
    const autosave = makeAutosave(place);
    await autosave.write(text('good'));
    expect(await autosave.write(() => Promise.reject(new Error('gone')))).toBe(false);
    expect(readFileSync(join(place, readdirSync(place)[0]), 'utf8')).toBe('good');
    writeFileSync(join(folder, 'file'), '');
    expect(await makeAutosave(join(folder, 'file')).write(text('x'))).toBe(false);
  });
});

describe('what is left of programs that are gone', () => {
  it('is found, the latest first; what a program at work has written is not', async () => {
    const place = join(folder, 'left');
    mkdirSync(place);
    const pid = await deadPid();
    writeFileSync(join(place, `open-${pid}-aaaa.json`), 'old');
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(place, `open-${pid}-bbbb.json`), 'new');
    writeFileSync(join(place, `open-${process.pid}-cccc.json`), 'alive');
    writeFileSync(join(place, `.epiflux-${pid}-open-${pid}-dddd.json`), 'half writ');
    writeFileSync(join(place, 'notes.txt'), 'not ours');
    const left = await findLeftovers(place);
    expect(left.map((each) => each.text)).toEqual(['new', 'old']);
    expect(readdirSync(place)).toContain('notes.txt');
    expect(readdirSync(place).some((name) => name.startsWith('.epiflux-'))).toBe(false);
  });

  it('is left alone where this version cannot read it', async () => {
    const place = join(folder, 'broken');
    mkdirSync(place);
    const pid = await deadPid();
    for (const [k, broken] of ['', '{', '{"current":null,"project":{"epifluxProject":99}}'].entries())
      writeFileSync(join(place, `open-${pid}-${k}.json`), broken);
    expect(await readLeftovers(place)).toEqual([]);
    expect(readdirSync(place)).toHaveLength(3);
    expect(await readLeftovers(join(folder, 'never made'))).toEqual([]);
  });
});

describe('the folder of the state', () => {
  it('follows the platform', () => {
    expect(stateFolder({}, 'linux', '/h')).toBe(join('/h', '.local', 'state', 'epiflux'));
    expect(stateFolder({ XDG_STATE_HOME: '/s' }, 'linux', '/h')).toBe(join('/s', 'epiflux'));
    expect(stateFolder({}, 'darwin', '/h')).toBe(join('/h', 'Library', 'Application Support', 'Epiflux'));
    expect(stateFolder({ LOCALAPPDATA: '/l' }, 'win32', '/h')).toBe(join('/l', 'Epiflux'));
  });
});
