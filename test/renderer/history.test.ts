import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginHistory, edit, redo, settle, undo } from '../../src-renderer/state/history.js';

describe('history of settings', () => {
  it('goes back through every step and forward again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 60 }), (values) => {
        const steps = values.filter((value, k) => value !== (k === 0 ? 0 : values[k - 1]));
        let history = steps.reduce((so, value) => edit(so, value), beginHistory(0));
        steps.forEach(() => (history = undo(history)));
        expect(history.present).toBe(0);
        steps.forEach(() => (history = redo(history)));
        expect(history.present).toBe(steps.at(-1) ?? 0);
        expect(history.future).toEqual([]);
      }),
    );
  });

  it('takes a gesture as one step, and ends it when it is settled', () => {
    const dragged = [1, 2, 3].reduce((so, value) => edit(so, value, 'drag'), beginHistory(0));
    expect(undo(dragged).present).toBe(0);
    const again = edit(settle(dragged), 4, 'drag');
    expect(undo(again).present).toBe(3);
    expect(undo(undo(again)).present).toBe(0);
  });

  it('keeps two gestures apart', () => {
    const history = edit(edit(beginHistory(0), 1, 'one'), 2, 'two');
    expect(undo(history).present).toBe(1);
  });

  it('forgets what was undone once something else is done', () => {
    const history = edit(undo(edit(beginHistory('a'), 'b')), 'c');
    expect(redo(history).present).toBe('c');
    expect(undo(history).present).toBe('a');
  });

  it('stays where there is nothing to undo or redo', () => {
    expect(undo(beginHistory(7)).present).toBe(7);
    expect(redo(beginHistory(7)).present).toBe(7);
  });

  it('does not take an edit to the same value for a step', () => {
    expect(edit(beginHistory(7), 7).past).toEqual([]);
  });
});
