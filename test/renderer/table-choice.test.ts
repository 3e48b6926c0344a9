import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src-core/io/byte-source.js';
import { readTable } from '../../src-core/io/read-table.js';
import { previewTable, type TablePreview } from '../../src-core/io/table-preview.js';
import { quietRun } from '../../src-core/run.js';
import {
  choiceOfDraft,
  draftExtent,
  draftProblem,
  firstDraft,
  headerKey,
  headerUnit,
  optionsOf,
  type TableDraft,
} from '../../src-renderer/state/table-choice.js';

const source = (text: string) => memorySource('t.csv', new TextEncoder().encode(text));

async function previewOf(text: string): Promise<TablePreview> {
  const preview = await previewTable(source(text), quietRun);
  if (preview === null) throw new Error('No table.');
  return preview;
}

const withRoles = (draft: TableDraft, roles: Partial<TableDraft['roles']>): TableDraft => ({
  ...draft,
  roles: { ...draft.roles, ...roles },
});

const said = 'x [nm],y [nm],frame,channel,sigma\n10,20,1,a,5\n3010,1020,2,b,6\n';
const unsaid = 'p,q,r\n1,2,hello\n3,5,world\n';

describe('the first draft', () => {
  it('is what was recognised, and complete where the table says everything', async () => {
    const preview = await previewOf(said);
    const draft = firstDraft(preview, null);
    expect(draft.roles).toEqual({
      x: 0,
      y: 1,
      z: null,
      precision: null,
      frame: 2,
      channel: 3,
      molecule: null,
    });
    expect([headerUnit(preview, draft), draftProblem(preview, draft)]).toEqual(['nm', null]);
    expect(choiceOfDraft(preview, draft)).toEqual({ columns: null, units: null, pixelSizeNm: null });
    expect(draftExtent(preview, draft)).toEqual([3000, 1000]);
  });

  it('is what was chosen before, none included', async () => {
    const preview = await previewOf(said);
    const choice = { columns: { precision: 'sigma', channel: '' }, units: 'um' as const, pixelSizeNm: null };
    const draft = firstDraft(preview, choice);
    expect(draft.roles).toMatchObject({ x: 0, precision: 4, channel: null });
    expect(choiceOfDraft(preview, draft)).toEqual(choice);
    expect(draftExtent(preview, draft)).toEqual([3e6, 1e6]);
  });
});

describe('what stands in the way', () => {
  it('is said one after the other: columns, the same one twice, text, unit, pixel size', async () => {
    const preview = await previewOf(unsaid);
    const draft = firstDraft(preview, null);
    expect(draftProblem(preview, draft)).toBe('Choose the columns of x and y.');
    expect(draftProblem(preview, withRoles(draft, { x: 1, y: 1 }))).toBe('q is chosen twice.');
    expect(draftProblem(preview, withRoles(draft, { x: 0, y: 2 }))).toContain('y holds no numbers');
    const xy = withRoles(draft, { x: 0, y: 1 });
    expect(draftProblem(preview, xy)).toContain('which unit');
    expect(draftExtent(preview, xy)).toBeNull();
    expect(draftProblem(preview, { ...xy, units: 'px' })).toContain('camera pixel');
    expect(draftProblem(preview, { ...xy, units: 'px', pixelSizeNm: 100 })).toBeNull();
    expect(draftExtent(preview, { ...xy, units: 'px', pixelSizeNm: 100 })).toEqual([200, 300]);
  });
});

describe('a choice', () => {
  it('reads the table as the draft says', async () => {
    const preview = await previewOf(unsaid);
    const draft = {
      ...withRoles(firstDraft(preview, null), { x: 1, y: 0, channel: 2 }),
      units: 'um' as const,
    };
    const choice = choiceOfDraft(preview, draft);
    const { localizations } = await readTable(source(unsaid), optionsOf(choice), quietRun);
    expect([...localizations.x, ...localizations.y]).toEqual([2000, 5000, 1000, 3000]);
    expect(localizations.channelNames).toEqual(['hello', 'world']);
  });

  it('names every column of a table without a header once one differs', async () => {
    const bare = '1 2 3\n4 5 6\n';
    const preview = await previewOf(bare);
    const draft = { ...withRoles(firstDraft(preview, null), { z: null }), units: 'nm' as const };
    const { localizations, columns } = await readTable(
      source(bare),
      optionsOf(choiceOfDraft(preview, draft)),
      quietRun,
    );
    expect(columns).toEqual({ x: '1', y: '2' });
    expect(localizations.z).toBeUndefined();
  });

  it('is kept by the header', async () => {
    expect(headerKey(await previewOf(unsaid))).toBe('p\tq\tr');
    expect(headerKey(await previewOf('1 2\n3 4\n'))).toBe('2 columns without names');
  });
});
