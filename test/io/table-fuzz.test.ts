import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoreError } from '../../src-core/errors.js';
import { memorySource } from '../../src-core/io/byte-source.js';
import { formatTable } from '../../src-core/io/detect.js';
import { readTable } from '../../src-core/io/read-table.js';
import { previewTable } from '../../src-core/io/table-preview.js';
import { openTable, binaryTableFormats, textTableFormats } from '../../src-core/io/table-formats.js';
import { quietRun } from '../../src-core/run.js';
import { minfluxIterationsNpy, minfluxNpy } from './npy-builder.js';
import { itWith, sharedFolder, sharedSource } from './shared-files.js';
import { tableFolder } from './table-reading.js';
import { manifestFile, smlmRows, zipArchive } from './zip-builder.js';

/** Does some work on bytes; it may only fail by saying why. The longest that anything may take is 10 s. */
async function worksOrExplains(content: Uint8Array, work: () => Promise<unknown>): Promise<void> {
  const before = content.slice();
  const start = performance.now();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    expect(error.message.length).toBeGreaterThan(5);
  }
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(Buffer.compare(content, before)).toBe(0);
}

async function loadsOrExplains(content: Uint8Array): Promise<void> {
  const source = memorySource('fuzz', content);
  const options = { units: 'nm', pixelSize: 100 } as const;
  await worksOrExplains(content, () => readTable(source, options, quietRun));
  await worksOrExplains(content, () => previewTable(source, quietRun));
}

const position: [number, number, number] = [1e-9, 2e-9, 3e-9];
const samples: readonly Uint8Array[] = [
  minfluxNpy([
    { tid: 1, vld: true, iterations: [position, position] },
    { tid: 2, vld: false, iterations: [position, position] },
  ]),
  minfluxIterationsNpy([{ tid: 1, vld: true, fnl: true, loc: position }]),
  zipArchive([
    manifestFile([{ name: 'a', type: 'table', format: 'rows', channel: 'a', rows: 2, offset: { x: 1 } }]),
    {
      name: 'a',
      bytes: smlmRows([
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ]),
    },
  ]),
  new Uint8Array(
    Buffer.concat([Buffer.from('M425\x01\0\0\0\x06\0\0\0\x02\0\0\0', 'latin1'), Buffer.alloc(148, 0x3f)]),
  ),
  new TextEncoder().encode(
    'Channel Name\tX\tY\tXc\tYc\tFrame\n647\t1\t2\t3\t4\t1\nZ Rejected\t1\t2\t3\t4\t2\n',
  ),
  new TextEncoder().encode('tid,t,x,y,z\n1,0,2,3,4\n1,1,2,3,5\n'),
  new TextEncoder().encode(
    'Index\tFirst Frame\tPosition X [nm]\tPosition Y [nm]\n1\t1\t2\t3\n\0\r\nSize : 3\n'.padEnd(150),
  ),
  new TextEncoder().encode(
    '# <localizations><field identifier="Position-0-0" unit="nanometer" /><field identifier="Position-1-0" /></localizations>\n1 2\n3 4\n',
  ),
];

/** Bytes changed, taken out and put in at random places. */
const changes = fc.array(
  fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('set', 'cut', 'insert'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 6 },
);

type Change = typeof changes extends fc.Arbitrary<(infer T)[]> ? T : never;

function changed(content: Uint8Array, edits: readonly Change[]): Uint8Array {
  let bytes = Buffer.from(content);
  for (const { at, kind, bytes: piece } of edits) {
    const place = at % (bytes.length + 1);
    const removed = kind === 'insert' ? 0 : piece.length;
    const put = kind === 'cut' ? Buffer.alloc(0) : Buffer.from(piece);
    bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + removed)]);
  }
  return new Uint8Array(bytes);
}

describe('every reader of tables loads any bytes or says why not', () => {
  const formats = [...binaryTableFormats, ...textTableFormats];
  it.each(formats)('$id: random bytes, though they were not recognised', async (format) => {
    expect(formatTable).toContain(format);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (content) => {
        const source = memorySource('fuzz', content);
        await worksOrExplains(content, async () => {
          const table = await openTable(source, format);
          await table.readRows({ numbers: [0, 1].slice(0, table.width) }, quietRun);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('samples of every format with changed bytes', async () => {
    for (const sample of samples)
      expect(await readTable(memorySource('a', sample), { units: 'nm' }, quietRun)).toBeDefined();
    const content = fc
      .tuple(fc.constantFrom(...samples), changes)
      .map(([sample, edits]) => changed(sample, edits));
    await fc.assert(fc.asyncProperty(content, loadsOrExplains), { numRuns: 1500 });
  });

  for (const file of sharedFolder(tableFolder).filter((name) => !/\.(?:hdf5|h5|yaml)$/.test(name)))
    itWith(file, `${file} with changed bytes`, async () => {
      const whole = await sharedSource(file).read(0, 20_000);
      await fc.assert(
        fc.asyncProperty(changes, (edits) => loadsOrExplains(changed(whole, edits))),
        { numRuns: 40 },
      );
    });
});
