import { type Format, hasBytes } from './format.js';

const asTiff = 'export the original data as TIFF or OME-TIFF from ImageJ/Bio-Formats';

function unsupported(
  id: string,
  title: string,
  extension: string,
  rest: Pick<Format, 'content' | 'recognise'>,
): Format {
  return { id, title, kind: 'unsupported', extensions: extension.split(' '), ...rest };
}

function begins(bytes: string | readonly number[], offset = 0): Format['recognise'] {
  return (head) => hasBytes(head, offset, bytes);
}

const pictures: readonly Format[] = [
  unsupported('png', 'a PNG picture (a screen image, not measured intensities)', 'png', {
    content: asTiff,
    recognise: begins([0x89, 0x50, 0x4e, 0x47]),
  }),
  unsupported('jpeg', 'a JPEG picture (its compression changes the intensities)', 'jpg jpeg', {
    content: asTiff,
    recognise: begins([0xff, 0xd8, 0xff]),
  }),
  unsupported('gif', 'a GIF picture (its colours are not measured intensities)', 'gif', {
    content: asTiff,
    recognise: begins('GIF8'),
  }),
  unsupported('bmp', 'a BMP picture (a screen image, not measured intensities)', 'bmp', {
    content: asTiff,
    recognise: (head) => hasBytes(head, 0, 'BM') && hasBytes(head, 6, [0, 0, 0, 0]),
  }),
  unsupported('pdf', 'a PDF document', 'pdf', { content: asTiff, recognise: begins('%PDF-') }),
];

const microscopes: readonly Format[] = [
  unsupported('nd2', 'a Nikon ND2 file', 'nd2', {
    content: `not available yet; ${asTiff}`,
    recognise: (head) => hasBytes(head, 0, [0xda, 0xce, 0xbe, 0x0a]) || hasBytes(head, 4, 'jP  \r\n'),
  }),
  unsupported('czi', 'a Zeiss CZI file', 'czi', {
    content: `not available yet; ${asTiff}`,
    recognise: begins('ZISRAWFILE'),
  }),
  unsupported('lif', 'a Leica LIF file', 'lif', {
    content: `not available yet; ${asTiff}`,
    recognise: (head) => hasBytes(head, 0, [0x70, 0, 0, 0]) && head[8] === 0x2a,
  }),
  unsupported(
    'ole',
    'an OLE container (Zeiss ZVI, Olympus OIB, an old Excel or Word file)',
    'zvi oib xls doc',
    {
      content: `${asTiff}, a table as csv`,
      recognise: begins([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
    },
  ),
];

const tables: readonly Format[] = [
  unsupported('matlab', 'a MATLAB file', 'mat', {
    content: 'not available yet; save the table as csv, or the image as TIFF',
    recognise: begins('MATLAB 5.0'),
  }),
  unsupported('utf-16', 'a text in UTF-16', 'txt csv', {
    content: 'save it as UTF-8 text (in a spreadsheet: CSV UTF-8)',
    recognise: (head) => hasBytes(head, 0, [0xff, 0xfe]) || hasBytes(head, 0, [0xfe, 0xff]),
  }),
];

const containers: readonly Format[] = [
  unsupported('zip', 'a zip archive (also .xlsx, .npz)', 'zip xlsx npz', {
    content: 'unpack it and open the TIFF or csv file in it; save a spreadsheet as csv',
    recognise: (head) => hasBytes(head, 0, [0x50, 0x4b, 3, 4]) || hasBytes(head, 0, [0x50, 0x4b, 5, 6]),
  }),
  unsupported('gzip', 'a gzip-compressed file', 'gz', {
    content: 'decompress it (gunzip, 7-Zip) and open the file in it',
    recognise: begins([0x1f, 0x8b]),
  }),
  unsupported('rar-7z', 'a 7-Zip or RAR archive', '7z rar', {
    content: 'unpack it and open the file in it',
    recognise: (head) => hasBytes(head, 0, [0x37, 0x7a, 0xbc, 0xaf]) || hasBytes(head, 0, 'Rar!'),
  }),
  unsupported('web-page', 'a web page (a download that asked for a login, or an error page)', 'html htm', {
    content: 'download the file again',
    recognise: (head) =>
      hasBytes(head, 0, '<!DOCTYPE') || hasBytes(head, 0, '<html') || hasBytes(head, 0, '<!doctype'),
  }),
];

/** Formats that are recognised in order to say what a file is and the way out, not to read it. */
export const unsupportedFormats: readonly Format[] = [...pictures, ...microscopes, ...tables, ...containers];
