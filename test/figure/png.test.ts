import { decode, encode } from 'fast-png';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asciiJson } from '../../src-core/figure/embedded-job.js';
import { annotatePng, base64, encodePng } from '../../src-core/figure/png.js';

const job = JSON.stringify({ note: 'a "quoted" µ, 細胞 😀 \\ and\nline', n: 1.5 });
const pixels = Uint8Array.from({ length: 5 * 3 * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));

test('pixels come back, without alpha if all are opaque', () => {
  const opaque = decode(encodePng({ width: 5, height: 3, data: pixels }), { checkCrc: true });
  expect([opaque.width, opaque.height, opaque.channels]).toEqual([5, 3, 3]);
  expect([...opaque.data]).toEqual([...pixels].filter((_, i) => i % 4 !== 3));
  const clear = pixels.slice();
  clear[7] = 0;
  const back = decode(encodePng({ width: 5, height: 3, data: clear }), { checkCrc: true });
  expect([...back.data]).toEqual([...clear]);
});

test('300 dpi is 11811 pixels per metre, and the job comes back from ASCII', () => {
  const plain = encodePng({ width: 5, height: 3, data: pixels });
  const kept = plain.slice();
  const png = annotatePng(plain, { dpi: 300, job });
  const { resolution, text } = decode(png, { checkCrc: true });
  expect(resolution).toEqual({ x: 11811, y: 11811, unit: 1 });
  expect(text['epiflux-job']).toMatch(/^[ -~]+$/);
  expect(JSON.parse(text['epiflux-job'])).toEqual(JSON.parse(job));
  expect(plain).toEqual(kept);
});

test('the chunks stand between header and pixels', () => {
  const png = annotatePng(encode({ width: 1, height: 1, data: new Uint8Array(4) }), { dpi: 72, job: '{}' });
  const bytes = Buffer.from(png).toString('latin1');
  const order = ['IHDR', 'pHYs', 'tEXt', 'IDAT', 'IEND'].map((name) => bytes.indexOf(name));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(Math.min(...order)).toBeGreaterThan(0);
});

test('any JSON value survives the ASCII form', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const ascii = asciiJson(JSON.stringify(value, null, 2));
      expect(ascii).toMatch(/^[ -~]*$/);
      expect(JSON.parse(ascii)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('base64 agrees with the platform for any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    }),
  );
  const long = Uint8Array.from({ length: 30_001 }, (_, i) => (i * i) % 251);
  expect(base64(long)).toBe(Buffer.from(long).toString('base64'));
});
