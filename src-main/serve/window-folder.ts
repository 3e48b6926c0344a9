import { fileURLToPath } from 'node:url';
import { programRoot } from '../session/sample.js';

/** Folder of the built window. */
export const windowFolder = fileURLToPath(new URL('dist/src-renderer/', programRoot));
