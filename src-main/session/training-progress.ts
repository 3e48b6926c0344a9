import type { TrainingNews } from '../../src-core/index.js';
import type { TrainingProgress } from '../api-training.js';

const levels = 254;

/** λ of the preview in 254 steps between its extremes, 0 outside, as text that any door carries. */
function picture({
  shape,
  values,
}: NonNullable<TrainingNews['preview']>): NonNullable<TrainingProgress['preview']> {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const span = high > low ? high - low : 1;
  const bytes = Uint8Array.from(values, (value) =>
    Number.isNaN(value) ? 0 : 1 + Math.round((levels * (value - low)) / span),
  );
  return { shape, low, high: low + span, bytes: Buffer.from(bytes).toString('base64') };
}

/** What the window is told of a training. */
export function trainingProgress({ preview, ...news }: TrainingNews): TrainingProgress {
  return { ...news, ...(preview && { preview: picture(preview) }) };
}
