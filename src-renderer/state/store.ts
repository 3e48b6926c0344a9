import { useSyncExternalStore } from 'react';

/** A value that many parts of the window watch. */
export interface Store<T> {
  readonly get: () => T;
  /** Replaces the value by what `update` makes of it; watchers hear of it unless it is the same object. */
  readonly set: (update: (value: T) => T) => void;
  readonly subscribe: (watcher: () => void) => () => void;
}

/** A store that begins with this value. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set: (update) => {
      const next = update(value);
      if (Object.is(next, value)) return;
      value = next;
      for (const watcher of [...watchers]) watcher();
    },
    subscribe: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/**
 * A part of a store's value, read again whenever the store changes; the component is drawn again only when the part
 * is another object or number. `select` must not make new objects.
 */
export function useStore<T, S>(store: Store<T>, select: (value: T) => S): S {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
