import { CoreError } from '../errors.js';
import { baseFontPt } from './typesetting.js';

/** How a page is set, whatever it shows. */
export interface PageLook {
  readonly widthMm: number;
  /** Size of the running text; everything that is not data grows with it. */
  readonly fontPt: number;
  /** Title, the line under it, and the headings of the panels. */
  readonly showTitle: boolean;
  /** What was assumed, warnings, and how to read the colours. */
  readonly showCaption: boolean;
  /** Panel letters a, b, c … */
  readonly letters: boolean;
  readonly background: 'white' | 'transparent';
}

/** What a look may be: widths and text sizes, inclusive. */
export const lookLimits = { widthMm: [30, 1000], fontPt: [5, 16], dpi: [36, 2400] } as const;

/** The look of the standard figure: 180 mm, two columns of a journal, with everything on it. */
export const standardLook: PageLook = {
  widthMm: 180,
  fontPt: baseFontPt,
  showTitle: true,
  showCaption: true,
  letters: true,
  background: 'white',
};

/** Narrowest page, in mm at the base size of text, that panels, bars and their labels fit on. */
const narrowest = 40;

function refuse(message: string, hint: string): never {
  throw new CoreError({ tag: 'usage', message, where: 'figure', hint });
}

/** How much larger than at its base size everything on the page is. */
export function lookScale({ fontPt }: Pick<PageLook, 'fontPt'>): number {
  return fontPt / baseFontPt;
}

/** Throws a `usage` CoreError for a width or a text size out of range, or a page too narrow for its text. */
export function checkLook({ widthMm, fontPt }: PageLook): void {
  const [least, most] = lookLimits.widthMm;
  if (!(widthMm >= least && widthMm <= most)) {
    refuse(
      `Figure width is ${widthMm} mm.`,
      `Use ${least} to ${most} mm; 85 is one column of a journal, 180 two.`,
    );
  }
  const [small, large] = lookLimits.fontPt;
  if (!(fontPt >= small && fontPt <= large)) {
    refuse(`Text size is ${fontPt} pt.`, `Use ${small} to ${large} pt; journals ask for 5 to 8.`);
  }
  const needed = narrowest * lookScale({ fontPt });
  if (widthMm < needed - 1e-9) {
    refuse(
      `Figure width is ${widthMm} mm, too narrow for text of ${fontPt} pt.`,
      `Use at least ${Math.ceil(needed)} mm, or text of ${Math.floor((baseFontPt * widthMm) / narrowest)} pt at most.`,
    );
  }
}
