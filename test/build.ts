import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds dist/ once before the tests that run the built program. */
export default function build(): void {
  const require = createRequire(import.meta.url);
  const compiler = require.resolve('typescript/bin/tsc');
  const assembler = path.join(path.dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js');
  const simd = ['--config', 'src-core/compute/simd/asconfig.json', '--target', 'release'];
  const bundler = path.join(path.dirname(require.resolve('vite/package.json')), 'bin/vite.js');
  try {
    for (const command of [
      [compiler, '-b'],
      [assembler, ...simd],
      [bundler, 'build', '--logLevel', 'warn'],
    ]) {
      execFileSync(process.execPath, command, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    }
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    throw new Error(`The program does not build:\n${output}`, { cause: error });
  }
}
