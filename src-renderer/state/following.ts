import { fieldOf } from './layer-data.js';
import { compositeOf } from './layers.js';
import type { FieldName, ResultInputs, Session, Settings, ShownResult } from './session.js';
import { currentResult } from './findings.js';
import { shownPanes } from './panes.js';
import { showSeconds } from './wording.js';

const quickSolvers: readonly string[] = ['balance', 'direct'];

/**
 * Seconds of solving up to which the map follows settings: of a quick solver while they move, of another one, which
 * takes some thirty times as long, when they are let go.
 */
const slowestFollowed = { quick: 1.5, other: 20 };
/** A run that takes longer makes way for the setting that moves next. */
const longestInTheWay = 0.5;

const isQuick = ({ solver }: Settings['job']): boolean => quickSolvers.includes(solver.name);

/** Why the map cannot follow settings here, in words; null where it can. */
export function followRefusal({ result }: Session): string | null {
  if (result === null) return null;
  const slowest = isQuick(result.inputs.job) ? slowestFollowed.quick : slowestFollowed.other;
  if (result.quickest <= slowest) return null;
  return `Not here: solving takes ${showSeconds(result.quickest)}, over ${showSeconds(slowest)}. Press Space after a change.`;
}

/** The job that stands for this one while a setting moves: a solver that is quick enough, the rest as it is. */
export function previewJob(job: Settings['job']): Settings['job'] {
  return isQuick(job)
    ? job
    : { ...job, solver: { ...job.solver, name: 'direct', mollifierNm: null, lengthScaleNm: null } };
}

/** Whether the run that brings the map up to date is one that a preview should not have to wait for. */
export function isInTheWay({ updating, result }: Session, { job }: Settings): boolean {
  return updating === 'run' && (!isQuick(job) || (result?.quickest ?? 0) > longestInTheWay);
}

/** The settings that a result is made with. */
export function inputsOf({ job, second, mask }: Settings): ResultInputs {
  return { job, second, mask };
}

/** The result made with the settings of now; while the map is being brought up to date, the one in the view. */
export function latestResult(session: Session): ShownResult | null {
  return currentResult(session) ?? (session.updating === null ? null : session.result);
}

/** Whether the map in the view stands only until the setting that moves is let go. */
export function isPreview({ result }: Session): boolean {
  return result?.job.preview === true;
}

/** What the preview in the view is called: by its solver where that is not the one that was chosen. */
export function previewName({ result, inputs }: ShownResult): string {
  const { name } = result.document.solver;
  return name === inputs.job.solver.name ? 'preview' : `preview by ${name}`;
}

/** Whether the result in the view is more than a preview, and made with the settings of now. */
export function isSettled(session: Session): boolean {
  return currentResult(session) !== null && !isPreview(session);
}

/** The fields that the surface of a stack and the marks of doubt need. */
function doubtFields({ view: { mode, volume, overlays }, result }: Session): FieldName[] {
  const apart = result?.result.fields.lambdaSdPattern != null;
  return [
    ...(mode === 'volume' && volume.style === 'isosurface' ? (['density'] as const) : []),
    ...(overlays.residual === 'none' ? [] : (['residual'] as const)),
    ...(overlays.uncertainty ? ([apart ? 'lambdaSdPattern' : 'lambdaSd'] as const) : []),
  ];
}

/** The fields that the view needs now; λ always, for its statistics. */
export function shownFields(session: Session): FieldName[] {
  const { view } = session;
  const layers = shownPanes(view.panes, view.active).map((pane) => view.layers[pane]);
  const single = layers.flatMap((layer) => compositeOf(layer)?.map((member) => member.layer) ?? layer);
  const named = single.flatMap((layer) => fieldOf[layer] ?? []);
  return [...new Set<FieldName>(['mask', 'identifiable', 'lambda', ...named, ...doubtFields(session)])];
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
  // Whether the map can follow is a matter of the runs: a preview, quicker, says nothing of them.
  if (next.job.preview === true && before !== null)
    return { ...next, fields: keptFields(next.result, before), quickest: before.quickest };
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
