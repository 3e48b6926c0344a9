import { z } from 'zod';
import { type ColormapName, lookLimits } from '../src-core/index.js';

/** The fields of a result that a page can show as maps. */
export const mapLayers = [
  'density',
  'phi-h',
  'phi-e',
  'lambda',
  'lambda-sd',
  'lambda-resolution',
  'residual',
] as const;
export type MapLayer = (typeof mapLayers)[number];

const within = ([least, most]: readonly [number, number]) => z.number().min(least).max(most);
const text = z.string().max(500);
const index = z.number().int().nonnegative().max(65_536);

/** How a page is set: see PageLook; `dpi` is of a PNG. */
const lookSchema = z.strictObject({
  widthMm: within(lookLimits.widthMm),
  fontPt: within(lookLimits.fontPt),
  dpi: within(lookLimits.dpi).int(),
  showTitle: z.boolean(),
  showCaption: z.boolean(),
  letters: z.boolean(),
  background: z.enum(['white', 'transparent']),
});

/** A word; whether it is the name of a colour map is checked where it is drawn. */
const colormap = z.custom<ColormapName>(
  (name) => typeof name === 'string' && /^[a-z][a-z-]{0,39}$/.test(name),
  'is not the name of a colour map',
);

/** What the window draws a panel with; the page draws it with the same. */
const display = {
  heading: text,
  colormap,
  limits: z.tuple([z.number(), z.number()]).readonly(),
  limitsFrom: z.enum(['hand', 'values']),
};

const map = {
  ...display,
  plane: index,
  /** Part of the plane in whole pixels; null for all of it. */
  part: z.strictObject({ x: index, y: index, width: index.positive(), height: index.positive() }).nullable(),
  hatch: z.boolean(),
  outline: z.boolean(),
};

/** The schema of a page, given those of an id and of a request for a raw plane. */
export function pageSchema<I extends z.ZodType, P extends z.ZodType>(id: I, rawPlane: P) {
  const panel = z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('map'), layer: z.enum(mapLayers), ...map }),
    z.strictObject({ kind: z.literal('raw'), source: rawPlane, ...map }),
    /** A view in 3-D: `data` are the bytes red, green, blue, alpha, by POST /data. */
    z.strictObject({
      kind: z.literal('picture'),
      ...display,
      data: id,
      width: index.positive(),
      height: index.positive(),
      label: text,
      unit: text,
      note: text,
      /** nm of a pixel of the picture, for a scale bar; null in perspective. */
      pixelNm: z.number().positive().nullable(),
      /** Whether a colour bar belongs to it. */
      bar: z.boolean(),
    }),
  ]);
  return z.strictObject({
    /** 'figure' is the standard one, of density and λ; otherwise one to four panels. */
    content: z.union([z.literal('figure'), z.array(panel).min(1).max(4)]),
    look: lookSchema,
  });
}
