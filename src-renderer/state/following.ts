import { fieldOf } from './layer-data.js';
import { compositeOf } from './layers.js';
import type { FieldName, ResultInputs, Session, Settings, ShownResult } from './session.js';
import { currentResult } from './findings.js';
import { shownPanes } from './panes.js';
import { showSeconds } from './wording.js';

/** The map follows settings where solving, which nearly every one of them asks for, takes up to this many seconds. */
const slowestFollowed = 1.5;
/** As much may it take by a solver that has a quick one stand for it while a setting moves. */
const slowestAtRest = 20;

const quickSolvers: readonly string[] = ['balance', 'direct'];

/** Why the map cannot follow settings here, in words; null where it can. */
export function followRefusal({ result }: Session): string | null {
  if (result === null) return null;
  const { quickest } = result;
  const slowest = quickSolvers.includes(result.result.document.solver.name) ? slowestFollowed : slowestAtRest;
  if (quickest <= slowest) return null;
  return `Not here: solving takes ${showSeconds(quickest)}, over ${showSeconds(slowest)}. Press Space after a change.`;
}

/** Whether a quick solver stands for the job's while a setting moves. */
export function hasStandIn({ solver }: Settings['job']): boolean {
  return !quickSolvers.includes(solver.name);
}

/** The job that stands for this one while a setting moves: a solver that is quick enough, the rest as it is. */
export function previewJob(job: Settings['job']): Settings['job'] {
  if (!hasStandIn(job)) return job;
  return { ...job, solver: { ...job.solver, name: 'direct', mollifierNm: null, lengthScaleNm: null } };
}

/** The settings that a result is made with. */
export function inputsOf({ job, second, mask }: Settings): ResultInputs {
  return { job, second, mask };
}

/** The result made with the settings of now; while the map is being brought up to date, the one in the view. */
export function latestResult(session: Session): ShownResult | null {
  return currentResult(session) ?? (session.updating === null ? null : session.result);
}

/** Whether the result in the view is more than a preview, and made with the settings of now. */
export function isSettled(session: Session): boolean {
  const result = currentResult(session);
  return result !== null && result.job.preview !== true;
}

/** The fields that the surface of a stack and the marks of doubt need. */
function doubtFields({ mode, volume, overlays }: Session['view']): FieldName[] {
  return [
    ...(mode === 'volume' && volume.style === 'isosurface' ? (['density'] as const) : []),
    ...(overlays.residual === 'none' ? [] : (['residual'] as const)),
    ...(overlays.uncertainty ? (['lambdaSd'] as const) : []),
  ];
}

/** The fields that the view needs now; λ always, for its statistics. */
export function shownFields({ view }: Session): FieldName[] {
  const layers = shownPanes(view.panes, view.active).map((pane) => view.layers[pane]);
  const single = layers.flatMap((layer) => compositeOf(layer)?.map((member) => member.layer) ?? layer);
  const named = single.flatMap((layer) => fieldOf[layer] ?? []);
  return [...new Set<FieldName>(['mask', 'identifiable', 'lambda', ...named, ...doubtFields(view)])];
}

/** What the time of a solve depends on: solver, whether it chose the width, and the size of the image. */
function workOf({ document, grid }: ShownResult['result']): string {
  return [document.solver.name, document.settings.mollifierFrom, ...grid.shape].join(' ');
}

/** A result that comes after another one in the view, with what it has in common with it. */
export function nextResult(
  next: Pick<ShownResult, 'job' | 'inputs' | 'result'>,
  before: ShownResult | null,
): ShownResult {
  const { seconds } = next.result.document.solver;
  // One slow solve on a busy machine is no reason to stop following.
  const isSameWork = before !== null && workOf(before.result) === workOf(next.result);
  const quickest = isSameWork ? Math.min(seconds, before.quickest) : seconds;
  return { ...next, fields: keptFields(next.result, before), quickest };
}

/** The arrays of the result before that are the next one's too. */
function keptFields(next: ShownResult['result'], before: ShownResult | null): ShownResult['fields'] {
  if (before === null) return {};
  const names = Object.keys(next.fields) as FieldName[];
  const kept = names.filter((name) => {
    const content = next.fields[name]?.content;
    return content !== undefined && content === before.result.fields[name]?.content;
  });
  return Object.fromEntries(
    kept.flatMap((name) => {
      const values = before.fields[name];
      return values === undefined ? [] : [[name, values]];
    }),
  );
}
