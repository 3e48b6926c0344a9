import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietRun } from '../../src-core/index.js';
import { fileSha256, openFile, openFileSha256 } from '../../src-main/engine/file-source.js';

const content = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 251);
let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'epiflux-source-'));
  writeFileSync(at('plain.tif'), content);
  writeFileSync(at('packed.csv.gz'), gzipSync(content));
  writeFileSync(at('torn.csv.gz'), gzipSync(content).subarray(0, 1000));
  writeFileSync(at('empty.csv'), '');
  mkdirSync(at('folder'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('reads ranges of a file, fewer bytes at its end, none beyond', async () => {
  const file = await openFile(at('plain.tif'), quietRun);
  expect([file.source.name, file.source.size, file.bytes]).toEqual(['plain.tif', 3_000_000, 3_000_000]);
  expect(await file.source.read(1_234_567, 1000)).toEqual(content.slice(1_234_567, 1_235_567));
  expect(await file.source.read(2_999_990, 4 * 2 ** 30)).toEqual(content.slice(2_999_990));
  expect(await file.source.read(5_000_000, 10)).toHaveLength(0);
  await file.close();
});

it('unpacks a gzip file and drops .gz from its name', async () => {
  const file = await openFile(at('packed.csv.gz'), quietRun);
  expect([file.source.name, file.source.size]).toEqual(['packed.csv', content.length]);
  expect(Buffer.from(await file.source.read(0, content.length)).equals(content)).toBe(true);
  expect(file.bytes).toBeLessThan(content.length);
  await file.close();
});

it('refuses a gzip file over the limit, and a torn one', async () => {
  await expect(openFile(at('packed.csv.gz'), quietRun, 2 ** 20)).rejects.toMatchObject({ tag: 'memory' });
  await expect(openFile(at('torn.csv.gz'), quietRun)).rejects.toMatchObject({
    tag: 'unreadable',
    message: expect.stringContaining('gzip stream is broken') as string,
  });
});

it.each([
  ['none.tif', 'no such file'],
  ['plain.tif/below', 'no such file'],
  ['empty.csv', 'empty (0 bytes)'],
  ['folder', 'a folder'],
])('says what is wrong with %s', async (name, message) => {
  await expect(openFile(at(name), quietRun)).rejects.toMatchObject({
    tag: 'unreadable',
    where: at(name),
    message: expect.stringContaining(message) as string,
    hint: expect.stringMatching(/\w+ \w+/) as string,
  });
});

it.skipIf(process.getuid?.() === 0)('says that a file may not be read (not as root)', async () => {
  writeFileSync(at('locked.tif'), 'x');
  chmodSync(at('locked.tif'), 0);
  await expect(openFile(at('locked.tif'), quietRun)).rejects.toMatchObject({ tag: 'unreadable' });
});

it('hashes a file as it lies on the disk', async () => {
  const expected = createHash('sha256').update(gzipSync(content)).digest('hex');
  expect(await fileSha256(at('packed.csv.gz'), quietRun)).toBe(expected);
});

it('stops hashing when cancelled', async () => {
  const run = { ...quietRun, signal: { aborted: true } };
  await expect(fileSha256(at('plain.tif'), run)).rejects.toMatchObject({ tag: 'cancelled' });
});

it('knows a file by its identity as long as nothing of it changed', async () => {
  const path = at('changing.tif');
  const settle = () => new Promise((resume) => setTimeout(resume, 150));
  const identity = async () => {
    const file = await openFile(path, quietRun);
    await file.close();
    return file.source.identity;
  };
  writeFileSync(path, 'one');
  expect(await identity(), 'too young to be told apart').toBeUndefined();
  await settle();
  const before = await identity();
  expect(before).toBeDefined();
  expect(await identity()).toBe(before);
  writeFileSync(path, 'two');
  await settle();
  expect(await identity()).not.toBe(before);
});

it('gives the hash of the bytes that are there, remembered or not', async () => {
  const path = at('hashed.tif');
  const hash = async () => {
    const file = await openFile(path, quietRun);
    await file.close();
    return openFileSha256(file, quietRun);
  };
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  for (const text of ['one', 'two', 'six']) {
    writeFileSync(path, text);
    expect(await hash()).toBe(hashOf(text));
    await new Promise((resume) => setTimeout(resume, 150));
    expect(await hash()).toBe(hashOf(text));
    expect(await hash()).toBe(hashOf(text));
  }
});

it('unpacks a file that it knows only when it is read', async () => {
  await new Promise((resume) => setTimeout(resume, 150));
  for (let time = 0; time < 2; time++) {
    const { source, close } = await openFile(at('packed.csv.gz'), quietRun);
    expect([source.name, source.size]).toEqual(['packed.csv', content.length]);
    expect(await source.read(1_000_000, 50)).toEqual(content.slice(1_000_000, 1_000_050));
    expect(await source.read(2_999_990, 50)).toEqual(content.slice(2_999_990));
    await close();
  }
});
