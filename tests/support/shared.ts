import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, test } from 'vitest';
import { projectRoot } from './checkout.js';

export { projectRoot };

/** The addon under the sanitizers, in their run of the tests. */
export const sanitizedAddon = process.env['EMOCHAT_SANITIZED_ADDON'];

/** The native addon that is tested. */
export const addon = sanitizedAddon ?? join(projectRoot, 'build/Release/emochat.node');

/** A test that says nothing under AddressSanitizer: it keeps what was freed for a while, on purpose. */
export const unsanitizedTest = test.skipIf(sanitizedAddon !== undefined);

/** Photos, model files and reference results that lie beside the checkout and never in it. */
export const sharedDir = resolve(projectRoot, '../shared');
export const modelsDir = join(sharedDir, 'models');
export const facesDir = join(sharedDir, 'faces');
export const referenceDir = join(sharedDir, 'reference');
export const sharedCascade = join(modelsDir, 'haarcascade_frontalface_default.xml');
export const sharedFacemark = join(modelsDir, 'lbfmodel.yaml');

/** What a group of tests cannot do without: a path that must exist, or anything else with a name and whether it is there. */
export type Requirement = string | { readonly name: string; readonly present: boolean };

/**
 * Names of the requirements that are not met, or `undefined` if all are; paths relative to the checkout.
 */
export function missingRequirements(requirements: readonly Requirement[]): string | undefined {
  const missing = requirements.flatMap((requirement) => {
    if (typeof requirement !== 'string') return requirement.present ? [] : [requirement.name];
    return existsSync(requirement) ? [] : [relative(projectRoot, requirement)];
  });
  return missing.length > 0 ? missing.join(', ') : undefined;
}

/**
 * `describe` for tests that need real parts. If one is absent they are skipped, with the reason in their name;
 * on the build machine (`CI=true`) they fail instead, so that nothing goes untested unnoticed.
 */
export function describeWith(name: string, requirements: readonly Requirement[], body: () => void): void {
  const missing = missingRequirements(requirements);
  if (missing === undefined) {
    describe(name, body);
  } else if (process.env['CI'] === 'true') {
    describe(name, () => {
      test('has what it needs', () => {
        throw new Error(`Missing: ${missing}`);
      });
    });
  } else {
    describe(name, () => {
      test.skip(`skipped, missing: ${missing}`);
    });
  }
}

export { testModelFiles, testModelsDir } from './test-models.js';
