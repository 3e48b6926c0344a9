import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { type BrowserWindow, openBrowserWindow, root } from './browser-window.js';
import { type Gestures, gesturesIn } from './gestures.js';

/** The image of the sample nucleus. */
export const sampleImage = join(root, 'assets', 'sample', 'image.ome.tif');

/** A window on a program that is started, ended and killed, with the state of one user. */
export interface Desk extends Gestures {
  /** A folder for the test, removed after it. */
  readonly folder: string;
  /** Starts the program with these arguments and opens its window. */
  readonly start: (args?: readonly string[]) => Promise<void>;
  readonly shown: () => BrowserWindow;
  readonly page: () => Page;
  readonly tabs: () => Promise<string[]>;
  readonly tab: (name: string) => Locator;
  /** Types a value into a field, enters it and looks away. */
  readonly change: (label: string, value: string) => Promise<void>;
  readonly infer: () => Promise<void>;
  /** The exported map of λ. */
  readonly lambdaBytes: () => Promise<Buffer>;
  /** Waits until the record of what is open, on the disk, says this. */
  readonly untilKept: (text: string) => Promise<void>;
  /** Forgets what the program has kept for its user. */
  readonly forgetState: () => void;
}

/** Machines that test are shared: what takes seconds alone may take many in company. */
const patience = 60_000;

/** What is done with several images open. */
function deskGestures(
  page: () => Page,
): Gestures & Pick<Desk, 'tabs' | 'tab' | 'change' | 'infer' | 'lambdaBytes'> {
  const gestures = gesturesIn(page);
  return {
    ...gestures,
    tabs: () => page().locator('.tab-text').allInnerTexts(),
    tab: (name) => page().locator('.tab-name', { hasText: name }),
    change: async (label, value) => {
      await gestures.setField(label, value);
      await gestures.lookAway();
    },
    infer: async () => {
      await gestures.lookAway();
      await page().keyboard.press('Space');
      await gestures.ready();
    },
    lambdaBytes: async () => (await gestures.exportedMap()).bytes,
  };
}

/** A desk whose program is not started yet. Maps do not follow settings by themselves unless `follows`. */
export function makeDesk({ follows = false } = {}): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'epiflux-documents-'));
  const stateHome = join(folder, 'state');
  mkdirSync(stateHome);
  let shown: BrowserWindow | undefined;
  const window = (): BrowserWindow => {
    if (shown === undefined) throw new Error('The program is not started.');
    return shown;
  };
  afterAll(async () => {
    await shown?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    ...deskGestures(() => window().page),
    folder,
    shown: window,
    page: () => window().page,
    start: async (args = []) => {
      shown = await openBrowserWindow('dark', {
        args,
        stateHome,
        ...(!follows && { stored: { 'epiflux-follow': 'no' } }),
      });
      shown.page.setDefaultTimeout(patience);
      await shown.page.getByText('engine ready').waitFor();
    },
    untilKept: async (text) => {
      const state = join(stateHome, 'epiflux');
      const records = (): string[] => readdirSync(state).filter((name) => name.startsWith('open-'));
      const said = (): string =>
        records()
          .map((name) => readFileSync(join(state, name), 'utf8'))
          .join();
      await expect.poll(said, { timeout: patience }).toContain(text);
    },
    forgetState: () => {
      rmSync(stateHome, { recursive: true, force: true });
    },
  };
}

/** Drops several files at once. */
export async function dropSeveral(
  page: Page,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<void> {
  const encoded = files.map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const);
  const transfer = await page.evaluateHandle((given) => {
    const dropped = new DataTransfer();
    for (const [name, text] of given) {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      dropped.items.add(new File([bytes], name));
    }
    return dropped;
  }, encoded);
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Drops a file or a folder of the disk, as the system does. */
export async function dropPath(page: Page, path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data });
}
