import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm run demo infers the sample nucleus close to its known truth, in under a minute', () => {
  const start = performance.now();
  const printed = execFileSync(process.execPath, ['dist/src-main/demo.js'], { cwd: root, encoding: 'utf8' });
  expect(performance.now() - start).toBeLessThan(60_000);
  const error = Number(/relative error of λ\s+([\d.]+) %/.exec(printed)?.[1]);
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(4);
  const files = [...printed.matchAll(/demo-output\/\S+/g)].map(([file]) => file);
  expect(files).toHaveLength(8);
  for (const file of files) expect(readFileSync(root + file).length).toBeGreaterThan(1000);
});
