import { defineConfig } from 'vitest/config';

const builtFolders = ['cli', 'engine', 'batch', 'serve', 'e2e', 'electron'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'core', include: ['test/**/*.test.ts'], exclude: builtFolders } },
      { extends: true, test: { name: 'program', include: builtFolders, globalSetup: 'test/build.ts' } },
    ],
  },
});
