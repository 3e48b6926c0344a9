import { readFile, rm, stat } from 'node:fs/promises';
import { CoreError } from '../../src-core/index.js';
import { readFailure } from '../engine/file-source.js';
import type { DataStore } from '../session/data-store.js';
import type { Exports } from '../session/exports.js';
import type { SessionFiles } from '../session/files.js';
import type { GrantStore } from '../session/grant-store.js';
import type { Jobs } from '../session/jobs.js';
import type { WindowKind } from '../session/window-kind.js';
import { makeAutosave } from './autosave.js';
import { type Content, filesOf } from './content.js';
import { makeFileHasher } from './file-identity.js';
import { offerOf, type ReadLeftover } from './leftovers.js';
import { makeOpenings, type Openings } from './openings.js';
import { packContent, type Packing } from './pack.js';
import type {
  OpenContent,
  ProjectOpening,
  ProjectResponses,
  Reattached,
  SavedProject,
} from './project-api.js';
import {
  autosaveText,
  type CurrentProject,
  largestProject,
  parseProject,
  type ProjectDocument,
  projectText,
} from './project-file.js';
import { type SaveOptions, saveProject } from './saving.js';
import { makeSummaries, type Summarize, withSummaries } from './summaries.js';

/** What projects stand on. */
export interface ProjectsGround {
  readonly grants: GrantStore;
  readonly jobs: Jobs;
  readonly store: DataStore;
  readonly files: SessionFiles;
  readonly exports: Exports;
  readonly window: WindowKind;
  /** Where what is open is kept for the next start; undefined: it is kept for windows of this session only. */
  readonly stateFolder: string | undefined;
  /** What earlier runs had open, the latest first. */
  readonly leftovers: readonly ReadLeftover[];
}

/** What is open in the window, and the project files that it comes from and goes to. */
export interface Projects extends Pick<Openings, 'relink' | 'accept'> {
  /** Takes note of what is open, and writes it to the state folder. */
  readonly keep: (content: Content) => void;
  readonly reattach: () => Reattached;
  readonly reopen: () => Promise<ProjectOpening>;
  readonly forgetOffer: () => Promise<void>;
  readonly open: (grant: string) => Promise<ProjectOpening>;
  readonly take: (opening: string) => Promise<ProjectResponses['takeProject']>;
  readonly save: (content: Content, options: SaveOptions) => Promise<SavedProject>;
  /** Forgets which project file is open. */
  readonly closeProject: () => void;
  /** What a project keeps of a result; null where the job has none. */
  readonly summarize: Summarize;
  /** Ends: what is saved elsewhere leaves nothing behind, what is not stays for the next start. */
  readonly close: () => Promise<void>;
}

/** What is open, as it changes. */
interface Desk {
  current: CurrentProject | null;
  open: Content | null;
  offered: ReadLeftover | undefined;
  /** Autosave of an earlier run whose content is open now: removed once it is in this run's own. */
  reopened: string | undefined;
}

/** Where a project that is being opened comes from. */
interface Origin {
  readonly current: CurrentProject | null;
  readonly leftover?: ReadLeftover;
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= largestProject) return await readFile(path, 'utf8');
    throw new CoreError({
      tag: 'memory',
      message: `The project has ${size} bytes; at most ${largestProject} are read.`,
      where: path,
      hint: 'Open the images themselves.',
    });
  } catch (error) {
    throw readFailure(error, path);
  }
}

function noOffer(): CoreError {
  const message = 'There is nothing to be reopened any more.';
  return new CoreError({ tag: 'usage', message, where: 'reopen', hint: 'Open the images or the project.' });
}

/** The content with the grants that it names. */
function attached(content: Content, grants: GrantStore): OpenContent {
  const used = new Set(filesOf(content));
  return { content, grants: grants.list().filter(({ id }) => used.has(id)) };
}

type Pack = (content: Content, options: Pick<Packing, 'target' | 'passing'>) => Promise<string>;

function makePack({ grants }: ProjectsGround, hash: Packing['hash'], summarize: Summarize): Pack {
  const remembered: Packing['remembered'] = new Map();
  const file: Packing['file'] = (id) => ({ grant: grants.grant(id), path: grants.path(id) });
  return async (content, options) => {
    const packing = { file, hash, remembered, ...options };
    return projectText(await packContent(withSummaries(content, summarize), packing));
  };
}

