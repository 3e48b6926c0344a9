import { describe, expect, it } from 'vitest';
import { codeOnly, importsOf, resolveImport, sourceFiles, sourceText } from './source-files.js';

/** Which rooms of src-core a room may import; its own files always. The root files are rooms of their own name. */
const coreRules: Record<string, readonly string[]> = {
  data: [],
  errors: [],
  random: [],
  run: ['errors'],
  statistics: ['data', 'run', 'errors', 'random'],
  kernels: ['data', 'run', 'errors', 'random'],
  density: ['data', 'run', 'errors', 'random', 'kernels'],
  compute: ['data', 'errors'],
  networks: ['data', 'run', 'errors', 'random', 'kernels', 'compute'],
  figure: ['data', 'run', 'errors', 'random'],
  models: ['data', 'run', 'errors', 'random', 'kernels'],
  optimizers: ['data', 'run', 'errors', 'random', 'kernels', 'compute'],
  solvers: ['data', 'run', 'errors', 'random', 'kernels', 'models', 'networks', 'optimizers', 'compute'],
  benchmarks: [
    ...['data', 'run', 'errors', 'random', 'kernels', 'compute', 'networks', 'optimizers'],
    ...['statistics', 'figure'],
  ],
  io: ['data', 'run', 'errors'],
  doctor: ['data', 'run', 'errors', 'kernels', 'density', 'figure', 'io', 'job'],
  job: ['data', 'errors'],
  inference: ['data', 'io'],
};
const coreFiles = sourceFiles('src-core');
const everything = new Set(['pipeline', 'index']);

function roomOf(file: string): string {
  return file.split('/')[1].replace(/\.ts$/, '');
}

function relativeImports(file: string): string[] {
  return importsOf(sourceText(file))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveImport(file, specifier));
}

describe('rooms', () => {
  it.each(coreFiles)('%s imports only what its room may', (file) => {
    const room = roomOf(file);
    if (everything.has(room)) return;
    expect(Object.keys(coreRules)).toContain(room);
    const foreign = relativeImports(file)
      .map((target) => (target.startsWith('src-core/') ? roomOf(target) : target))
      .filter((target) => target !== room && !coreRules[room].includes(target));
    expect(foreign).toEqual([]);
  });

  it('src-core stays free of Node, the browser and the clock', () => {
    const offences = coreFiles.flatMap((file) => {
      const code = codeOnly(sourceText(file));
      const found = code.match(
        /Math\.random|Date\.now|new Date\b|\bconsole\.|\bprocess\.|\bBuffer\b|\bwindow\.|\bdocument\./g,
      );
      const node = importsOf(code).filter((specifier) => specifier.startsWith('node:'));
      return [...(found ?? []), ...node].map((offence) => `${file}: ${offence}`);
    });
    expect(offences).toEqual([]);
  });

  it('src-main reaches src-core through its public names only', () => {
    const offences = sourceFiles('src-main').flatMap((file) =>
      relativeImports(file)
        .filter((target) => target.startsWith('src-core/') && target !== 'src-core/index.ts')
        .map((target) => `${file}: ${target}`),
    );
    expect(offences).toEqual([]);
  });

  it('the window imports code of core only from data and figure, and of everything else types', () => {
    const offences = sourceFiles('src-renderer').flatMap((file) => {
      const statements = codeOnly(sourceText(file)).matchAll(
        /import\s+(type\s)?([^;]*?)\sfrom\s+'(\.[^']+)'/g,
      );
      return [...statements].flatMap(([, typeOnly, , specifier]) => {
        const target = resolveImport(file, specifier);
        const allowed = /^src-(renderer\/|core\/(data|figure)\/)/.test(target);
        return allowed || typeOnly ? [] : [`${file}: ${target}`];
      });
    });
    expect(offences).toEqual([]);
  });

  it('nothing in src-core imports src-main or src-renderer', () => {
    expect(
      coreFiles.filter((file) => relativeImports(file).some((target) => !target.startsWith('src-core/'))),
    ).toEqual([]);
  });
});

describe('cycles', () => {
  it('there are none', () => {
    const graph = new Map(
      [...coreFiles, ...sourceFiles('src-main')].map((file) => [file, relativeImports(file)]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      if (done.has(file) || trail.includes(file)) return;
      for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
      done.add(file);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

describe('files', () => {
  const all = ['src-core', 'src-main', 'src-renderer', 'test'].flatMap(sourceFiles);

  it('stop at four hundred lines', () => {
    expect(all.filter((file) => sourceText(file).split('\n').length > 400)).toEqual([]);
  });

  it('are named for what they hold', () => {
    expect(all.filter((file) => /\/(utils?|helpers?|common|misc|manager)\.ts$/.test(file))).toEqual([]);
  });

  it('name no path of the machine they were written on', () => {
    expect(all.filter((file) => /['"`]\/(work|tmp|root|home)\//.test(sourceText(file)))).toEqual([]);
  });
});
