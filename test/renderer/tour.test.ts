import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeCard, tourSteps } from '../../src-renderer/state/tour.js';
import { emptySession } from '../../src-renderer/state/session.js';
import { openSession, twoChannels } from './session-kit.js';

const window = { width: 1280, height: 720 };
const card = { width: 316, height: 220 };

describe('the card of the tour', () => {
  it('stands right of its part, else left of it, else under it', () => {
    expect(placeCard({ left: 0, top: 639, width: 300, height: 50 }, card, window)).toEqual({
      left: 314,
      top: 492,
    });
    expect(placeCard({ left: 1000, top: 300, width: 280, height: 200 }, card, window)).toEqual({
      left: 670,
      top: 300,
    });
    expect(placeCard({ left: 300, top: 80, width: 700, height: 60 }, card, window)).toEqual({
      left: 300,
      top: 154,
    });
    expect(placeCard(null, card, window)).toEqual({ left: 956, top: 492 });
  });

  it('is never outside of a window that can hold it', () => {
    const length = (most: number) => fc.integer({ min: 0, max: most });
    const box = fc.record({
      left: length(4000),
      top: length(3000),
      width: length(4000),
      height: length(3000),
    });
    fc.assert(
      fc.property(
        box,
        fc.integer({ min: 640, max: 4000 }),
        fc.integer({ min: 480, max: 2400 }),
        (target, width, height) => {
          const { left, top } = placeCard(target, card, { width, height });
          expect(left).toBeGreaterThanOrEqual(8);
          expect(top).toBeGreaterThanOrEqual(8);
          expect(left + card.width).toBeLessThanOrEqual(width - 8);
          expect(top + card.height).toBeLessThanOrEqual(height - 8);
        },
      ),
    );
  });
});

describe('the steps of the tour', () => {
  it('are four; opening a file is the end of the first', () => {
    expect(tourSteps.length).toBe(4);
    const [first, second] = tourSteps;
    expect(first.isDone(emptySession('dark'))).toBe(false);
    expect(first.isDone(openSession(twoChannels))).toBe(true);
    expect(second.isDone(openSession(twoChannels))).toBe(false);
    expect(first.command?.isOffered(emptySession('dark'))).toBe(true);
    expect(first.command?.isOffered(openSession(twoChannels))).toBe(false);
  });
});
