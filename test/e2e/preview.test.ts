import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { infer, memorySource, parseJob, quietRun } from '../../src-core/index.js';
import { nucleusChannels, nucleusImage } from '../cli/nucleus.js';
import {
  type BrowserWindow,
  dropFile,
  openBrowserWindow,
  seriousFindings,
  stillness,
} from './browser-window.js';
import { gesturesIn, imageIn } from './gestures.js';

let shown: BrowserWindow;
let page: Page;
let fetched: { readonly path: string; readonly bytes: number }[] = [];

beforeAll(async () => {
  shown = await openBrowserWindow();
  page = shown.page;
  page.setDefaultTimeout(40_000);
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/data/')) return;
    fetched.push({ path: pathname, bytes: Number(response.headers()['content-length'] ?? 0) });
  });
});
afterAll(() => shown.close());

const { canvas, command, cursorValue, exportedMap, field, line, lookAway, ready, setField } = gesturesIn(
  () => page,
);
const labelled = 'Het. fraction';
const fraction = () => field(labelled);
const median = (): Promise<string> => page.locator('[data-readout=rate] td').first().innerText();
const jobsDone = async (): Promise<number> =>
  Number.parseInt(
    await page
      .locator('.job-bar')
      .getByText(/jobs? done/)
      .innerText(),
  );
const starts = (): string[] => shown.sent.filter((message) => message.includes('"startJob"'));

/** Does something that the map follows by a job, and waits until it has. */
async function moreJobs(act: () => Promise<void>): Promise<void> {
  const before = await jobsDone();
  await act();
  await page.waitForFunction(
    (count) => Number.parseInt(/(\d+) jobs? done/.exec(document.body.innerText)?.[1] ?? '0') > count,
    before,
  );
  await ready();
}

/** Takes hold of a label; `to` moves it by so many pixels from where it was taken. */
async function grip(
  label: string,
): Promise<{ to: (dx: number) => Promise<void>; release: () => Promise<void> }> {
  const box = await page.getByText(label, { exact: true }).boundingBox();
  const [x, y] = [(box?.x ?? 0) + 10, (box?.y ?? 0) + 6];
  await page.mouse.move(x, y);
  await page.mouse.down();
  return { to: (dx) => page.mouse.move(x + dx, y), release: () => page.mouse.up() };
}

// Small, so that the map follows on a busy machine too.
const size = 96;
const image = nucleusImage({ size });

/** λ's median as the engine works it out by itself at a heterochromatin fraction like "62 %", in the window's digits. */
async function trueMedian(fraction: string): Promise<string> {
  const spec = parseJob({
    channels: nucleusChannels,
    calibration: { hetFraction: Number((Number.parseFloat(fraction) / 100).toPrecision(6)) },
    solver: { name: 'direct' },
  });
  const { report } = await infer({ input: memorySource('n.ome.tif', image) }, spec, quietRun);
  return report.lambda.median.toPrecision(3);
}

