import type { Hello } from '../api.js';

/** What only the kind of window can do. */
export interface WindowKind {
  readonly name: Hello['capabilities']['window'];
  readonly theme: () => Hello['theme'];
  /** Paths that the user chose, none where nothing was; absent where there is no dialog. */
  readonly chooseFiles?: (several: boolean) => Promise<readonly string[]>;
  /** A folder to open, or to save results in; undefined where the user gave up; absent where there is no dialog. */
  readonly chooseFolder?: (purpose: 'open' | 'save') => Promise<string | undefined>;
  /** Shows a file in the system's file manager; absent where that cannot be done. */
  readonly reveal?: (path: string) => void;
  /** Where the user wants a file of this name; undefined where it was given up. */
  readonly chooseTarget?: (name: string) => Promise<string | undefined>;
}
