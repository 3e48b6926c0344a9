import { emptySession, type Session } from './session.js';

/** What each part of the session belongs to: the window, or the open image that is shown. */
const owners = {
  link: 'window',
  hello: 'window',
  opening: 'window',
  sourceTrouble: 'window',
  earlierTroubles: 'window',
  project: 'document',
  baseline: 'document',
  savedResult: 'document',
  adoption: 'document',
  previews: 'document',
  previewTrouble: 'document',
  importFindings: 'document',
  jobs: 'window',
  running: 'document',
  progress: 'document',
  training: 'document',
  solveTrouble: 'document',
  result: 'document',
  checks: 'document',
  exports: 'document',
  exportTrouble: 'document',
  page: 'window',
  view: 'document',
  openSteps: 'document',
  theme: 'window',
  palette: 'window',
  logOpen: 'window',
  log: 'window',
  activeDocument: 'window',
  tabs: 'window',
  parked: 'window',
  nextDocument: 'window',
  projectFile: 'window',
  question: 'window',
  offer: 'window',
  queueOpen: 'window',
  follows: 'window',
  batch: 'window',
  engineStop: 'window',
  tour: 'window',
  maskTools: 'document',
  points: 'document',
  clouds: 'document',
  tableQuestion: 'window',
  updating: 'window',
} as const satisfies Record<keyof Session, 'window' | 'document'>;

type Owned<O> = {
  [K in keyof typeof owners]: (typeof owners)[K] extends O ? K : never;
}[keyof typeof owners];

/** The part of a session that belongs to one open image or table: a document. */
export type DocumentPart = Pick<Session, Owned<'document'>>;

const documentFields = Object.entries(owners).flatMap(([field, owner]) =>
  owner === 'document' ? [field as Owned<'document'>] : [],
);

/** The document that a session shows. */
export function documentPart(session: Session): DocumentPart {
  return Object.fromEntries(
    documentFields.map((field) => [field, session[field]]),
  ) as unknown as DocumentPart;
}

/** A document before any file is in it. */
export function emptyDocument(): DocumentPart {
  return documentPart(emptySession('dark'));
}

/** The parked documents with the shown one among them, where there is one. */
function parkShown(session: Session): Session['parked'] {
  const isOpen = session.tabs.includes(session.activeDocument);
  return isOpen ? { ...session.parked, [session.activeDocument]: documentPart(session) } : session.parked;
}

function without(parked: Session['parked'], id: string): Session['parked'] {
  return Object.fromEntries(Object.entries(parked).filter(([each]) => each !== id));
}

/** The session with another document shown; the same session where it is shown already or not open. */
export function showDocument(session: Session, id: string): Session {
  if (id === session.activeDocument || !Object.hasOwn(session.parked, id)) return session;
  const parked = without(parkShown(session), id);
  return { ...session, ...session.parked[id], parked, activeDocument: id };
}

/** The session with a new document, shown, its tab after the one that was shown. */
export function addDocument(session: Session, document: DocumentPart): Session {
  const id = `d${session.nextDocument}`;
  const at = session.tabs.indexOf(session.activeDocument) + 1 || session.tabs.length;
  return {
    ...session,
    ...document,
    parked: parkShown(session),
    activeDocument: id,
    tabs: session.tabs.toSpliced(at, 0, id),
    nextDocument: session.nextDocument + 1,
  };
}

/** The session with a new document as its last tab, which is not shown; and the id of the document. */
export function parkDocument(session: Session, document: DocumentPart): { session: Session; id: string } {
  const id = `d${session.nextDocument}`;
  const parked = { ...session.parked, [id]: document };
  const tabs = [...session.tabs, id];
  return { session: { ...session, parked, tabs, nextDocument: session.nextDocument + 1 }, id };
}

/** The session without a document; its right neighbour is shown, else its left one, else nothing is open. */
export function closeDocument(session: Session, id: string): Session {
  const at = session.tabs.indexOf(id);
  if (at < 0) return session;
  const tabs = session.tabs.toSpliced(at, 1);
  if (id !== session.activeDocument) return { ...session, tabs, parked: without(session.parked, id) };
  const next = tabs.at(Math.min(at, tabs.length - 1));
  if (next === undefined) return { ...session, ...emptyDocument(), tabs, activeDocument: 'd0' };
  return { ...showDocument(session, next), tabs, parked: without(session.parked, next) };
}

/** The session as if the document were the one that is shown; an empty one where it is not open. */
export function seenFrom(session: Session, id: string): Session {
  if (id === session.activeDocument) return session;
  if (Object.hasOwn(session.parked, id)) return showDocument(session, id);
  return { ...session, ...emptyDocument(), activeDocument: id };
}

/** The session after a change that was made as if the document were shown. What is shown stays. */
export function changedFrom(session: Session, id: string, change: (session: Session) => Session): Session {
  if (id === session.activeDocument) return change(session);
  const seen = seenFrom(session, id);
  const changed = change(seen);
  if (changed === seen) return session;
  if (Object.hasOwn(session.parked, id)) return showDocument(changed, session.activeDocument);
  return { ...changed, ...documentPart(session), activeDocument: session.activeDocument };
}

/** The document at work on a job; undefined where none is. */
export function documentOfJob(session: Session, job: string): string | undefined {
  if (session.running === job) return session.activeDocument;
  return Object.keys(session.parked).find((id) => session.parked[id].running === job);
}

/** The document whose input is a file; undefined where it is not open. */
export function documentOfFile(session: Session, grant: string): string | undefined {
  return session.tabs.find((id) => documentOf(session, id).project?.source.grant.id === grant);
}

/** An open document, shown or not. */
export function documentOf(session: Session, id: string): DocumentPart {
  if (id === session.activeDocument) return session;
  return Object.hasOwn(session.parked, id) ? session.parked[id] : emptyDocument();
}

function fileName(session: Session, id: string): string {
  return documentOf(session, id).project?.source.grant.name ?? '';
}

/** What a document is called: its file, numbered where several of that name are open. */
export function documentName(session: Session, id: string): string {
  const name = fileName(session, id);
  const same = session.tabs.filter((each) => fileName(session, each) === name);
  return same.length < 2 ? name : `${name} (${same.indexOf(id) + 1})`;
}

/**
 * Whether a document has settings of its job that are in no project file and were not there when it was opened. How
 * layers are drawn is no work that one is asked about.
 */
export function isUnsaved({ project, baseline }: DocumentPart): boolean {
  if (project === null) return false;
  const { job, second, mask } = project.history.present;
  return job !== baseline?.job || second !== baseline.second || mask !== baseline.mask;
}

/** Whether the project file, or the lack of one, leaves out something that the user did. */
export function hasUnsavedWork(session: Session): boolean {
  const { tabs, projectFile } = session;
  if (tabs.some((id) => isUnsaved(documentOf(session, id)))) return true;
  return projectFile !== null && projectFile.documents.join(' ') !== tabs.join(' ');
}
