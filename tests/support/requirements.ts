import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, test } from 'vitest';
import { projectRoot } from './checkout.js';
import { datasetsDir } from './datasets.js';

/**
 * What a group of tests cannot do without: a path that must exist, or anything else with a name and whether it is there.
 * `optional`: a machine may well lack it, as it may lack the data sets; everything else set-up should have seen to.
 */
export type Requirement =
  string | { readonly name: string; readonly present: boolean; readonly optional?: boolean };

function isPresent(requirement: Requirement): boolean {
  return typeof requirement === 'string' ? existsSync(requirement) : requirement.present;
}

function isOptional(requirement: Requirement): boolean {
  if (typeof requirement !== 'string') return requirement.optional ?? false;
  return requirement.startsWith(datasetsDir);
}

function nameOf(requirement: Requirement): string {
  return typeof requirement === 'string' ? relative(projectRoot, requirement) : requirement.name;
}

/**
 * Names of the requirements that are not met, or `undefined` if all are; paths relative to the checkout.
 */
function missingRequirements(requirements: readonly Requirement[]): string | undefined {
  const missing = requirements.filter((requirement) => !isPresent(requirement));
  return missing.length > 0 ? missing.map(nameOf).join(', ') : undefined;
}

/**
 * `describe` for tests that need real parts. If one is absent they are skipped, with the reason in their name; on the build
 * machine (`CI=true`) they fail instead if it is something that set-up should have installed, so that nothing goes untested
 * unnoticed.
 */
export function describeWith(name: string, requirements: readonly Requirement[], body: () => void): void {
  const missing = missingRequirements(requirements);
  const due = requirements.some((requirement) => !isPresent(requirement) && !isOptional(requirement));
  if (missing === undefined) {
    describe(name, body);
  } else if (process.env['CI'] === 'true' && due) {
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
