import { z } from 'zod';
import { CoreError } from '../../src-core/index.js';
import { version } from '../engine/version.js';
import { contentSchema } from './content.js';

/** Version of the file; a reader refuses files of a later one. */
const projectVersion = 1;

const isBelow = (path: string): boolean =>
  !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split('/').includes('..');

const fileEntrySchema = z.strictObject({
  name: z.string().min(1).max(1000),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where it comes from: a place on the disk, a browser that sent it, the user's own drawing, or the sample. */
  from: z.enum(['disk', 'upload', 'drawn', 'sample']),
  /** Where it lay when the project was saved. */
  path: z.string().max(32_768).exactOptional(),
  /** From the project's folder, with "/"; only where it lies below that folder. */
  relative: z.string().max(32_768).refine(isBelow, 'does not lie below the project').exactOptional(),
  /** The file itself, deflated, in base64. */
  packed: z.base64().exactOptional(),
});

/** A file that a project uses. */
export type FileEntry = z.output<typeof fileEntrySchema>;

const projectSchema = z.strictObject({
  epifluxProject: z.literal(projectVersion),
  /** Version of the program that wrote it. */
  program: z.string().max(100),
  files: z.record(z.string().max(64), fileEntrySchema),
  content: contentSchema,
});

/** A project as it lies in a .epiflux file. */
export type ProjectDocument = z.output<typeof projectSchema>;

/** Bytes of the largest project that is read. */
export const largestProject = 256 * 2 ** 20;

function unreadable(where: string, message: string, hint: string): CoreError {
  return new CoreError({ tag: 'unreadable', message, where, hint });
}

function parseText(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const message = `This is not a whole project file: it is not JSON (${detail}).`;
    throw unreadable(name, message, 'It may have been cut off while it was copied; copy it again.');
  }
}

const headSchema = z.object({ epifluxProject: z.number(), program: z.string().optional() });

/** Refuses what is no project, and what a later version wrote. */
function checkHead(value: unknown, name: string): void {
  const head = headSchema.safeParse(value);
  if (!head.success) {
    throw unreadable(
      name,
      'This is no Epiflux project: it does not say "epifluxProject".',
      'Choose a file that ends in .epiflux.',
    );
  }
  const { epifluxProject, program = 'unknown' } = head.data;
  if (epifluxProject === projectVersion) return;
  const message =
    `The project was saved by another Epiflux (project version ${epifluxProject}, program ${program}); ` +
    `this is Epiflux ${version}, which reads project version ${projectVersion}.`;
  throw unreadable(name, message, `Open it with Epiflux ${program} or a later one.`);
}

/** The project that a JSON value is; see `parseProject`. */
function readProject(value: unknown, name: string): ProjectDocument {
  checkHead(value, name);
  const parsed = projectSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const message = `The project holds values that cannot be used. ${first}${more}.`;
  throw unreadable(name, message, 'Open the image itself and set it up again, or mend the named value.');
}

/**
 * Reads the text of a project file. `name` is what errors call the file. Throws `unreadable` for what is not JSON, no
 * project, of another version, or holds values that cannot be used (the first is named).
 */
export function parseProject(text: string, name: string): ProjectDocument {
  return readProject(parseText(text, name), name);
}

/** The text of a project file; the same project gives the same text. */
export function projectText(project: Pick<ProjectDocument, 'files' | 'content'>): string {
  const { files, content } = project;
  return `${JSON.stringify({ epifluxProject: projectVersion, program: version, files, content }, null, 1)}\n`;
}

const autosaveSchema = z.object({
  /** The project file that is open; `path` null where a browser sent it. */
  current: z.strictObject({ path: z.string().nullable(), name: z.string() }).nullable(),
  project: z.unknown(),
});

/** The project file that is open. */
export type CurrentProject = NonNullable<z.output<typeof autosaveSchema>['current']>;

/** What an autosave holds: a project with the steps of undo, and the project file that it belongs to. */
export interface Autosaved {
  readonly current: CurrentProject | null;
  readonly project: ProjectDocument;
}

/** The text of an autosave. */
export function autosaveText({
  current,
  project,
}: {
  current: CurrentProject | null;
  project: string;
}): string {
  return JSON.stringify({ current, project: JSON.parse(project) as unknown });
}

/** Reads the text of an autosave; throws `unreadable`. */
export function parseAutosave(text: string): Autosaved {
  const name = 'What was open last time';
  const parsed = autosaveSchema.safeParse(parseText(text, name));
  if (!parsed.success)
    throw unreadable(name, 'This is no record of what was open.', 'Open the images again.');
  const { current, project } = parsed.data;
  return { current, project: readProject(project, name) };
}
