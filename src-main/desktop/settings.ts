import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../engine/staging.js';

const pixels = z.number().int().min(-100_000).max(100_000);
const size = z.number().int().min(200).max(100_000);

const settingsSchema = z.object({
  /** Where the window last was, in screen pixels. */
  bounds: z.object({ x: pixels, y: pixels, width: size, height: size }).nullable().catch(null),
  maximized: z.boolean().catch(false),
  /** Paths, the newest first. */
  recent: z.array(z.string().max(32_768)).catch([]),
});

/** What the desktop app remembers from one run to the next. */
export type Settings = z.output<typeof settingsSchema>;

const longestRecent = 10;

/** The settings in a file; what is missing or broken in it is as at the first run. */
export function readSettings(path: string): Settings {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return settingsSchema.parse({});
  }
}

/** Settings that are kept in a file, whole or not at all: a crash leaves the old ones or the new ones. */
export interface SettingsStore {
  readonly current: () => Settings;
  /** Changes settings and writes them; writes follow each other. Settles once written, or given up. */
  readonly change: (part: Partial<Settings>) => Promise<void>;
}

/** The settings of a file, which is made by the first change. */
export function openSettings(path: string): SettingsStore {
  let settings = readSettings(path);
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`));
  };
  return {
    current: () => settings,
    change: (part) => {
      settings = { ...settings, ...part };
      // A full disk must not take the window down: the settings are then those of the last time.
      writing = writing.then(write).catch(() => undefined);
      return writing;
    },
  };
}

/** The list without a file that is not there any more. */
export function withoutRecent(recent: readonly string[], path: string): string[] {
  return recent.filter((each) => each !== path);
}

/** The list with `path` as its newest entry, ten at most. */
export function withRecent(recent: readonly string[], path: string): string[] {
  return [path, ...withoutRecent(recent, path)].slice(0, longestRecent);
}
