import { expect, test } from 'vitest';
import { cropPixels, drawnBox } from '../../src-renderer/state/trimming.js';

/** A picture that is clear but for a box. */
function pixels(width: number, height: number, box: readonly [number, number, number, number]) {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]) data.set([x, y, 7, 255], 4 * i);
  }
  return { width, height, data };
}

test('the box holds what is drawn and a margin, inside the picture', () => {
  expect(drawnBox(pixels(100, 80, [20, 30, 60, 50]))).toEqual({ x: 19, y: 29, width: 43, height: 23 });
  expect(drawnBox(pixels(100, 80, [0, 0, 99, 79]))).toEqual({ x: 0, y: 0, width: 100, height: 80 });
  expect(drawnBox(pixels(10, 8, [5, 5, 4, 4]))).toEqual({ x: 0, y: 0, width: 10, height: 8 });
});

test('the cropped picture has the pixels of the box', () => {
  const { width, height, data } = cropPixels(pixels(10, 8, [2, 3, 6, 5]), {
    x: 2,
    y: 3,
    width: 5,
    height: 3,
  });
  expect([width, height]).toEqual([5, 3]);
  expect([...data.subarray(0, 4)]).toEqual([2, 3, 7, 255]);
  expect([...data.subarray(-4)]).toEqual([6, 5, 7, 255]);
});
