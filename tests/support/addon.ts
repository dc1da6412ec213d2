import { join } from 'node:path';
import { test } from 'vitest';
import { projectRoot } from './checkout.js';

/** The addon under the sanitizers, in their run of the tests. */
export const sanitizedAddon = process.env['EMOCHAT_SANITIZED_ADDON'];

/** The native addon that is tested. */
export const addon = sanitizedAddon ?? join(projectRoot, 'build/Release/emochat.node');

/** A test that says nothing under AddressSanitizer: it keeps what was freed for a while, on purpose. */
export const unsanitizedTest = test.skipIf(sanitizedAddon !== undefined);