describe('a setting that is dragged', () => {
  it('begins with a map that was asked for', async () => {
    await page.getByText('engine ready').waitFor();
    await dropFile(page, 'nucleus.ome.tif', image);
    await page.locator('.pane-canvas[data-mode=plane]').nth(1).waitFor();
    await page.getByText('direct', { exact: true }).click();
    await setField(labelled, '60 %');
    const label = await grip(labelled);
    await label.to(12);
    await label.release();
    await page.waitForTimeout(300);
    expect(starts(), 'nothing is followed before there is a map').toEqual([]);
    await lookAway();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Space');
    await page.getByText('1 job done').waitFor();
    await ready();
    expect(await field('Update the map as settings change').isChecked()).toBe(true);
  });

  it('moves the map before it is let go, by few bytes, and no job is counted', async () => {
    const before = await median();
    const label = await grip(labelled);
    fetched = [];
    await label.to(20);
    await page.waitForFunction(
      (text) => document.querySelector('[data-readout=rate] td')?.textContent !== text,
      before,
    );
    expect(
      starts()
        .slice(1)
        .every((message) => message.includes('"preview":true')),
    ).toBe(true);
    expect(await jobsDone()).toBe(1);
    const bytes = fetched.reduce((sum, each) => sum + each.bytes, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes, 'λ and the density that is shown; the mask is the same').toBe(2 * 4 * size * size);
    expect(await page.locator('[data-preview]').count(), 'over the statistics and over the doubts').toBe(2);
    expect(await line('solve')).toMatch(/^preview · λ/);
    await shown.picture('preview-01-dragging');
    await label.release();
    await page.getByText('2 jobs done').waitFor();
    await ready();
    const last = starts().at(-1) ?? '';
    expect(last).toContain('"preview":false');
    expect(await page.locator('[data-preview]').count()).toBe(0);
    expect(await median()).toBe(await trueMedian(await fraction().inputValue()));
  });

  it('leaves the λ under the cursor that the exported file has', async () => {
    const box = await canvas(1).boundingBox();
    await page.mouse.move((box?.x ?? 0) + 170, (box?.y ?? 0) + 160);
    await page.locator('[data-readout=cursor]').waitFor();
    const text = await page.locator('[data-readout=cursor] tr').first().innerText();
    const [x, y] = (text.match(/\d[\d\u2009]*/g) ?? []).map((part) => Number(part.replace('\u2009', '')));
    const read = Number.parseFloat(await cursorValue('lambda'));
    const { values } = await imageIn(await exportedMap());
    const exported = values[Math.floor(y / 20) * size + Math.floor(x / 20)];
    expect(Math.abs(read - exported)).toBeLessThanOrEqual(0.0051);
  });

  it('goes back at once by undo, and forth again, without a message', async () => {
    const after = await median();
    await lookAway();
    const asked = shown.sent.length;
    await page.keyboard.press('Control+z');
    expect(await fraction().inputValue()).toBe('60 %');
    expect(await line('solve')).toMatch(/^λ/);
    expect(await median()).toBe(await trueMedian('60 %'));
    await page.keyboard.press('Control+y');
    expect(await median()).toBe(after);
    expect(await line('solve')).toMatch(/^λ/);
    await page.keyboard.press('Control+z');
    expect(shown.sent.slice(asked).filter((message) => message.includes('Job'))).toEqual([]);
  });
});

/** Everything that the window has said at once of the fraction and of λ, whenever anything in it changed. */
interface Watch {
  readonly said: { fraction: string; line: string; median: string; behind: boolean }[];
}

async function watch(): Promise<void> {
  const id = (await fraction().getAttribute('id')) ?? '';
  await page.evaluate((id) => {
    const said: Watch['said'] = [];
    Object.assign(globalThis, { watched: { said } });
    const note = (): void => {
      said.push({
        fraction: (document.getElementById(id) as HTMLInputElement | null)?.value ?? '',
        line: document.querySelector('[data-step=solve] .step-line')?.textContent ?? '',
        median: document.querySelector('[data-readout=rate] td')?.textContent ?? '',
        behind: document.querySelector('.panes[data-behind]') !== null,
      });
    };
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  }, id);
}

