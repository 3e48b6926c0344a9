import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
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

/** A value as a handle on a histogram, moved by drag and by arrow keys: a hundredth of the range, with Shift a tenth. */
export function HistogramHandle(props: HistogramHandleProps): ReactNode {
  const { name, value, onMove, onSettle } = props;
  const { low, high } = props.histogram;
  const handle = useRef<HTMLDivElement>(null);
  const range = high - low;
  const share = (value - low) / range;
  const move = (next: number): void => {
    onMove(Number(next.toPrecision(5)));
  };
  const drag = (event: PointerEvent): void => {
    const box = handle.current?.parentElement?.getBoundingClientRect();
    if (box === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    move(low + ((event.clientX - box.left) / box.width) * range);
  };
  const press = (event: KeyboardEvent): void => {
    if (!event.key.startsWith('Arrow')) return;
    const direction = event.key === 'ArrowRight' || event.key === 'ArrowUp' ? 1 : -1;
    move(value + (direction * range) / (event.shiftKey ? 10 : 100));
    event.preventDefault();
  };
  return (
    <div
      ref={handle}
      className="limit-handle"
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={value}
      aria-valuetext={showValue(value)}
      style={{ left: `${100 * Math.min(1, Math.max(0, share))}%` }}
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
