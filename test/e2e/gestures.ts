import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { memorySource, openImage, quietRun } from '../../src-core/index.js';
import { root, stillness } from './browser-window.js';

/** A file that the browser saved. */
export interface SavedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a user does in the window, and reads in it. */
export interface Gestures {
  /** A field or box by the whole of its label. */
  readonly field: (label: string) => Locator;
  /** Types a value into a field and enters it. */
  readonly setField: (label: string, value: string) => Promise<void>;
  readonly canvas: (pane: number) => Locator;
  /** What stands beside the heading of a step. */
  readonly line: (step: string) => Promise<string>;
  /** The value of a layer under the cursor, as it is read out. */
  readonly cursorValue: (layer: string) => Promise<string>;
  /** Takes the focus off every button and field, as a click beside them does. */
  readonly lookAway: () => Promise<void>;
  /** Runs a command by words of its title, as the palette finds it. */
  readonly command: (words: string) => Promise<void>;
  /** Opens the sample nucleus, and waits for the pictures of its two channels. */
  readonly openSample: () => Promise<void>;
  /** Waits until the file of this name is the one that is shown. */
  readonly opened: (name: string) => Promise<void>;
  /** Waits until the map is there, made with the settings of now by a job, and no other one is on its way. */
  readonly ready: () => Promise<void>;
  /** The file that the browser saves once `act` is done. */
  readonly download: (act: () => Promise<unknown>) => Promise<SavedFile>;
  /** The map of λ as its command exports it. */
  readonly exportedMap: () => Promise<SavedFile>;
}

/** The gestures in a page, which need not be open yet. */
export function gesturesIn(page: () => Page): Gestures {
  const field: Gestures['field'] = (label) => page().getByLabel(label, { exact: true });
  const command: Gestures['command'] = async (words) => {
    await page().keyboard.press('Control+k');
    await page().keyboard.type(words);
    await page().keyboard.press('Enter');
  };
  const download: Gestures['download'] = async (act) => {
    const coming = page().waitForEvent('download', { timeout: 60_000 });
    await act();
    const file = await coming;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  return {
    ...{ field, command, download },
    setField: async (label, value) => {
      await field(label).fill(value);
      await field(label).press('Enter');
    },
    canvas: (pane) => page().locator('.pane-canvas').nth(pane),
    line: (step) => page().locator(`[data-step=${step}] .step-line`).innerText(),
    cursorValue: (layer) => page().locator(`[data-readout=cursor] [data-layer=${layer}] td`).innerText(),
    lookAway: () => page().locator('.title-bar strong').click(),
    openSample: async () => {
      await page().getByRole('button', { name: 'Open the sample nucleus' }).click();
      await page().locator('.pane-canvas[data-mode=plane]').nth(1).waitFor();
    },
    opened: (name) => page().locator('.title-file', { hasText: name }).waitFor(),
    ready: async () => {
      await page().waitForFunction(() => {
        const text = document.querySelector('[data-step=solve] .step-line')?.textContent ?? '';
        const bar = document.querySelector('.job-bar')?.textContent ?? '';
        return text.startsWith('λ') && bar.includes('nothing running');
      });
      await stillness(page());
    },
    exportedMap: () => download(() => command('export λ map')),
  };
}

/** Values of the only image in a file: the planes one after the other. */
export interface SavedImage {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly planes: number;
}

/** The only image in a file that the browser saved. */
export async function imageIn({ name, bytes }: SavedFile): Promise<SavedImage> {
  const image = await openImage(memorySource(name, new Uint8Array(bytes)), quietRun);
  const { width, height, planes } = image.metadata;
  const values = new Float32Array(width * height * planes);
  for (let z = 0; z < planes; z++) {
    values.set(await image.readPlane({ z, channel: 0, frame: 0 }, quietRun), z * width * height);
  }
  return { values, width, height, planes };
}

const stackPath = join('..', 'shared', 'truth', '10_zstack_bumps_n05', 'image.ome.tif');

/** A stack of 24 planes of two channels; not every copy of the repository has it. */
export const sharedStack = {
  isMissing: !existsSync(join(root, stackPath)),
  /** A title that says so where the stack is missing. */
  titled: (title: string): string =>
    sharedStack.isMissing ? `${title}: skipped, ${stackPath} is not there` : title,
  bytes: (): Uint8Array => new Uint8Array(readFileSync(join(root, stackPath))),
};
