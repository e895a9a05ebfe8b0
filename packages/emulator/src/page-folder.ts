import { fileURLToPath } from 'node:url';

/** Where the built inspector page lies: the same place as seen from `src/` and from the flat `dist/`. */
export const pageFolder = fileURLToPath(new URL('../dist/page/', import.meta.url));
