import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWindow, openBrowserWindow, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
const { field, line, lookAway, openSample, ready } = gesturesIn(() => page);

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  page.setDefaultTimeout(90_000);
  await openSample();
  await lookAway();
}, 300_000);
afterAll(async () => {
  await shown.close();
});

describe('the boundary of a picture that repeats itself', () => {
  it('is behind the nucleus step, and says what it needs', async () => {
    if (!(await page.getByText('More: boundary').isVisible())) await page.keyboard.press('3');
    await page.getByText('More: boundary').click();
    expect(await field('Boundary').inputValue()).toBe('no-flux');
    await field('Boundary').selectOption('periodic');
    await page.getByText('A field that repeats itself has no outside').waitFor();
    await page.getByText('A field that repeats itself has no outside').scrollIntoViewIfNeeded();
    await shown.picture('97-boundary');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('is refused for a nucleus that leaves some of the picture out, with the ways out as buttons', async () => {
    await lookAway();
    await page.keyboard.press('Space');
    await page.getByText('A periodic boundary is for pictures that chromatin fills').first().waitFor();
    await page.getByRole('button', { name: 'Go to “Mask”' }).first().waitFor();
    await shown.picture('98-boundary-refused');
    await page.getByRole('button', { name: 'Set “Boundary” to no-flux' }).first().click();
    expect(await field('Boundary').inputValue()).toBe('no-flux');
  });

  it('goes with the whole picture', { timeout: 200_000 }, async () => {
    await field('Boundary').selectOption('periodic');
    await page.getByRole('button', { name: 'Take the whole picture' }).click();
    expect(await field('Mask').inputValue()).toBe('none');
    await lookAway();
    await page.keyboard.press('Space');
    await ready();
    await stillness(page);
    expect(await line('solve')).toMatch(/^λ/);
    await page.getByText(/^Assumed \(/).click();
    await page.getByText('one period of a field that repeats itself').waitFor();
    await shown.picture('99-boundary-map');
  });
});
