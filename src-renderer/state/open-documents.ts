import type { ProjectOpening, ReopenOffer } from '../../src-main/project/project-api.js';
import type { ResultSummary } from '../../src-main/project/content.js';
import type { PickedFolder } from '../ui/folder-picker.js';
import type { DocumentPart } from './documents.js';
import type { ResultInputs, Settings, SourceTrouble, ViewState } from './session.js';

/** A result that a project remembers without its maps. */
export interface SavedResult {
  readonly inputs: ResultInputs;
  readonly summary: ResultSummary;
  /** The view of the map, to be taken again once it is made. */
  readonly view: ViewState;
}

/** Where the settings of a document that was opened beside another one come from. */
export interface Adoption {
  /** Name of the other document. */
  readonly name: string;
  /** Its settings, and those that the file had by itself. */
  readonly theirs: Settings;
  readonly own: Settings;
  /** Whether both files have the same channels, so that their settings were taken at once. */
  readonly isFitting: boolean;
}

/** The project file that is open. */
export interface ProjectFile {
  readonly name: string;
  /** Ids of the documents that are in it, in order. */
  readonly documents: readonly string[];
}

/** What the window asks the user before it goes on. */
export type Question =
  | { readonly kind: 'close'; readonly document: string }
  | { readonly kind: 'replace'; readonly opening: ProjectOpening; readonly unsaved: readonly string[] }
  /** `beside`: whether what is open now stays open. */
  | { readonly kind: 'relink'; readonly opening: ProjectOpening; readonly beside: boolean }
  | { readonly kind: 'many'; readonly files: readonly File[]; readonly folder: PickedFolder };

/** The part of the session that is about several open images and their project. */
export interface OpenDocuments {
  /** Id of the document whose fields the session holds. */
  readonly activeDocument: string;
  /** Open documents in the order of their tabs. */
  readonly tabs: readonly string[];
  /** The documents that are not shown, by id. */
  readonly parked: Readonly<Record<string, DocumentPart>>;
  /** Number of the next document. */
  readonly nextDocument: number;
  readonly projectFile: ProjectFile | null;
  readonly question: Question | null;
  /** What an earlier run had open when it ended without being asked to. */
  readonly offer: ReopenOffer | null;
  /** Files that could not be opened, before the one of `sourceTrouble`. */
  readonly earlierTroubles: readonly SourceTrouble[];
  readonly queueOpen: boolean;
  /** The settings as they were opened or last saved; null where they are in no file. */
  readonly baseline: Settings | null;
  readonly savedResult: SavedResult | null;
  readonly adoption: Adoption | null;
}

/** Nothing open. */
export const noDocuments: OpenDocuments = {
  activeDocument: 'd0',
  tabs: [],
  parked: {},
  nextDocument: 1,
  projectFile: null,
  question: null,
  offer: null,
  earlierTroubles: [],
  queueOpen: false,
  baseline: null,
  savedResult: null,
  adoption: null,
};
