import type { Command } from 'commander';
import { constants, existsSync } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, freemem, release, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Engine, simdEngine } from '../../src-core/index.js';
import { openSimdHost } from '../compute/simd-host.js';
import { version } from '../engine/version.js';
import { addOutputOptions } from './job-options.js';
import { makeTerminal, type OutputOptions } from './progress.js';

/** One thing that was looked at: whether it is there, and what that means. */
interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const require = createRequire(import.meta.url);

function messageOf(error: unknown): string {
  const [firstLine] = (error instanceof Error ? error.message : String(error)).split('\n');
  return firstLine.replace(/ imported from .*/, '');
}

async function findTensorflow(): Promise<Finding> {
  const name = 'tensorflow';
  try {
    const tensorflow = await import('@tensorflow/tfjs-node-gpu');
    const found = `@tensorflow/tfjs-node-gpu ${tensorflow.version.tfjs ?? ''}, backend ${tensorflow.getBackend()}`;
    return { name, ok: true, detail: `${found}; not used yet by any solver` };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `@tensorflow/tfjs-node-gpu does not load (${messageOf(error)}); not used yet by any solver`,
    };
  }
}

/** Speed of products of 4096 × 128 by 128 × 128, in 10⁹ operations per second. */
function productSpeed(engine: Engine): number {
  const [rows, inner] = [4096, 128];
  const a = engine.upload(new Float32Array(rows * inner).fill(0.5), rows, inner);
  const b = engine.upload(new Float32Array(inner * inner).fill(0.25), inner, inner);
  const seconds = Array.from({ length: 8 }, () => {
    const start = performance.now();
    engine.free(engine.multiply({ a, b }));
    return (performance.now() - start) / 1000;
  });
  return (2 * rows * inner * inner) / Math.min(...seconds) / 1e9;
}

async function findSimd(): Promise<Finding> {
  const name = 'simd';
  try {
    const host = openSimdHost();
    const speed = productSpeed(simdEngine(host)).toFixed(0);
    await host.close();
    const threads = host.threads === 1 ? '1 thread' : `${String(host.threads)} threads`;
    return {
      name,
      ok: true,
      detail: `WebAssembly kernels on ${threads}, ${speed} GFLOP/s; not used yet by any solver`,
    };
  } catch (error) {
    return { name, ok: false, detail: `the WebAssembly kernels do not run (${messageOf(error)})` };
  }
}

async function findBackends(): Promise<Finding[]> {
  return [
    await findTensorflow(),
    await findSimd(),
    { name: 'cpu', ok: true, detail: 'plain TypeScript; used' },
  ];
}

function findElectron(): Finding {
  const name = 'electron';
  try {
    const manifest = require.resolve('electron/package.json');
    const { version: number } = require(manifest) as { version: string };
    const present = existsSync(join(dirname(manifest), 'path.txt'));
    const without = `${number} is installed without its binary: its install step could not download it`;
    return { name, ok: present, detail: present ? `${number}, binary present` : without };
  } catch {
    return { name, ok: false, detail: 'not installed; the command line does not need it' };
  }
}

async function findFonts(): Promise<Finding> {
  const name = 'fonts';
  try {
    const folder = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
    await access(join(folder, 'DejaVuSans.ttf'), constants.R_OK);
    return { name, ok: true, detail: `DejaVu Sans in ${folder}` };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `DejaVu Sans is missing (${messageOf(error)}): figures would have no text`,
    };
  }
}

async function tryWriting(): Promise<Finding> {
  const name = 'temporary folder';
  try {
    const folder = await mkdtemp(join(tmpdir(), 'epiflux-doctor-'));
    await writeFile(join(folder, 'trial'), 'trial');
    await rm(folder, { recursive: true });
    return { name, ok: true, detail: `${tmpdir()} can be written` };
  } catch (error) {
    return { name, ok: false, detail: `${tmpdir()} cannot be written (${messageOf(error)})` };
  }
}

async function examine() {
  return {
    versions: { epiflux: version, node: process.versions.node, v8: process.versions.v8 },
    system: { platform: process.platform, arch: arch(), release: release() },
    processor: { model: cpus().at(0)?.model ?? 'unknown', threads: availableParallelism() },
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    backends: await findBackends(),
    parts: [findElectron(), await findFonts(), await tryWriting()],
  };
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

const lineOf = ({ name, ok, detail }: Finding): string => `${ok ? '✓' : '✗'} ${name}: ${detail}`;

function linesOf(found: Awaited<ReturnType<typeof examine>>): string[] {
  const { versions, system, processor, memory } = found;
  return [
    `epiflux ${versions.epiflux}, node ${versions.node} (V8 ${versions.v8})`,
    `${system.platform} ${system.arch}, release ${system.release}`,
    `${String(processor.threads)} threads, ${processor.model}`,
    `memory ${gibibytes(memory.totalBytes)}, free ${gibibytes(memory.freeBytes)}`,
    'backends',
    ...found.backends.map((finding) => `  ${lineOf(finding)}`),
    'parts',
    ...found.parts.map((finding) => `  ${lineOf(finding)}`),
  ];
}

/** Adds `epiflux doctor`. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('versions, backends found and why others are not, threads, memory')
    .description('Looks at this computer and says what was found, and what is missing and why.');
  addOutputOptions(command).action(async (options: OutputOptions) => {
    const found = await examine();
    makeTerminal(options).result(found, linesOf(found));
  });
}
