import type { TrainingNews } from '../src-core/index.js';

/** How a training stands, as the window is told: the preview's bytes are 1 to 255 from `low` to `high`, 0 outside (base64). */
export type TrainingProgress = Omit<TrainingNews, 'preview'> & {
  readonly preview?: {
    readonly shape: readonly [number, number];
    readonly low: number;
    readonly high: number;
    readonly bytes: string;
  };
};
