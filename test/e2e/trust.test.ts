import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserWindow, openBrowserWindow, seriousFindings, stillness } from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;

const { canvas, command, cursorValue, lookAway, openSample, setField } = gesturesIn(() => page);

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  await openSample();
  await page.getByText('direct', { exact: true }).click();
  await lookAway();
  await page.keyboard.press('Space');
  await page.getByText('1 job done').waitFor();
  await stillness(page);
});
afterAll(() => shown.close());

const check = (kind: string) => page.locator(`[data-check=${kind}]`);
const layers = (pane: number): Promise<string[]> =>
  page.getByLabel(`Layer of view ${pane}`).locator('option').allInnerTexts();
/** A check follows whole simulations: 5 to 25 s on an idle machine of two cores, minutes on a busy one. */
const patience = { timeout: 500_000 };
const longTest = 540_000;

describe('does λ explain the images?', () => {
  it('is cancelled by Escape while it runs', async () => {
    await page.getByRole('button', { name: 'Run it forward' }).click();
    await check('forward').locator('progress').waitFor();
    await shown.picture('40-check-running');
    await page.keyboard.press('Escape');
    await check('forward').getByText('Cancelled.').waitFor({ timeout: 1000 });
    await page.getByText('nothing running').waitFor();
  });

  it(
    'answers in one line, with the numbers folded',
    async () => {
      await page.getByRole('button', { name: 'Run it forward' }).click();
      const answer = check('forward').locator('.check-answer');
      await answer.waitFor(patience);
      expect(await answer.innerText()).toMatch(/^Yes, 9\d(\.\d)? % of the structure$/);
      expect(await check('forward').locator('.check-numbers').isVisible()).toBe(false);
      await check('forward').getByText('Numbers and plots').click();
      const numbers = await check('forward').locator('.check-numbers').innerText();
      const correlation = (/correlation\s+([\d.]+)\s+([\d.]+)/.exec(numbers) ?? []).slice(1).map(Number);
      expect(Math.min(...correlation)).toBeGreaterThan(0.9);
      await check('forward').locator('.check-plots svg').nth(1).scrollIntoViewIfNeeded();
      await shown.picture('41-forward-details');
      expect(await seriousFindings(page)).toEqual([]);
    },
    longTest,
  );

  it('shows prediction and difference in the panes, and their values under the cursor', async () => {
    expect(await layers(1)).toEqual(
      expect.arrayContaining(['φ_h predicted', 'φ_e predicted', 'φ_h measured − predicted']),
    );
    await page.getByRole('button', { name: 'Show prediction and difference' }).click();
    await stillness(page);
    const box = await canvas(1).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 150, (box?.y ?? 0) + 130);
    const value = async (layer: string) => Number((await cursorValue(layer)).replace('−', '-'));
    await page.locator('[data-readout=cursor] [data-layer=predicted-h]').waitFor();
    const [measured, predicted, difference] = [
      await value('phi-h'),
      await value('predicted-h'),
      await value('difference-h'),
    ];
    expect(Math.abs(measured - predicted - difference)).toBeLessThan(0.0021);
    await page.locator('.readouts').evaluate((element) => {
      element.scrollTop = 0;
    });
    await shown.picture('42-forward-panes');
  });
});

describe('what error is to be expected?', () => {
  it(
    'gives the range over patterns, and true beside inferred maps',
    async () => {
      await page.getByRole('button', { name: 'Simulate nuclei like this' }).click();
      const answer = check('phantom').locator('.check-answer');
      await answer.waitFor(patience);
      const [least, most] = (/^([\d.]+) – ([\d.]+) % off/.exec(await answer.innerText()) ?? [])
        .slice(1)
        .map(Number);
      expect(least).toBeGreaterThan(0.05);
      expect(most).toBeGreaterThan(least);
      expect(most).toBeLessThan(25);
      await check('phantom').getByText('Numbers and plots').click();
      await check('phantom').locator('canvas').nth(5).waitFor();
      const coloured = await check('phantom')
        .locator('canvas')
        .evaluateAll((canvases) =>
          canvases.map((canvas) => {
            const { width, height } = canvas as HTMLCanvasElement;
            const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height);
            return (pixels?.data ?? []).filter((byte, i) => i % 4 === 3 && byte === 255).length;
          }),
        );
      expect(Math.min(...coloured)).toBeGreaterThan(5000);
      await check('phantom').locator('.check-phantom').nth(1).scrollIntoViewIfNeeded();
      await shown.picture('43-phantom-details');
      expect(await seriousFindings(page)).toEqual([]);
    },
    longTest,
  );

  it('is as readable in light', async () => {
    await command('light');
    await stillness(page);
    await shown.picture('44-checks-light');
    expect(await seriousFindings(page)).toEqual([]);
  });
});

describe('a check belongs to its map', () => {
  it('gives way to another map, and is there again when the settings are', async () => {
    await setField('Length L0', '140');
    await check('forward')
      .getByText('The last answer was about an earlier map.')
      .waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Run it forward' }).waitFor();
    expect(await layers(1)).not.toContain('φ_h predicted');
    expect(
      await page
        .locator('.pane')
        .evaluateAll((panes) => panes.map((pane) => (pane as HTMLElement).dataset.layer)),
    ).toEqual(['phi-h', 'phi-h', 'lambda', 'residual']);
    await lookAway();
    await page.keyboard.press('Control+z');
    await check('forward').locator('.check-answer').waitFor({ timeout: 60_000 });
    expect(await layers(1)).toContain('φ_h predicted');
    await stillness(page);
    expect(shown.complaints).toEqual([]);
  });
});