describe('what is behind the settings', () => {
  it('is never shown as if it were of now', async () => {
    await watch();
    const label = await grip(labelled);
    for (let step = 1; step <= 12; step++) {
      await label.to(4 * step);
      await page.waitForTimeout(60);
    }
    await label.release();
    await ready();
    const { said } = await page.evaluate(() => (globalThis as unknown as { watched: Watch }).watched);
    const claims = said.filter((each) => each.line.startsWith('λ'));
    const fractions = [...new Set(claims.map((each) => each.fraction))];
    expect(claims.every((each) => !each.behind)).toBe(true);
    for (const text of fractions) {
      const medians = new Set(claims.filter((each) => each.fraction === text).map((each) => each.median));
      expect([...medians], text).toEqual([await trueMedian(text)]);
    }
    expect(said.some((each) => each.behind && each.line === 'updating the map …')).toBe(true);
    await lookAway();
    await page.keyboard.press('Control+z');
    await ready();
  });

  it('is caught up with after arrow keys, typed values and choices too', async () => {
    await fraction().focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowUp');
    await moreJobs(() => page.keyboard.press('ArrowUp'));
    expect(await median()).toBe(await trueMedian(await fraction().inputValue()));
    await moreJobs(() => setField(labelled, '75 %'));
    expect(await median()).toBe(await trueMedian('75 %'));
    await moreJobs(() => page.getByText('balance', { exact: true }).click());
    await lookAway();
    for (let back = 0; back < 3; back++) await page.keyboard.press('Control+z');
    expect(await fraction().inputValue()).toBe('60 %');
    await ready();
    expect(await median()).toBe(await trueMedian('60 %'));
  });
});

describe('an update', () => {
  it('reaches the image that it was asked for, whichever is shown by then', async () => {
    const tab = (name: string) => page.locator('.tab-name', { hasText: name });
    await dropFile(page, 'other.ome.tif', image);
    await tab('other.ome.tif').waitFor();
    await tab('nucleus.ome.tif').click();
    await moreJobs(async () => {
      await setField(labelled, '55 %');
      await tab('other.ome.tif').click();
      expect(await page.locator('[data-readout=rate]').count()).toBe(0);
      await page.getByText('nothing running').waitFor();
      await tab('nucleus.ome.tif').click();
    });
    expect(await median()).toBe(await trueMedian('55 %'));
    await tab('other.ome.tif').click();
    expect(await line('solve')).not.toMatch(/^λ/);
    await page.getByRole('button', { name: 'Close other.ome.tif' }).click();
    await ready();
  });
});

describe('a slower solver', () => {
  it('is previewed by direct, works once the setting is let go, and makes way when it moves again', async () => {
    await moreJobs(() => page.getByText('field', { exact: true }).click());
    const asked = starts().length;
    const label = await grip(labelled);
    await label.to(16);
    await page.locator('[data-preview][title*="preview by direct"]').first().waitFor();
    expect(await line('solve')).toMatch(/^preview by direct · λ/);
    await shown.picture('preview-05-field');
    await label.release();
    await page.getByText('updating the map …').first().waitFor();
    const again = await grip(labelled);
    await again.to(8);
    await page.waitForFunction(() => document.querySelector('[data-preview]') !== null);
    await again.release();
    await ready();
    expect(await page.locator('[data-preview]').count()).toBe(0);
    const sent = starts().slice(asked);
    for (const message of sent) {
      const isPreview = message.includes('"preview":true');
      expect(message).toContain(isPreview ? '"name":"direct"' : '"name":"field"');
    }
    expect(sent.at(-1)).toContain('"name":"field"');
    await lookAway();
    await page.getByText('direct', { exact: true }).click();
    await ready();
  });
});

describe('following that is switched off', () => {
  it('leaves the map as it is, says so, and catches up when it is switched on', async () => {
    const box = field('Update the map as settings change');
    await box.scrollIntoViewIfNeeded();
    await box.click();
    const asked = starts().length;
    await setField(labelled, '45 %');
    await page.getByText('Settings changed since this map was made.').waitFor();
    expect(await line('solve')).toBe('settings changed since this map');
    await page.waitForTimeout(500);
    expect(starts().length).toBe(asked);
    await shown.picture('preview-02-off');
    expect(await seriousFindings(page)).toEqual([]);
    await box.click();
    await ready();
    expect(await median()).toBe(await trueMedian('45 %'));
    await shown.picture('preview-03-on');
  });

  it('is as readable in light', async () => {
    await command('light');
    await stillness(page);
    await shown.picture('preview-04-light');
    expect(await seriousFindings(page)).toEqual([]);
  });
});

describe('the window', () => {
  it('has been content with itself all along', () => {
    expect(shown.complaints).toEqual([]);
  });
});
