/** Tasks that run one after the other. */
export interface Queue {
  /** Settles as the task does; `urgent` goes before those that wait, never before the one that runs. */
  readonly add: <T>(task: () => Promise<T>, urgent: boolean) => Promise<T>;
}

/** An empty queue. */
export function makeQueue(): Queue {
  const waiting: (() => Promise<void>)[] = [];
  let busy = false;

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
    busy = false;
  };
  const add: Queue['add'] = (task, urgent) =>
    new Promise((resolve, reject) => {
      const settled = (): Promise<void> => task().then(resolve, reject);
      if (urgent) waiting.unshift(settled);
      else waiting.push(settled);
      void work();
    });
  return { add };
}
