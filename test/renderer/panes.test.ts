import { expect, it } from 'vitest';
import { activeAmong, resultLayers, shownPanes, withPane } from '../../src-renderer/state/panes.js';

it('one pane is the active one, two are the first two, four are all', () => {
  expect(shownPanes(1, 3)).toEqual([3]);
  expect(shownPanes(2, 1)).toEqual([0, 1]);
  expect(shownPanes(4, 2)).toEqual([0, 1, 2, 3]);
});

it('the active pane is never a hidden one', () => {
  for (const panes of [1, 2, 4] as const) {
    for (const active of [0, 1, 2, 3] as const) {
      const next = activeAmong(panes, active);
      expect(shownPanes(panes, next)).toContain(next);
    }
  }
});

it('one entry is replaced, the others stay, and the entries given are not changed', () => {
  const before = [...resultLayers];
  expect(withPane(resultLayers, 2, 'phi-e')).toEqual(['density', 'lambda', 'phi-e', 'residual']);
  expect(resultLayers).toEqual(before);
});
