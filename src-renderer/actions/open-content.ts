import type { ApiRequests } from '../../src-main/api.js';
import { documentOf, type DocumentPart, isUnsaved } from '../state/documents.js';
import { savedView } from '../state/saved-look.js';
import type { ResultInputs, Session, Settings } from '../state/session.js';
import { inputsOfJob } from './job-actions.js';

/** Everything that is open, as the main side keeps it; files by their grants. */
export type SentContent = ApiRequests['keepOpen']['request']['content'];
type SentDocument = SentContent['documents'][number];

/** Steps of undo that outlive a reload or a crash. */
const keptSteps = 40;

function sentInputs({ job, second, mask }: ResultInputs): NonNullable<SentDocument['running']>['inputs'] {
  return { job, second: second?.grant.id ?? null, mask: mask?.id ?? null };
}

function sentSettings(settings: Settings): SentDocument['settings'] {
  const { job, second, mask, displays, ...others } = settings;
  // A setting that is not named here would be lost by a reload. A drawing lives on as the mask file that it was stored as.
  others satisfies { readonly [K in keyof typeof others]: K extends 'drawing' ? unknown : never };
  return { ...sentInputs({ job, second, mask }), displays };
}

function sentRunning({ running }: DocumentPart): SentDocument['running'] {
  const inputs = running === null ? undefined : inputsOfJob(running);
  return running === null || inputs === undefined ? null : { job: running, inputs: sentInputs(inputs) };
}

function sentResult({ result, savedResult }: DocumentPart): SentDocument['result'] {
  // A preview stands for a moment: nobody could make it again.
  if (result?.job.preview === true) return null;
  if (result !== null) return { job: result.job.id, inputs: sentInputs(result.inputs), summary: null };
  if (savedResult === null) return null;
  return { job: null, inputs: sentInputs(savedResult.inputs), summary: savedResult.summary };
}

function sentDocument(document: DocumentPart): SentDocument[] {
  const { project, openSteps, savedResult } = document;
  const view = savedResult?.view ?? document.view;
  if (project === null) return [];
  const { past, present, future } = project.history;
  return [
    {
      source: project.source.grant.id,
      settings: sentSettings(present),
      past: past.slice(-keptSteps).map(sentSettings),
      future: future.slice(0, keptSteps).map(sentSettings),
      unsaved: isUnsaved(document),
      look: { view: savedView(view), openSteps },
      running: sentRunning(document),
      result: sentResult(document),
    },
  ];
}

/** Everything that is open. */
export function contentOf(session: Session): SentContent {
  const { tabs, activeDocument } = session;
  return {
    documents: tabs.flatMap((id) => sentDocument(documentOf(session, id))),
    active: Math.max(0, tabs.indexOf(activeDocument)),
  };
}
