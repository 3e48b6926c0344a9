import { describe, expect, it } from 'vitest';
import { CoreError, parseJob } from '../../src-core/index.js';
import { type Content, type ContentDocument, filesOf, withFiles } from '../../src-main/project/content.js';
import { parseAutosave, parseProject, projectText } from '../../src-main/project/project-file.js';

const job = parseJob({ channels: { kind: 'density', density: { file: 0, channel: 0 } } });
const settings = { job, second: null, mask: null, displays: {} };

export function documentWith(part: Partial<ContentDocument> = {}): ContentDocument {
  return {
    source: 'f1',
    settings,
    past: [],
    future: [],
    unsaved: false,
    look: {},
    running: null,
    result: null,
    ...part,
  };
}

const entry = { name: 'a.tif', bytes: 3, sha256: 'a'.repeat(64), from: 'disk' as const, path: '/data/a.tif' };
const content: Content = { documents: [documentWith()], active: 0 };
const project = { files: { f1: entry }, content };

function failureOf(text: string): CoreError {
  try {
    parseProject(text, 'p.epiflux');
  } catch (error) {
    if (error instanceof CoreError) return error;
    throw error;
  }
  throw new Error('It was read.');
}

describe('a project file', () => {
  it('is read back as it was written, and written the same again', () => {
    const text = projectText(project);
    const read = parseProject(text, 'p.epiflux');
    expect(read).toMatchObject(project);
    expect(projectText(read)).toBe(text);
  });

  it('fills settings that an earlier version did not have with their defaults', () => {
    const value = JSON.parse(projectText(project)) as {
      content: { documents: { settings: { job: object } }[] };
    };
    const shorter = { channels: job.channels };
    value.content.documents[0].settings.job = shorter;
    expect(parseProject(JSON.stringify(value), 'p').content.documents[0].settings.job).toEqual(job);
  });

  it('remembers a displacement of the channels, and has none where it was made before there was one', () => {
    const mark = (channel: number) => ({ file: 0 as const, channel });
    const channels = { kind: 'two-channel' as const, heterochromatin: mark(0), euchromatin: mark(1) };
    const reopened = (calibration: object) => {
      const part = { settings: { ...settings, job: parseJob({ channels, calibration }) } };
      const text = projectText({ ...project, content: { documents: [documentWith(part)], active: 0 } });
      const older = text.replaceAll(/,\s*"shiftNm": ?null/g, '');
      expect(older).not.toMatch(/"shiftNm": ?null/);
      return parseProject(older, 'p').content.documents[0].settings.job.calibration;
    };
    expect(reopened({ shiftNm: [30, -7.5] })).toMatchObject({ shiftNm: [30, -7.5] });
    expect(reopened({ shiftNm: 'auto' })).toMatchObject({ shiftNm: 'auto' });
    expect(reopened({ hetFraction: 0.4 })).toMatchObject({ shiftNm: null, hetFraction: 0.4 });
  });

  it('that is cut off is refused as unreadable, by name', () => {
    const failure = failureOf(projectText(project).slice(0, 200));
    expect(failure).toMatchObject({ tag: 'unreadable', where: 'p.epiflux' });
    expect(failure.message).toContain('not JSON');
    expect(failure.hint).toContain('cut off');
  });

  it.each(['{}', '[]', 'null', '3', '"text"', '{"epifluxProject":"1"}'])('%s is no project', (text) => {
    expect(failureOf(text).message).toContain('no Epiflux project');
  });

  it('of a later version is refused with both versions', () => {
    const later = projectText(project).replace('"epifluxProject": 1', '"epifluxProject": 2');
    const failure = failureOf(later.replace(/"program": "[^"]*"/, '"program": "9.1.0"'));
    expect(failure.message).toContain('project version 2, program 9.1.0');
    expect(failure.hint).toContain('Epiflux 9.1.0 or a later one');
  });

  it('with a value out of range is refused with the place of the value', () => {
    const failure = failureOf(projectText(project).replace('"lengthNm": 150', '"lengthNm": -1'));
    expect(failure.message).toContain('content.documents.0.settings.job.model.lengthNm');
  });

  it.each(['../a.tif', '/a.tif', 'a/../../b.tif', 'C:\\a.tif', '\\\\host\\a.tif'])(
    'does not name %s as a file below its folder',
    (relative) => {
      const text = projectText({ ...project, files: { f1: { ...entry, relative } } });
      expect(failureOf(text).message).toContain('files.f1.relative');
    },
  );

  it('that is an autosave says which project it belongs to', () => {
    const current = { path: '/data/p.epiflux', name: 'p.epiflux' };
    const text = JSON.stringify({ current, project: JSON.parse(projectText(project)) as unknown });
    expect(parseAutosave(text)).toMatchObject({ current, project });
    expect(() => parseAutosave('{"current":null}')).toThrow(CoreError);
  });
});

describe('files of a content', () => {
  const inputs = { job, second: 'f3', mask: 'f4' };
  const other = documentWith({
    source: 'f2',
    settings: { ...settings, second: 'f3' },
    past: [{ ...settings, mask: 'f5' }],
    result: { job: null, inputs, summary: null },
  });
  const both: Content = { documents: [documentWith(), other], active: 1 };

  it('are each named once, those of undo and of results too', () => {
    expect(filesOf(both)).toEqual(['f1', 'f2', 'f3', 'f5', 'f4']);
  });

  it('that are not there leave their place empty; a document without its source is left out', () => {
    const without = withFiles(both, (id) => (id === 'f3' ? null : `g-${id}`));
    expect(filesOf(without)).toEqual(['g-f1', 'g-f2', 'g-f5', 'g-f4']);
    expect(without.active).toBe(1);
    const lessOne = withFiles(both, (id) => (id === 'f1' ? null : id));
    expect(lessOne).toEqual({ documents: [other], active: 0 });
    expect(withFiles(both, (id) => (id === 'f2' ? null : id))).toEqual({
      documents: [documentWith()],
      active: 0,
    });
  });
});
