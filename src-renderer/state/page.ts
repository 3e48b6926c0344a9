import { standardLook } from '../../src-core/figure/page-look.js';
import type { ApiRequests, PageDrawing } from '../../src-main/api.js';
import type { LayerName } from './layers.js';
import type { Trouble } from './session.js';

/** What can be exported: pages first, then files of numbers. */
export const exportSubjects = ['figure', 'view', 'panes', 'map', 'image', 'table', 'report'] as const;

/** One of them. */
export type ExportSubject = (typeof exportSubjects)[number];

/** A file of numbers, by the end of its name. */
export type FileKind = ApiRequests['exportFile']['request']['kind'];

/** A page as the main side is asked for it. */
export type PageSpec = ApiRequests['drawPage']['request']['page'];

/** How pages and files are wanted; kept from export to export. */
export interface ExportChoices {
  readonly subject: ExportSubject;
  /** Of a single map. */
  readonly layer: LayerName;
  readonly image: FileKind;
  readonly table: FileKind;
  readonly format: 'png' | 'svg';
  readonly look: PageSpec['look'];
  /** Name without extension, and the usual one that it was typed over: another export takes its own again. */
  readonly name: { readonly typed: string; readonly over: string } | null;
}

/** The page as it was drawn last. */
export interface ShownPage extends Omit<PageDrawing, 'data'> {
  /** Address of the SVG inside this window. */
  readonly url: string;
  /** What it was asked by. */
  readonly key: string;
}

/** Everything about exports that the window keeps. */
export interface PageState {
  readonly choices: ExportChoices;
  readonly shown: ShownPage | null;
  readonly drawing: boolean;
  readonly trouble: Trouble | null;
  /** Whether the page is looked at large. */
  readonly large: boolean;
  /** What is being written or copied. */
  readonly busy: string | null;
}

const { widthMm, fontPt, showTitle, showCaption, letters, background } = standardLook;

/** The standard figure as PNG, before the user says otherwise. */
export const restingPage: PageState = {
  choices: {
    subject: 'figure',
    layer: 'lambda',
    image: 'lambda.ome.tif',
    table: 'pixels.csv',
    format: 'png',
    look: { widthMm, fontPt, dpi: 300, showTitle, showCaption, letters, background },
    name: null,
  },
  shown: null,
  drawing: false,
  trouble: null,
  large: false,
  busy: null,
};

/** Whether the subject is a page rather than a file of numbers. */
export function isPage(subject: ExportSubject): boolean {
  return subject === 'figure' || subject === 'view' || subject === 'panes' || subject === 'map';
}
