import type { ErrorData, Remedy } from '../../src-core/index.js';
import { jobOptionText } from './job-options.js';

const channelPath = /^channels\.(\w+)$/;

/** The option that sets what a remedy speaks of, with the value or what stands for it; undefined without an option. */
export function optionOfRemedy({ setting, value }: Remedy): string | undefined {
  const channel = channelPath.exec(setting);
  if (channel) return `--${channel[1]} ${String(value ?? 'N')}`;
  if (setting === 'mask') return `--mask ${String(value ?? 'FILE|auto|none')}`;
  return jobOptionText(setting, value);
}

/** A failure's hint with the command line's options in it: "Give the side of a pixel in nm (--pixel-size-nm P)." */
export function hintWithOptions(failure: Pick<ErrorData, 'hint' | 'remedies'>): string | undefined {
  const { hint, remedies = [] } = failure;
  const options = remedies.map(optionOfRemedy).filter((option) => option !== undefined);
  if (hint === undefined || options.length === 0) return hint;
  return `${hint.replace(/\.$/, '')} (${options.join(', ')}).`;
}
