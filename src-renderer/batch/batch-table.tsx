import { type KeyboardEvent, memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { chooseInput } from '../actions/batch-actions.js';
import { patchBatch } from '../actions/batch-folder-actions.js';
import { type BatchRow, flagsOf, sortedRows } from '../state/batch.js';
import type { BatchColumn } from '../state/batch-page.js';
import { showSeconds, showShare, showValue } from '../state/wording.js';
import { useApp, useSession } from '../ui/app-context.js';

const columns = ['name', 'state', 'lambda', 'identifiable', 'flags', 'seconds'] as const;
const rowHeight = 28;
/** Rows drawn above and below those in sight. */
const overscan = 8;

const titles: Readonly<Record<BatchColumn, string>> = {
  name: 'Image',
  state: 'State',
  lambda: 'λ median',
  identifiable: 'Identifiable',
  flags: 'Flags',
  seconds: 'Time',
};

const stateWords = {
  queued: 'waiting',
  running: 'running',
  done: 'done',
  skipped: 'done before',
  failed: 'failed',
} as const;

const dots = { queued: 'idle', running: 'busy', done: 'done', skipped: 'done', failed: 'failed' } as const;

function ColumnHead({ column }: { readonly column: BatchColumn }): ReactNode {
  const app = useApp();
  const sort = useSession(({ batch }) => batch.sort);
  const isSorted = sort.by === column;
  const order = !isSorted ? 'none' : sort.down ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={order} data-column={column}>
      <button
        type="button"
        onClick={() => {
          patchBatch(app, { sort: { by: column, down: isSorted && !sort.down } });
        }}
      >
        {titles[column]}
        <span aria-hidden="true">{isSorted ? (sort.down ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

function TableHead(): ReactNode {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => (
          <ColumnHead key={column} column={column} />
        ))}
      </tr>
    </thead>
  );
}

function stateText({ state, progress, doubt }: BatchRow): string {
  if (state === 'running' && progress !== null)
    return `${progress.stage} ${Math.round(100 * progress.fraction)} %`;
  if (doubt !== null) return 'will fail';
  return stateWords[state];
}

/** What came out, or over the same columns why nothing did or will. */
function Readings({ row }: { readonly row: BatchRow }): ReactNode {
  const { reading, error, doubt } = row;
  const why = error?.message ?? doubt;
  if (why !== null)
    return (
      <td colSpan={3} className={error === null ? 'doubtful' : 'bad'} title={why}>
        {why}
      </td>
    );
  const flags = flagsOf(row).join(', ');
  return (
    <>
      <td data-column="lambda">{reading === null ? '' : showValue(reading.lambdaMedian)}</td>
      <td data-column="identifiable">{reading === null ? '' : showShare(reading.identifiable)}</td>
      <td data-column="flags" data-doubt={reading?.mismatch === true ? '' : undefined} title={flags}>
        {flags}
      </td>
    </>
  );
}

const Row = memo(function Row({
  row,
  index,
  isChosen,
}: {
  readonly row: BatchRow;
  readonly index: number;
  readonly isChosen: boolean;
}): ReactNode {
  const app = useApp();
  const { name, state, seconds, doubt } = row;
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-state={state}
      onClick={() => {
        void chooseInput(app, name);
      }}
    >
      <td data-column="name" title={name}>
        <button type="button" tabIndex={-1}>
          {name}
        </button>
      </td>
      <td data-column="state">
        <span className="dot" data-dot={doubt !== null && state === 'queued' ? 'doubtful' : dots[state]} />{' '}
        {stateText(row)}
      </td>
      <Readings row={row} />
      <td data-column="seconds">{seconds === null ? '' : showSeconds(seconds)}</td>
    </tr>
  );
});

/** Which rows are in sight of a scrolled box, and how much room the others take. */
function useWindow(count: number) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    const look = (): void => {
      const { scrollTop: top, clientHeight: height } = current;
      setSeen((known) => (known.top === top && known.height === height ? known : { top, height }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, []);
  const first = Math.max(0, Math.min(count, Math.floor(seen.top / rowHeight) - overscan));
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + overscan);
  return { box, first, last };
}

const moves: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at) => at + 10,
  PageUp: (at) => at - 10,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** The row that a key goes to from the chosen one; null where it goes nowhere. */
function nextRow(rows: readonly BatchRow[], chosen: string | null, key: string): number | null {
  if (!Object.hasOwn(moves, key) || rows.length === 0) return null;
  const at = rows.findIndex(({ name }) => name === chosen);
  return Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : moves[key](at, rows.length)));
}

function keepInSight(box: HTMLDivElement | null, index: number): void {
  if (box === null) return;
  const top = index * rowHeight;
  const bottom = top + 2 * rowHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}

function Filler({ rows }: { readonly rows: number }): ReactNode {
  if (rows === 0) return null;
  return (
    <tr aria-hidden="true" className="batch-filler">
      <td colSpan={columns.length} style={{ height: rows * rowHeight }} />
    </tr>
  );
}

/** Every input of the batch, sorted by any column; only the rows in sight are drawn. */
export function BatchTable(): ReactNode {
  const app = useApp();
  const page = useSession(({ batch }) => batch);
  const { run, listing, folder, selection, sort, chosen } = page;
  // The page changes for reasons that do not move a row.
  const rows = useMemo(() => sortedRows(page), [run, listing, folder, selection, sort]);
  const { box, first, last } = useWindow(rows.length);
  const press = (event: KeyboardEvent): void => {
    const next = nextRow(rows, chosen, event.key);
    if (next === null) return;
    keepInSight(box.current, next);
    void chooseInput(app, rows[next].name);
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      className="batch-rows"
      tabIndex={0}
      role="group"
      aria-label="Images of the batch"
      onKeyDown={press}
    >
      <table aria-rowcount={rows.length + 1} aria-label="Images of the batch">
        <TableHead />
        <tbody>
          <Filler rows={first} />
          {rows.slice(first, last).map((row, k) => (
            <Row key={row.name} row={row} index={first + k} isChosen={row.name === chosen} />
          ))}
          <Filler rows={rows.length - last} />
        </tbody>
      </table>
    </div>
  );
}
