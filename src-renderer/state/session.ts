import type {
  ApiFailure,
  Grant,
  Hello,
  JobResult,
  JobState,
  PlanePreview,
  TrainingProgress,
} from '../../src-main/api.js';
import type { TrainingReport } from '../../src-core/inference.js';
import type { FileDescription } from '../../src-main/engine/messages.js';
import type { JobSpec } from '../../src-core/job.js';
import type { TablePreview } from '../../src-core/io/table-preview.js';
import type { DrawnMask } from '../mask/drawn-mask.js';
import type { Orbit } from '../view/orbit.js';
import { restingSlices, type SlicesView } from '../view/slices.js';
import { restingOrbit } from '../view/orbit.js';
import { type BatchPage, restingBatch } from './batch-page.js';
import { noChecks, type ShownChecks } from './checks.js';
import type { History } from './history.js';
import {
  type Overlays,
  restingOverlays,
  restingVolume,
  type ViewMode,
  type VolumeView,
} from './view-modes.js';
import type { ShownFindings } from './import-findings.js';
import type { Display, LayerName } from './layers.js';
import { type MaskTools, restingTools } from './mask-tools.js';
import { noDocuments, type OpenDocuments } from './open-documents.js';
import { type PageState, restingPage } from './page.js';
import {
  fittedCameras,
  type PaneCameras,
  type PaneCount,
  type PaneIndex,
  type PaneLayers,
  rawLayers,
} from './panes.js';
import { type PointsDisplay, restingPoints, type ShownCloud } from './points-display.js';
import type { TableChoice } from './table-choice.js';

/** The steps of the pipeline, in order. */
export const stepNames = ['source', 'density', 'nucleus', 'model', 'solve', 'export'] as const;

/** Name of a step. */
export type StepName = (typeof stepNames)[number];

/** A file and what it holds. */
export interface DescribedFile {
  readonly grant: Grant;
  readonly description: FileDescription;
}

/** Everything that undo and redo go over: the job, the files beside the input, and how layers are drawn. */
export interface Settings {
  readonly job: JobSpec;
  readonly second: DescribedFile | null;
  readonly mask: Grant | null;
  /** The mask as it is drawn in this window; `mask` is then its file, null until it is stored. */
  readonly drawing?: DrawnMask | null;
  readonly displays: Readonly<Record<LayerName, Display>>;
}

/** An open input with its settings. */
export interface Project {
  readonly source: DescribedFile;
  /** The job with nothing but defaults, to tell them from what the user chose. */
  readonly defaults: JobSpec;
  readonly history: History<Settings>;
}

/** A raw channel as fetched. */
export interface ShownPreview {
  readonly preview: PlanePreview;
  readonly values: Float32Array;
  /** Which request it answers; see `previewKey`. */
  readonly key: string;
}

/** A field as fetched. */
export type FieldName = keyof JobResult['fields'];

/** The result in the view: its report, and its fields as far as they have come. */
export interface ShownResult {
  readonly job: JobState;
  readonly inputs: ResultInputs;
  readonly result: JobResult;
  readonly fields: Partial<Readonly<Record<FieldName, Float32Array | Uint8Array>>>;
  /** Seconds of the quickest solve among this map and those before it that asked for the same work. */
  readonly quickest: number;
}

/** The settings that a result was made with. */
export type ResultInputs = Pick<Settings, 'job' | 'second' | 'mask'>;

/** What the middle of the window shows. `camera` null: fitted to the pane. */
export interface ViewState {
  readonly mode: ViewMode;
  readonly panes: PaneCount;
  readonly layers: PaneLayers;
  readonly active: PaneIndex;
  readonly cameras: PaneCameras;
  readonly linked: boolean;
  /** What null stands for: the nucleus, or the whole picture. */
  readonly fit: 'nucleus' | 'picture';
  readonly orbit: Orbit;
  readonly slices: SlicesView;
  readonly volume: VolumeView;
  readonly overlays: Overlays;
  /** While the user turns, pans or zooms: something coarser is drawn in 3-D. */
  readonly moving: boolean;
  readonly z: number;
  readonly hatch: boolean;
  readonly outline: boolean;
}

