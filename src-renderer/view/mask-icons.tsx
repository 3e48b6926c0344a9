import type { ReactNode } from 'react';
import type { MaskTool } from '../state/mask-tools.js';
import { Icon } from '../ui/icons.js';

const paths: Readonly<Record<MaskTool, string>> = {
  move: 'M8 2v12M2 8h12M8 2 6.3 3.8M8 2l1.7 1.8M8 14l-1.7-1.8M8 14l1.7-1.8M2 8l1.8-1.7M2 8l1.8 1.7M14 8l-1.8-1.7M14 8l-1.8 1.7',
  brush:
    'M13.5 2.5 7 9M7 9c-2-.6-3.6.6-3.6 2.4 0 1-.5 1.6-1.4 2 2.6.9 5.9.4 5.9-2.4C7.900 10 7.600 9.400 7 9z',
  eraser: 'M6.500 13 2.500 9l6-6.500 5 4.500L8 13zM5.500 6l5 4.500M6.500 13h7',
  polygon: 'M3 12.500 4.500 4 11 2.500 13.500 9 8 13.500zM3 12.500h.01M4.500 4h.01M11 2.500h.01M13.500 9h.01',
  lasso:
    'M8 3c3.300 0 6 1.600 6 3.700s-2.700 3.700-6 3.700-6-1.600-6-3.700S4.700 3 8 3zM4.500 9.800c-.9 1 .1 2.200 1.200 1.600M5 11.500c.2 1-.3 2-1.500 2.500',
};

/** The picture of a drawing tool. */
export function ToolIcon({ tool }: { readonly tool: MaskTool }): ReactNode {
  return <Icon path={paths[tool]} lineWidth={1.4} />;
}
