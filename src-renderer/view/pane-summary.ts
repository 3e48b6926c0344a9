import { formatLength, formatNumber } from '../../src-core/figure/ticks.js';
import { displayOf, layerData, layerSubtitle, layerTitle, limitsOf } from '../state/layer-data.js';
import type { PaneIndex } from '../state/panes.js';
import type { Session } from '../state/session.js';
import { showShape, showShare } from '../state/wording.js';

/** What a pane shows, in words, for those who do not see it. */
export function describePane(session: Session, pane: PaneIndex): string {
  const layer = session.view.layers[pane];
  const data = layerData(session, layer);
  const title = `${layerTitle(session, layer)}, ${layerSubtitle(session, layer)}`;
  if (data === null) return `${title}: not there yet.`;
  const [low, high] = limitsOf(data, layer, displayOf(session, layer));
  const { shape, spacing } = data.grid;
  const size = data.calibrated
    ? `, ${formatLength(shape[2] * spacing[2])} wide and ${formatLength(shape[1] * spacing[1])} high`
    : '';
  const report = session.result?.result.document;
  const rate =
    layer === 'lambda' && report !== undefined
      ? ` Median ${formatNumber(report.lambda.median)}, 5 to 95 % ${formatNumber(report.lambda.p05)} to ${formatNumber(report.lambda.p95)}, ${showShare(report.identifiable)} of the nucleus identifiable.`
      : '';
  return `${title}: ${showShape(shape)} pixels${size}. Colours from ${formatNumber(low)} to ${formatNumber(high)}.${rate} Arrow keys move the cursor, plus and minus zoom.`;
}
