import { resolve } from 'node:path';

/** The checkout, absolute. */
export const projectRoot = resolve(import.meta.dirname, '../..');
