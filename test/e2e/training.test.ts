import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BrowserWindow,
  keepPicture,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
const { lookAway, openSample } = gesturesIn(() => page);

const training = (): ReturnType<Page['locator']> => page.getByRole('region', { name: 'Training' });
const button = (name: string): ReturnType<Page['locator']> => page.getByRole('button', { name, exact: true });
/** Steps of the training that the plot shows. */
const stepsShown = async (): Promise<string> =>
  (await training().locator('svg').first().locator('text').last().textContent()) ?? '';

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  page.setDefaultTimeout(90_000);
  await openSample();
  await page.getByText('network', { exact: true }).first().click();
}, 120_000);
afterAll(async () => {
  await shown.close();
});

describe('the solver network in the window', () => {
  it('shows its settings, and what goes with what', async () => {
    await page.getByLabel('Architecture').selectOption('piratenet');
    await page.getByText('autodiff', { exact: true }).click();
    await page.getByText('differentiated four times').waitFor();
    await page.getByText('free grid', { exact: true }).click();
    await page.getByText('differentiated four times').waitFor({ state: 'detached' });
    await page.getByLabel('Architecture').selectOption('mlp');
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('trains in sight, and is ended by hand with a map that says so', async () => {
    await lookAway();
    await page.keyboard.press('Space');
    await training()
      .getByText(/λ so far: /)
      .waitFor();
    await training()
      .getByText(/held out \d/)
      .waitFor();
    keepPicture('training', await page.screenshot());
    await button('End training here').click();
    await page.getByText('1 job done').waitFor();
    await stillness(page);
    await page
      .getByText(/Training was ended by hand at step \d+ of 600/)
      .first()
      .waitFor({ state: 'attached' });
    expect(await seriousFindings(page)).toEqual([]);
  }, 120_000);

  it('goes on from there', async () => {
    const before = Number.parseInt(await stepsShown(), 10);
    await button('Go on training').click();
    await button('End training here').waitFor();
    await training()
      .getByText(/λ so far: /)
      .waitFor();
    await button('End training here').click();
    await page.getByText('2 jobs done').waitFor();
    await stillness(page);
    expect(Number.parseInt(await stepsShown(), 10)).toBeGreaterThan(before);
  }, 120_000);
});
