import { type RefObject, useLayoutEffect, useState } from 'react';
import type { PaneSize } from '../view/plane-camera.js';

/** Size of an element in CSS pixels, kept up to date; null before it is laid out. */
export function useSize(element: RefObject<HTMLElement | null>): PaneSize | null {
  const [size, setSize] = useState<PaneSize | null>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = current;
      if (width > 0 && height > 0) {
        setSize((known) => (known?.width === width && known.height === height ? known : { width, height }));
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return size;
}
