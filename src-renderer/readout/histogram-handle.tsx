import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { showValue } from '../state/wording.js';
import type { Histogram } from '../view/histogram.js';

interface HistogramHandleProps {
  readonly name: string;
  readonly histogram: Pick<Histogram, 'low' | 'high'>;
  readonly value: number;
  /** Takes the value that is pointed at, in five digits; it may lie beyond the histogram. */
  readonly onMove: (value: number) => void;
  /** Called when the handle is let go or left. */
  readonly onSettle?: (() => void) | undefined;
}

const placed = (share: number): string => `${100 * Math.min(1, Math.max(0, share))}%`;

/** Up and right are 1, the other arrows -1, other keys 0. */
function arrowDirection(key: string): -1 | 0 | 1 {
  if (!key.startsWith('Arrow')) return 0;
  return key === 'ArrowRight' || key === 'ArrowUp' ? 1 : -1;
}

/** A value as a handle on a histogram, moved by drag and by arrow keys: a hundredth of the range, with Shift a tenth. */
export function HistogramHandle(props: HistogramHandleProps): ReactNode {
  const { name, value, onMove, onSettle } = props;
  const { low, high } = props.histogram;
  const range = high - low;
  const move = (next: number): void => {
    onMove(Number(next.toPrecision(5)));
  };
  const drag = (event: PointerEvent): void => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(low + ((event.clientX - box.left) / box.width) * range);
  };
  const press = (event: KeyboardEvent): void => {
    const direction = arrowDirection(event.key);
    if (direction === 0) return;
    move(value + (direction * range) / (event.shiftKey ? 10 : 100));
    event.preventDefault();
  };
  return (
    <div
      className="limit-handle"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={value}
      aria-valuetext={showValue(value)}
      style={{ left: placed((value - low) / range) }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={onSettle}
      onKeyDown={press}
      onBlur={onSettle}
    />
  );
}
