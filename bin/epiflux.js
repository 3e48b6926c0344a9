#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = new URL('../dist/src-main/cli.js', import.meta.url);
if (existsSync(fileURLToPath(cli))) {
  const { main } = await import(cli.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  process.stderr.write('epiflux: not built yet.\n  → Run "npm run build" in the project folder first.\n');
  process.exitCode = 1;
}
