import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the window. Relative addresses, so that it opens from a file (Electron) as well as from `epiflux serve`. */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/src-renderer',
    emptyOutDir: true,
    target: 'es2023',
    // A data: address would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1600,
  },
});
