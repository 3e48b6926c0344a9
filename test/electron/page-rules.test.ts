import { describe, expect, it } from 'vitest';
import {
  isGranted,
  isOwnAddress,
  isPageItself,
  mayLoad,
  mayNavigate,
  pageAddress,
  pageOrigin,
} from '../../src-main/desktop/page-rules.js';

const foreign = [
  'https://example.org/',
  'http://127.0.0.1:8080/',
  'file:///etc/passwd',
  'epiflux://other/',
  'epiflux://app.example.org/',
  'epiflux://app:80/',
  'epiflux://user@app.org/',
  'epiflux:app',
  'EPIFLUX2://app/',
  'javascript:alert(1)',
  'about:blank',
  'chrome://settings',
  'not an address',
  '',
];

describe('the page itself', () => {
  it.each([pageAddress, `${pageOrigin}/assets/index.js`, `${pageOrigin}/data/abc?x=1#y`])(
    'is at %s',
    (url) => {
      expect(isOwnAddress(url)).toBe(true);
    },
  );

  it.each(foreign)('is not at "%s"', (url) => {
    expect(isOwnAddress(url)).toBe(false);
  });
});

describe('who sends', () => {
  it('is the outermost frame of the page, and nobody else', () => {
    expect(isPageItself({ parent: null, origin: pageOrigin })).toBe(true);
    expect(isPageItself(null)).toBe(false);
    expect(isPageItself({ parent: { origin: pageOrigin }, origin: pageOrigin })).toBe(false);
    for (const origin of ['null', '', 'https://example.org', 'epiflux://other', `${pageOrigin}.org`]) {
      expect(isPageItself({ parent: null, origin })).toBe(false);
    }
  });
});

describe('where the window may go', () => {
  it('is its own page, to load it again', () => {
    expect(mayNavigate(pageAddress)).toBe(true);
    expect(mayNavigate(`${pageAddress}?again`)).toBe(true);
  });

  it.each([
    ...foreign,
    `${pageOrigin}/data/abc`,
    `${pageOrigin}/file/abc`,
    'blob:epiflux://app/1',
    'data:text/html,x',
  ])('is not "%s"', (url) => {
    expect(mayNavigate(url)).toBe(false);
  });
});

describe('what may be loaded', () => {
  it('is what belongs to the page, or was made by it', () => {
    for (const url of [`${pageOrigin}/assets/index.js`, 'blob:epiflux://app/1', 'data:image/png;base64,AA']) {
      expect(mayLoad(url, false)).toBe(true);
    }
  });

  it.each([...foreign, 'ws://127.0.0.1:1/socket', 'ftp://example.org/a'])('is not "%s"', (url) => {
    expect(mayLoad(url, true)).toBe(false);
  });

  it('is the developer tools only before the app is packaged', () => {
    expect(mayLoad('devtools://devtools/bundled/inspector.html', true)).toBe(true);
    expect(mayLoad('devtools://devtools/bundled/inspector.html', false)).toBe(false);
  });
});

describe('permissions', () => {
  const copy = { permission: 'clipboard-sanitized-write', asker: pageOrigin, isMainFrame: true };

  it('the page may write to the clipboard when it is asked to copy a report', () => {
    expect(isGranted(copy)).toBe(true);
    expect(isGranted({ ...copy, asker: pageAddress })).toBe(true);
  });

  it('a frame in it and a foreign page may not', () => {
    expect(isGranted({ ...copy, isMainFrame: false })).toBe(false);
    for (const asker of foreign) expect(isGranted({ ...copy, asker })).toBe(false);
  });

  it.each([
    'clipboard-read',
    'geolocation',
    'media',
    'notifications',
    'midi',
    'hid',
    'usb',
    'serial',
    'openExternal',
    'fileSystem',
    'display-capture',
    'unknown',
  ])('%s is denied to the page too', (permission) => {
    expect(isGranted({ ...copy, permission })).toBe(false);
  });
});
