// The table of reading and its peers in bench/README.md: the same files by Epiflux, papaparse, csv-parse, pandas, tifffile.
//   npm run build && node bench/io.mjs [--rows 3000000] [--large] [--modules FOLDER]
// Peers are left out where they are not there: `npm install papaparse csv-parse` in a folder of its own, given by
// --modules; python3 with pandas and tifffile (Debian: python3-pandas python3-tifffile).
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { makeGrid, writeOmeTiff } from '../dist/src-core/index.js';

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
};
const rows = Number(option('rows', '3000000'));
const modules = option('modules', '');
const runs = Number(option('runs', '3'));
const self = fileURLToPath(import.meta.url);

/** Numbers from 0 to 1 that are the same each time (xorshift). */
function uniform(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const names = ['id', 'frame', 'x [nm]', 'y [nm]', 'sigma [nm]', 'intensity [photon]', 'offset [photon]'];
const header = [...names, 'bkgstd [photon]', 'uncertainty [nm]'];
const ranges = [40_000, 40_000, 200, 2000, 100, 12, 25];

async function writeTable(file, { count, end, cell }) {
  const random = uniform(1);
  const out = createWriteStream(file);
  out.write(header.map((name) => `"${name}"`).join(',') + end);
  for (let from = 0; from < count; from += 20_000) {
    const lines = [];
    for (let row = from; row < Math.min(count, from + 20_000); row++) {
      const numbers = ranges.map((range) => cell(range * random()));
      lines.push([cell(row, true), cell(Math.floor(row / 100), true), ...numbers].join(',') + end);
    }
    if (!out.write(lines.join(''))) await new Promise((resume) => out.once('drain', resume));
  }
  out.end();
  await finished(out);
}

const forms = {
  'ThunderSTORM csv, 4 decimals': { end: '\n', cell: (value, whole) => (whole ? value : value.toFixed(4)) },
  'every cell quoted, CR LF': {
    end: '\r\n',
    cell: (value, whole) => `"${whole ? value : value.toFixed(4)}"`,
  },
  'all digits of a double (pandas)': { end: '\n', cell: (value) => value },
};

/** What each reader does, in a process of its own: the columns frame, x, y and uncertainty as numbers, or all planes. */
const readers = {
  Epiflux: async (file) => {
    const { readTable, openImage, quietRun } = await import('../dist/src-core/index.js');
    const { openFile } = await import('../dist/src-main/engine/file-source.js');
    const { source, close } = await openFile(file, quietRun);
    let sum = 0;
    if (file.endsWith('.csv')) sum = (await readTable(source, {}, quietRun)).localizations.count;
    else {
      const image = await openImage(source, quietRun);
      for (let z = 0; z < image.metadata.planes; z++)
        sum += (await image.readPlane({ z, channel: 0, frame: 0 }, quietRun)).length;
    }
    await close();
    return sum;
  },
  papaparse: (file) => {
    const papa = createRequire(path.join(modules, 'x.js'))('papaparse');
    const taken = makeColumns();
    return new Promise((resolve, reject) => {
      const chunk = ({ data }) => data.forEach(taken.add);
      papa.parse(createReadStream(file), { chunk, error: reject, complete: () => resolve(taken.count()) });
    });
  },
  'csv-parse': async (file) => {
    const { parse } = createRequire(path.join(modules, 'x.js'))('csv-parse');
    const taken = makeColumns();
    await finished(createReadStream(file).pipe(parse({})).on('data', taken.add));
    return taken.count();
  },
};

/** Numbers of the wanted columns, of all rows but the header and an empty one at the end. */
function makeColumns() {
  const columns = [1, 2, 3, 8].map((index) => ({ index, values: [] }));
  let isHeader = true;
  const add = (row) => {
    if (!isHeader && row.length > 1) for (const { index, values } of columns) values.push(Number(row[index]));
    isHeader = false;
  };
  return { add, count: () => columns[0].values.length };
}

const python = `
import resource, sys, time
file = sys.argv[1]
if file.endswith('.csv'):
    import pandas
    start, cpu = time.perf_counter(), time.process_time()
    count = len(pandas.read_csv(file, usecols=['frame', 'x [nm]', 'y [nm]', 'uncertainty [nm]'], float_precision=sys.argv[2]))
else:
    import tifffile
    start, cpu = time.perf_counter(), time.process_time()
    count = sum(page.asarray().astype('float32').size for page in tifffile.TiffFile(file).pages)
print(count, time.perf_counter() - start, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
`;

/** Count, seconds on the clock and of the processor, and most memory in MB, in a process of its own; undefined if it fails. */
function measure(reader, file) {
  const isPython = !(reader in readers);
  const precision = reader.includes('round_trip') ? 'round_trip' : 'high';
  const [command, args] = isPython
    ? ['/usr/bin/python3', ['-c', python, file, precision]]
    : [
        process.execPath,
        ['--max-old-space-size=12000', self, '--reader', reader, '--file', file, '--modules', modules],
      ];
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [count, seconds, processor, megabytes] = stdout.trim().split(' ').map(Number);
  return { count, seconds, processor, megabytes };
}

async function runReader() {
  // Python's clock begins after its imports, so does this one.
  await import('../dist/src-main/engine/file-source.js');
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const count = await readers[option('reader')](option('file'));
  const { user, system } = process.cpuUsage(cpu);
  const memory = process.resourceUsage().maxRSS / 1000;
  console.log(count, (performance.now() - start) / 1000, (user + system) / 1e6, memory);
}

function report(title, file, names) {
  const size = statSync(file).size / 1e6;
  for (const name of names) {
    const found = Array.from({ length: runs }, () => measure(name, file));
    const best = found.reduce((a, b) => (a && b && a.processor > b.processor ? b : a));
    if (best === undefined) {
      console.log(`| ${title} | ${size.toFixed(0)} | ${name} | not there | | | |`);
      continue;
    }
    const { count, seconds, processor, megabytes } = best;
    const cells = [
      seconds.toFixed(2),
      processor.toFixed(2),
      (size / processor).toFixed(0),
      megabytes.toFixed(0),
    ];
    console.log(`| ${title} (${count}) | ${size.toFixed(0)} | ${name} | ${cells.join(' | ')} |`);
  }
}

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'epiflux-io-'));
  try {
    console.log(
      `${cpus().length} × ${cpus()[0].model}, Node ${process.version}, best of ${runs} by processor time\n`,
    );
    console.log('| file (rows or values) | MB | reader | s | processor s | MB per processor s | peak MB |');
    console.log('|---|---|---|---|---|---|---|');
    for (const [title, form] of Object.entries(forms)) {
      const file = path.join(folder, 'table.csv');
      await writeTable(file, { ...form, count: rows });
      report(title, file, ['Epiflux', 'papaparse', 'csv-parse', 'pandas', 'pandas, round_trip']);
      rmSync(file);
    }
    if (process.argv.includes('--large')) {
      const file = path.join(folder, 'large.csv');
      await writeTable(file, { ...forms['ThunderSTORM csv, 4 decimals'], count: 15_000_000 });
      report('the same, over 1 GB', file, ['Epiflux', 'pandas']);
      rmSync(file);
    }
    const values = new Uint16Array(32 * 2048 * 2048).map((_, i) => i % 4093);
    const image = { grid: makeGrid([32, 2048, 2048], [100, 15, 15]), channels: [{ name: 'a', values }] };
    const file = path.join(folder, 'stack.ome.tif');
    writeFileSync(file, Buffer.concat(writeOmeTiff(image)));
    report('32 planes of 2048², uint16', file, ['Epiflux', 'tifffile']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await (option('reader', '') === '' ? main() : runReader());
