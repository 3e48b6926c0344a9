import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'demo-output',
      'test-results',
      'bin',
      'bench',
      'assets',
      // AssemblyScript: its own compiler checks it.
      'src-core/compute/simd/assembly',
      'vite.config.ts',
      'eslint.config.js',
      'knip.config.ts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          './src-core/tsconfig.json',
          './src-main/tsconfig.json',
          './src-main/preload/tsconfig.json',
          './test/tsconfig.json',
          './src-renderer/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-params': ['error', { max: 4 }],
      'prefer-const': ['error', { destructuring: 'all' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Indexing a typed array inside its length cannot give undefined; noUncheckedIndexedAccess is off for speed of reading.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
);
