import type { Session } from './session.js';

/** A step of the tour: what it says, and the part of the window that it points at. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** Selectors of the part, the first that is there. */
  readonly targets: readonly string[];
  /** Where the card stands, if not at the part itself, so that it does not cover what is spoken of. */
  readonly beside?: string;
  /** A command that does what the step is about. */
  readonly command?: {
    readonly id: string;
    readonly title: string;
    readonly isOffered: (session: Session) => boolean;
  };
  /** Whether the user has done it; the tour then goes on by itself. */
  readonly isDone: (session: Session) => boolean;
}

/** The four steps from a file to an export. */
export const tourSteps: readonly TourStep[] = [
  {
    title: 'Open a picture',
    text: 'Drop a TIFF, an OME-TIFF or a table of localisations anywhere on this window, or open one here. The sample is a simulated nucleus whose rates are known.',
    targets: ['.welcome .buttons', '[data-step=source]'],
    command: {
      id: 'open-sample',
      title: 'Open the sample',
      isOffered: ({ project, opening }) => project === null && opening === null,
    },
    isDone: ({ project }) => project !== null,
  },
  {
    title: 'From the picture to λ in five steps',
    text: 'Each step says its result in one line. Its dot is green when it is done, amber when somebody should look, red when it failed. “Infer λ”, or the space bar, runs them all; Esc cancels.',
    targets: ['.run-bar', '.steps'],
    isDone: ({ result }) => result !== null,
  },
  {
    title: 'Read the map, and ask whether to trust it',
    text: 'Point at the map to read values; drag the ends of the histogram for contrast. “Can I trust it?” says how much of the nucleus is identifiable, whether the model fits, and what is assumed.',
    targets: ['section[aria-labelledby=trust-title]', '.readouts'],
    beside: '.run-bar',
    isDone: () => false,
  },
  {
    title: 'Take it with you',
    text: 'Figures, maps and a report with every number, setting and warning. The whole job is inside each file, so that you, or a reviewer, can make the same map again.',
    targets: ['[data-step=export]'],
    command: {
      id: 'step-export',
      title: 'Open Export',
      isOffered: ({ openSteps }) => !openSteps.includes('export'),
    },
    isDone: ({ exports }) => exports.length > 0,
  },
];

/** A rectangle of the window, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const gap = 14;
const margin = 8;

/**
 * Where a card goes that points at `target`: right of it, else left, else under it, always inside the window; in the
 * lower right corner where there is no target.
 */
export function placeCard(
  target: Box | null,
  card: Pick<Box, 'width' | 'height'>,
  window: Pick<Box, 'width' | 'height'>,
): { readonly left: number; readonly top: number } {
  const [rightmost, lowest] = [window.width - card.width - margin, window.height - card.height - margin];
  if (target === null) return { left: rightmost, top: lowest };
  const inside = (top: number): number => Math.max(margin, Math.min(lowest, top));
  const right = target.left + target.width + gap;
  if (right <= rightmost) return { left: right, top: inside(target.top) };
  const left = target.left - card.width - gap;
  if (left >= margin) return { left: Math.min(left, rightmost), top: inside(target.top) };
  return {
    left: Math.max(margin, Math.min(rightmost, target.left)),
    top: inside(target.top + target.height + gap),
  };
}
