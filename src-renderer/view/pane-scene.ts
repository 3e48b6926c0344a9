import { useRef } from 'react';
import type { PaneIndex } from '../state/panes.js';
import { useSession } from '../ui/app-context.js';
import type { PaneSize } from './plane-camera.js';
import { isAlike } from './scene.js';
import { type PaneContent, paneContent } from './scene-of.js';

/** What a pane of this size shows now; the same object as long as it would be drawn the same. */
export function usePaneContent(pane: PaneIndex, size: PaneSize | null): PaneContent | null {
  const last = useRef<PaneContent | null>(null);
  return useSession((session) => {
    const next = size === null ? null : paneContent(session, pane, size);
    if (!isAlike(last.current, next)) last.current = next;
    return last.current;
  });
}