/** Keeps what is open: for windows of this session in memory, for the next start in the state folder. */
function makeKeeping(
  { stateFolder }: ProjectsGround,
  desk: Desk,
  pack: Pack,
): Pick<Projects, 'keep' | 'close'> {
  const autosave = stateFolder === undefined ? undefined : makeAutosave(stateFolder);
  const textOf = (content: Content) => async (): Promise<string> => {
    const { current } = desk;
    const project = await pack(content, { target: current?.path ?? null, passing: true });
    return autosaveText({ current, project });
  };
  const keep: Projects['keep'] = (content) => {
    desk.open = content;
    const { reopened } = desk;
    const text = content.documents.length === 0 ? null : textOf(content);
    void autosave?.write(text).then(async (isWritten) => {
      // Not before: until then what was reopened is in no other file.
      if (isWritten && reopened !== undefined) await rm(reopened, { force: true });
    });
  };
  const close = async (): Promise<void> => {
    const isUnsaved = desk.open?.documents.some(({ unsaved }) => unsaved) ?? false;
    await (isUnsaved ? autosave?.settled() : autosave?.write(null));
  };
  return { keep, close };
}

/** Opens projects and what earlier runs had open. */
function makeOpening(
  { grants, files }: ProjectsGround,
  desk: Desk,
  hash: Packing['hash'],
): Pick<Projects, 'reopen' | 'open' | 'take' | 'relink' | 'accept'> {
  const openings = makeOpenings(grants);
  const origins = new Map<string, Origin>();
  const begin = async (project: ProjectDocument, name: string, origin: Origin): Promise<ProjectOpening> => {
    const search = { hash, project: origin.current?.path ?? null, newFolder: files.newFolder };
    const opening = await openings.begin({ name, project, search });
    origins.set(opening.opening, origin);
    return opening;
  };
  return {
    relink: openings.relink,
    accept: openings.accept,
    reopen: async () => {
      if (desk.offered === undefined) throw noOffer();
      const { offered } = desk;
      return begin(offered.project, 'What was open', { current: offered.current, leftover: offered });
    },
    open: async (id) => {
      const [path, { name, from }] = [grants.path(id), grants.grant(id)];
      const project = parseProject(await readText(path), name);
      return begin(project, name, { current: { path: from === 'upload' ? null : path, name } });
    },
    take: async (id) => {
      const content = await openings.take(id);
      const { current, leftover } = origins.get(id) ?? { current: null };
      origins.delete(id);
      desk.current = current;
      if (leftover !== undefined) {
        desk.reopened = leftover.path;
        desk.offered = undefined;
      }
      return { ...content, project: current?.name ?? null };
    },
  };
}

/** The projects of a session. */
export function makeProjects(ground: ProjectsGround): Projects {
  const { grants, files, exports, window, jobs, store } = ground;
  const desk: Desk = { current: null, open: null, offered: ground.leftovers.at(0), reopened: undefined };
  const hash = makeFileHasher();
  const summarize = makeSummaries(jobs, store);
  const pack = makePack(ground, hash, summarize);
  const packFor = (content: Content, target: string | null) => pack(content, { target, passing: false });
  return {
    ...makeKeeping(ground, desk, pack),
    ...makeOpening(ground, desk, hash),
    summarize,
    reattach: () => ({
      open: desk.open === null || desk.open.documents.length === 0 ? null : attached(desk.open, grants),
      project: desk.current?.name ?? null,
      offer: desk.offered === undefined ? null : offerOf(desk.offered),
    }),
    forgetOffer: async () => {
      if (desk.offered !== undefined) await rm(desk.offered.path, { force: true });
      desk.offered = undefined;
    },
    save: async (content, options) => {
      const { current } = desk;
      const saving = await saveProject({ files, exports, window, pack: packFor }, content, {
        ...options,
        current,
      });
      if (saving === undefined) return { state: 'given-up' };
      desk.current = saving.current;
      return saving.saved;
    },
    closeProject: () => {
      desk.current = null;
    },
  };
}
