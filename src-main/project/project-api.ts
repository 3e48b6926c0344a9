import { z } from 'zod';
import type { Grant } from '../grants.js';
import { type Content, contentSchema, type ResultSummary } from './content.js';

/** A file of a project that is being opened; where it lies is not told. */
export interface FileState {
  /** Its key in the project. */
  readonly file: string;
  readonly name: string;
  readonly bytes: number;
  /** Of the content that it had when the project was saved. */
  readonly sha256: string;
  /** Name of the folder that it lay in, without those above it. */
  readonly folder: string | null;
  /** 'changed': a file is there, with another content. */
  readonly state: 'ready' | 'missing' | 'changed';
}

/** A project on its way into the window. */
export interface ProjectOpening {
  readonly opening: string;
  /** Name of the project file. */
  readonly name: string;
  /** Names of the images in it. */
  readonly documents: readonly string[];
  readonly files: readonly FileState[];
}

/** What is to be open, with the files that it uses. */
export interface OpenContent {
  readonly content: Content;
  readonly grants: readonly Grant[];
}

/** What an earlier run of the program had open when it ended without being asked to. */
export interface ReopenOffer {
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly savedAt: string;
}

/** What a window that has just been loaded finds. */
export interface Reattached {
  /** What the window before it had open in this session; null where nothing was. */
  readonly open: OpenContent | null;
  /** Name of the project file. */
  readonly project: string | null;
  readonly offer: ReopenOffer | null;
}

/** A project that was saved. */
export type SavedProject =
  | { readonly state: 'saved'; readonly name: string; readonly bytes: number }
  /** To be fetched from `url` and saved by the browser. */
  | { readonly state: 'ready'; readonly name: string; readonly bytes: number; readonly url: string }
  | { readonly state: 'given-up' };

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not an id that was given out');

/** What the requests about projects must look like. */
export const projectRequestSchemas = {
  /** What is open, told after every change: kept for a window that is loaded again and for the next start. */
  keepOpen: z.strictObject({ content: contentSchema }),
  /** Asked by a window that has just been loaded. */
  reattach: z.strictObject({}),
  /** Begins to open what the offer is about. */
  reopen: z.strictObject({}),
  /** The user does not want what the offer is about. */
  forgetOffer: z.strictObject({}),
  openProject: z.strictObject({ grant: id }),
  /** The file has the content of any file that is missing, or is taken for `file` as a changed one. */
  relinkFile: z.strictObject({ opening: id, grant: id, file: id.exactOptional() }),
  /** Goes on with a file whose content has changed. */
  acceptFile: z.strictObject({ opening: id, file: id }),
  /** Ends the opening; documents whose file is missing are left out. */
  takeProject: z.strictObject({ opening: id }),
  /** `as`: to a file that the user chooses, else to the one that is open. `name` is proposed. */
  saveProject: z.strictObject({ content: contentSchema, as: z.boolean(), name: z.string().min(1).max(200) }),
  /** The project is closed: what is saved next goes to another file. */
  closeProject: z.strictObject({}),
  /** What a project would keep of a result. */
  summarize: z.strictObject({ job: id }),
} as const satisfies Record<string, z.ZodType>;

/** What those requests are answered with. */
export interface ProjectResponses {
  keepOpen: null;
  reattach: Reattached;
  reopen: ProjectOpening;
  forgetOffer: null;
  openProject: ProjectOpening;
  relinkFile: ProjectOpening;
  acceptFile: ProjectOpening;
  takeProject: OpenContent & { readonly project: string | null };
  saveProject: SavedProject;
  closeProject: null;
  summarize: ResultSummary | null;
}
