/** A value with the values it had before and those that were undone, oldest first and nearest first. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Name of the gesture that made the present value; further edits under the same name join it. */
  readonly gesture: string | null;
}

/** Undone steps kept; older ones are forgotten. */
const deepest = 200;

/** A history that begins with this value. */
export function beginHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], gesture: null };
}

/**
 * The history after an edit. Edits that follow one another under the same `gesture` (a slider being dragged) are
 * one step; null always makes a step of its own. An edit to the same object is no edit.
 */
export function edit<T>(history: History<T>, next: T, gesture: string | null = null): History<T> {
  if (Object.is(next, history.present)) return history;
  const joins = gesture !== null && gesture === history.gesture;
  const past = joins ? history.past : [...history.past, history.present].slice(-deepest);
  return { past, present: next, future: [], gesture };
}

/** Ends the gesture: the next edit is a step of its own. */
export function settle<T>(history: History<T>): History<T> {
  return history.gesture === null ? history : { ...history, gesture: null };
}

/** One step back; the same history where there is none. */
export function undo<T>({ past, present, future }: History<T>): History<T> {
  if (past.length === 0) return { past, present, future, gesture: null };
  return {
    past: past.slice(0, -1),
    present: past[past.length - 1],
    future: [present, ...future],
    gesture: null,
  };
}

/** One undone step forward again; the same history where there is none. */
export function redo<T>({ past, present, future }: History<T>): History<T> {
  if (future.length === 0) return { past, present, future, gesture: null };
  return { past: [...past, present], present: future[0], future: future.slice(1), gesture: null };
}

/** The history with what every step holds changed alike, which is no step itself. */
export function amend<T>(history: History<T>, change: (value: T) => T): History<T> {
  const { past, present, future, gesture } = history;
  return { past: past.map(change), present: change(present), future: future.map(change), gesture };
}
