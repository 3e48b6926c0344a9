import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWindow, openBrowserWindow, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
const { canvas, cursorValue, lookAway, openSample, ready, setField } = gesturesIn(() => page);

const trust = (): Promise<string> => page.locator('section[aria-labelledby=trust-title]').innerText();

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  page.setDefaultTimeout(90_000);
  await openSample();
  await lookAway();
  if (!(await page.getByLabel('Het. fraction', { exact: true }).isVisible())) await page.keyboard.press('4');
}, 300_000);
afterAll(async () => {
  await shown.close();
});

describe('how well the level of λ is known', () => {
  it('cannot be told without a fraction, and of one only what leaves it a fraction', async () => {
    await setField('Het. fraction', '');
    expect(await page.getByLabel('± sd', { exact: true }).count()).toBe(0);
    await setField('Het. fraction', '0.63');
    await setField('± sd', '0.2');
    await page.getByText('20 % is out of range').waitFor();
    await setField('± sd', '2 %');
    await page.getByText('Level of λ: ± 8.6 %, the same for every pixel.').waitFor();
  });

  it(
    'stands beside the map, and in the sd under the cursor apart from the pattern',
    { timeout: 300_000 },
    async () => {
      await lookAway();
      await page.keyboard.press('Space');
      await page.getByText('1 job done').waitFor();
      await stillness(page);
      const text = await trust();
      expect(text).toMatch(/level\s+± 8\.6 %/);
      const [, own] = /sd, pattern \(median\)\s+(\S+)/.exec(text) ?? [];
      const [, whole] = /sd, with level \(median\)\s+(\S+)/.exec(text) ?? [];
      expect(Number(whole)).toBeGreaterThan(2 * Number(own));
      const box = await canvas(1).boundingBox();
      await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 160);
      const [lambda, total] = (await cursorValue('lambda')).split(' ± ').map(Number);
      const pattern = Number((await cursorValue('lambda-pattern')).replace('± ', ''));
      expect(Math.abs(total - Math.hypot(pattern, 0.0858 * lambda))).toBeLessThan(0.011);
      expect(pattern).toBeLessThan(total);
      await page.getByLabel('± sd', { exact: true }).scrollIntoViewIfNeeded();
      await shown.picture('95-level');
      expect(await seriousFindings(page)).toEqual([]);
    },
  );

  it('is not known where no sd is given, which is not the same as none', async () => {
    await setField('± sd', '');
    await page.getByText('Without it nobody knows').waitFor();
    await lookAway();
    await page.keyboard.press('Space');
    await ready();
    expect(await trust()).toMatch(/level\s+calibrated, sd not given/);
    expect(await trust()).not.toContain('with level');
    await shown.picture('96-level-not-told');
  });
});
