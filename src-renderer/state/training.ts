import type { TrainingProgress } from '../../src-main/api.js';
import type { Session, ShownTraining } from './session.js';

/** Points beyond this are thinned: every other one is let go. */
const mostPoints = 400;

/** A training with what was last told of it. */
export function withNews(before: ShownTraining | null, news: TrainingProgress): ShownTraining {
  const { step, steps, losses, heldOut, within, between, preview } = news;
  const points = (before?.points ?? []).filter((point) => point.step < step);
  const kept = points.length < mostPoints ? points : points.filter((_, k) => k % 2 === 0);
  return {
    steps,
    points: [...kept, { step, losses, heldOut, within, between }],
    preview: preview ?? before?.preview ?? null,
  };
}

/** The training of the result in the view, kept as long as nothing else trains. */
const doneTrainings = new WeakMap<object, ShownTraining>();

/** The training to be shown: the one that runs, else that of the result in the view. */
export function shownTraining({ training, running, result }: Session): ShownTraining | null {
  if (running !== null && training !== null) return training;
  const done = result?.result.document.solver.training ?? null;
  if (done === null) return null;
  const known = doneTrainings.get(done) ?? { steps: done.steps, points: done.history, preview: null };
  doneTrainings.set(done, known);
  return known;
}
