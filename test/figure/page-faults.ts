import { findBoxes, findTexts, overlap, pageSize, within } from './svg-reading.js';

/** What a page is held against: how much larger than a user unit a mm is, and the smallest text in pt before that. */
export interface PageMeasure {
  readonly scale: number;
  readonly smallest: number;
}

/** Everything wrong with a page: text off the page, too small, over other text, or across the edge of a picture. */
export function faults(svg: string, { scale, smallest }: PageMeasure = { scale: 1, smallest: 6 }): string[] {
  const size = pageSize(svg);
  const page = { x: 0, y: 0, width: size.width / scale, height: size.height / scale };
  const least = (smallest * 25.4) / 72;
  const found = findTexts(svg);
  const pictures = findBoxes(svg, 'image');
  const list = found.flatMap(({ text, size: height, box }, k) => [
    ...(within(box, page) ? [] : [`off the page: ${text}`]),
    ...(height >= least - 1e-3 ? [] : [`too small: ${text}`]),
    ...found.slice(k + 1).flatMap((other) => (overlap(box, other.box) ? [`${text} over ${other.text}`] : [])),
  ]);
  const captions = found.filter(
    ({ text }) =>
      !/^[\d.]+ ([nµ]m|mm)$|^nothing|^no value to show$|^no value$|^to show$|identifiable$/.test(text),
  );
  const across = captions.flatMap(({ text, box }) =>
    pictures.some((picture) => overlap(box, picture)) ? [`on a picture: ${text}`] : [],
  );
  const outside = [...pictures, ...findBoxes(svg, 'rect')].filter((box) => !within(box, page));
  return [...list, ...across, ...outside.map((box) => `box off the page at ${box.x}, ${box.y}`)];
}