/** A line of the log. */
export interface LogLine {
  readonly time: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** A training as it is shown: points so far, and the last preview of λ. */
export interface ShownTraining {
  readonly steps: number;
  readonly points: TrainingReport['history'];
  readonly preview: TrainingProgress['preview'] | null;
}

/** How far the running job is. */
export interface JobProgress {
  readonly job: string;
  readonly stage: string;
  readonly fraction: number;
  readonly seconds: number;
  readonly secondsLeft: number | null;
}

/** A failure and what failed. */
export interface Trouble {
  readonly what: string;
  readonly failure: ApiFailure;
}

/** A file that could not be opened. */
export type SourceTrouble = Trouble & { readonly grant: Grant | null };
/** The question what the columns of a table are. */
export interface TableQuestion {
  readonly grant: Grant;
  readonly preview: TablePreview;
  /** What was chosen for it, or for the last table with the same header. */
  readonly choice: TableChoice | null;
  /** Why it has to be asked; null where the user wants to change something. */
  readonly failure: ApiFailure | null;
}

/** The engine's end in the middle of its work, or on demand (`what` null). */
export interface EngineStop {
  /** The file that it worked on. */
  readonly what: string | null;
  /** The document whose run that was, which can be made again; null where it was none. */
  readonly document: string | null;
}

/** Everything that the window shows, save the position of the cursor. */
export interface Session extends OpenDocuments {
  readonly link: 'connecting' | 'open' | 'lost';
  readonly hello: Hello | null;
  /** Name of the file being opened. */
  readonly opening: string | null;
  /** The file that could not be opened. */
  readonly sourceTrouble: SourceTrouble | null;
  readonly project: Project | null;
  readonly previews: readonly [ShownPreview | null, ShownPreview | null];
  readonly previewTrouble: Trouble | null;
  /** What the import doctor found; null until it has looked. */
  readonly importFindings: ShownFindings | null;
  readonly jobs: readonly JobState[];
  /** The job of this window that runs or waits; 'starting' until the main side has given it an id. */
  readonly running: string | null;
  readonly progress: JobProgress | null;
  /** How the training of the running job, or of the last one, went. */
  readonly training: ShownTraining | null;
  readonly solveTrouble: Trouble | null;
  readonly result: ShownResult | null;
  /** Whether the map follows the settings as they change. */
  readonly follows: boolean;
  /** What the map is being brought up to date by: a preview while a setting moves, or a run. */
  readonly updating: 'preview' | 'run' | null;
  /** The last check of either kind; it may be of an earlier result. */
  readonly checks: ShownChecks;
  readonly exports: readonly { readonly kind: string; readonly text: string }[];
  readonly exportTrouble: Trouble | null;
  readonly page: PageState;
  readonly view: ViewState;
  readonly maskTools: MaskTools;
  readonly points: PointsDisplay;
  /** Points of the input and of the second file. */
  readonly clouds: readonly [ShownCloud | null, ShownCloud | null];
  readonly tableQuestion: TableQuestion | null;
  readonly openSteps: readonly StepName[];
  readonly theme: 'light' | 'dark';
  readonly palette: boolean;
  /** Set until the user has seen it, or a run was done since. */
  readonly engineStop: EngineStop | null;
  /** Which step of the tour is shown; null outside of it. */
  readonly tour: number | null;
  readonly logOpen: boolean;
  readonly log: readonly LogLine[];
  readonly batch: BatchPage;
}

/** The view before anything is open. */
export const restingView: ViewState = {
  mode: 'plane',
  panes: 1,
  layers: rawLayers,
  active: 0,
  cameras: fittedCameras,
  linked: true,
  fit: 'nucleus',
  orbit: restingOrbit,
  slices: restingSlices,
  volume: restingVolume,
  overlays: restingOverlays,
  moving: false,
  z: 0,
  hatch: true,
  outline: true,
};

/** A window that has just been opened. */
export function emptySession(theme: Session['theme']): Session {
  return {
    ...noDocuments,
    link: 'connecting',
    hello: null,
    opening: null,
    sourceTrouble: null,
    project: null,
    previews: [null, null],
    previewTrouble: null,
    importFindings: null,
    jobs: [],
    running: null,
    progress: null,
    training: null,
    solveTrouble: null,
    result: null,
    follows: true,
    updating: null,
    checks: noChecks,
    exports: [],
    exportTrouble: null,
    page: restingPage,
    view: restingView,
    maskTools: restingTools,
    points: restingPoints,
    clouds: [null, null],
    tableQuestion: null,
    openSteps: ['source'],
    theme,
    palette: false,
    engineStop: null,
    tour: null,
    logOpen: false,
    log: [],
    batch: restingBatch,
  };
}

/** The settings of the open project, or null. */
export function settingsOf(session: Session): Settings | null {
  return session.project?.history.present ?? null;
}
