import { expect, test } from 'vitest';
import { settings } from '../../src/cli/options.js';
import { Command } from 'commander';

function parsed(args: string[], variable?: string): unknown {
  if (variable === undefined) delete process.env['EMOCHAT_TRUST_PROXY'];
  else process.env['EMOCHAT_TRUST_PROXY'] = variable;
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return command.addOption(settings.trustProxy()).parse(args, { from: 'user' }).opts()['trustProxy'];
}

test('X-Forwarded-For is believed only after a yes', () => {
  expect(parsed([])).toBe(false);
  expect(parsed(['--trust-proxy'])).toBe(true);
  expect(parsed(['--trust-proxy', 'no'])).toBe(false);
  expect(parsed([], 'true')).toBe(true);
  expect(parsed([], 'false')).toBe(false);
  expect(() => parsed([], 'perhaps')).toThrow(/yes o no/);
});
